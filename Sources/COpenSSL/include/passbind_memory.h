#ifndef PASSBIND_MEMORY_H
#define PASSBIND_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/// Overwrites `count` bytes with zeros. Exists because a plain memset before free is removed by the optimiser;
/// OPENSSL_cleanse is not.
void passbind_cleanse(uint8_t *bytes, size_t count);

/// 1 if the two buffers hold the same bytes, else 0, in a time that depends on the counts alone. Exists so that no
/// comparison of a proof or a key is ever written with `==`.
int passbind_equal(const uint8_t *a, size_t a_count, const uint8_t *b,
                   size_t b_count);

/// Fills the buffer from OpenSSL's private random generator; 1 on success. Exists to use RAND_priv_bytes, whose state
/// never serves public values, for keys and nonces alike.
int passbind_random(uint8_t *bytes, size_t count);

#endif
