#ifndef PASSBIND_AEAD_H
#define PASSBIND_AEAD_H

#include <stddef.h>
#include <stdint.h>

#define PASSBIND_AES256GCM_KEY 32
#define PASSBIND_AES256GCM_NONCE 12
#define PASSBIND_AES256GCM_TAG 16

/// AES-256-GCM (NIST SP 800-38D): writes `count` bytes of ciphertext and the tag to `out`; 1 on success. A nonce serves once
/// under a key. Exists because EVP's five calls take their lengths as int and would fetch the cipher anew each time: here
/// it is fetched once a process.
int passbind_aes256gcm_seal(const uint8_t key[PASSBIND_AES256GCM_KEY], const uint8_t nonce[PASSBIND_AES256GCM_NONCE],
                            const uint8_t *associated, size_t associated_count,
                            const uint8_t *plaintext, size_t count, uint8_t *out);

/// The reverse: `sealed_count` bytes of ciphertext and tag; writes as many bytes as there are before the tag, and 1 on
/// success. Exists because EVP hands out plaintext before it has checked the tag: here `out` is wiped unless the tag is
/// right.
int passbind_aes256gcm_open(const uint8_t key[PASSBIND_AES256GCM_KEY], const uint8_t nonce[PASSBIND_AES256GCM_NONCE],
                            const uint8_t *associated, size_t associated_count,
                            const uint8_t *sealed, size_t sealed_count, uint8_t *out);

#endif
