#ifndef PEERS_H
#define PEERS_H

#include <stddef.h>
#include <stdint.h>

/// PKCS5_PBKDF2_HMAC as OpenSSL has it, one block of output; `bits` is 256 or 512.
int peer_pkcs5_pbkdf2(int bits, const uint8_t *password, size_t password_count, const uint8_t *salt, size_t salt_count,
                      int iterations, uint8_t *out);

#endif
