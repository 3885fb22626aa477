// Private to the shim: hashes past the EVP interface. `hash` is a known number, and `out` has room for its digest.
#ifndef PASSBIND_BARE_HASH_H
#define PASSBIND_BARE_HASH_H

#include <stddef.h>
#include <stdint.h>

/// 1 if the hash was computed; 0 for SHA-3, and for all under the trait FIPS: EVP has to do it.
int passbind_bare_digest(int hash, const uint8_t *data, size_t count, uint8_t *out);

/// HMAC, likewise.
int passbind_bare_hmac(int hash, const uint8_t *key, size_t key_count, const uint8_t *data, size_t count,
                       uint8_t *out);

#endif
