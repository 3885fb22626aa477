#ifndef PEERS_H
#define PEERS_H

#include <stddef.h>
#include <stdint.h>

/// PKCS5_PBKDF2_HMAC as OpenSSL has it, one block of output; `bits` is 256 or 512.
int peer_pkcs5_pbkdf2(int bits, const uint8_t *password, size_t password_count, const uint8_t *salt, size_t salt_count,
                      int iterations, uint8_t *out);

/// A SCRAM server of GNU gsasl's library for one account, whose keys it is given, so that it never runs PBKDF2;
/// NULL if gsasl cannot be set up.
typedef struct peer_gsasl peer_gsasl;
peer_gsasl *peer_gsasl_new(const char *mechanism, const char *iterations, const char *salt, const char *stored_key,
                           const char *server_key);

/// Opens an exchange, takes one step of it, closes it; 1 on success.
int peer_gsasl_begin(peer_gsasl *peer);
int peer_gsasl_step(peer_gsasl *peer, const uint8_t *in, size_t in_count, uint8_t *out, size_t out_room,
                    size_t *out_count);
void peer_gsasl_end(peer_gsasl *peer);

/// Plain OpenSSL on both ends of a TLS 1.3 connection in memory, without tickets; NULL if the files are not to be read.
typedef struct peer_tls peer_tls;
peer_tls *peer_tls_new(const char *chain, const char *key);

/// One full handshake. How long the server's end took, with making and freeing it, in microseconds; negative if it failed.
double peer_tls_handshake(peer_tls *peer);

/// libsodium's ristretto255, bytes in and bytes out; 1 on success.
int peer_sodium_init(void);
int peer_sodium_multiply(const uint8_t *scalar, const uint8_t *point, uint8_t *out);
int peer_sodium_multiply_generator(const uint8_t *scalar, uint8_t *out);
int peer_sodium_map(const uint8_t *bytes, uint8_t *out);
int peer_sodium_is_valid(const uint8_t *point);
int peer_sodium_invert(const uint8_t *scalar, uint8_t *out);

#endif
