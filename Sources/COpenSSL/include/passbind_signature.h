#ifndef PASSBIND_SIGNATURE_H
#define PASSBIND_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

// OpenSSL's own type goes by this name, opaque: Swift holds the pointer and never looks inside.
typedef struct evp_pkey_st passbind_key;

/// The longest signature that passbind_sign makes, in bytes: of an RSA key of 16,384 bits.
#define PASSBIND_SIGNATURE_CAPACITY 2048

/// The private key in a PEM text; NULL if there is none. Exists because OpenSSL's loaders ask the terminal for the
/// passphrase of an encrypted key, and a library must not.
passbind_key *passbind_private_key_pem(const uint8_t *pem, size_t count);

/// The same from a file. Exists so that a key goes from its file into OpenSSL without passing through Swift.
passbind_key *passbind_private_key_file(const char *path);

/// The Ed25519 key of a seed (RFC 8032 5.1.5). Exists because the C function takes the algorithm's number, a macro.
passbind_key *passbind_private_key_ed25519(const uint8_t seed[32]);

/// The public key in a SubjectPublicKeyInfo (RFC 5280 4.1.2.7), DER, all of whose bytes count; NULL if there is none.
/// Exists because d2i_PUBKEY moves the pointer it is given and takes bytes after the end.
passbind_key *passbind_public_key(const uint8_t *der, size_t count);

/// Frees, and wipes what is private. Exists so that Swift needs none of OpenSSL's headers.
void passbind_key_free(passbind_key *key);

/// Writes the public half as a SubjectPublicKeyInfo if it fits, and returns how many bytes it has; 0 on failure. Exists
/// because i2d_PUBKEY moves the pointer it is given.
size_t passbind_key_spki(const passbind_key *key, uint8_t *out, size_t capacity);

/// 1 if both have the same public half. Exists so that Swift needs none of OpenSSL's headers.
int passbind_key_equal(const passbind_key *a, const passbind_key *b);

/// 1 if the key can make, or check, signatures of a TLS SignatureScheme (RFC 8446 4.2.3): the same algorithm, the same
/// named curve, an RSA modulus of 2048 bits or more. Exists because OpenSSL keeps its own table of this to itself.
int passbind_key_fits(const passbind_key *key, uint16_t scheme);

/// Signs; 1 on success, with `*count` bytes of `out`. Exists because one call means a digest, a padding and a salt
/// length that are set by three other functions, and because Ed25519 wants none of them.
int passbind_sign(passbind_key *key, uint16_t scheme, const uint8_t *message, size_t message_count,
                  uint8_t out[PASSBIND_SIGNATURE_CAPACITY], size_t *count);

/// 1 if the signature is right. Exists for the same reasons.
int passbind_verify(passbind_key *key, uint16_t scheme, const uint8_t *message, size_t message_count,
                    const uint8_t *signature, size_t count);

#endif
