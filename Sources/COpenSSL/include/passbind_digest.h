#ifndef PASSBIND_DIGEST_H
#define PASSBIND_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/// The hash functions PassBind uses, numbered here so that Swift needs none of OpenSSL's NIDs or name strings.
enum passbind_hash {
  PASSBIND_SHA1 = 0,
  PASSBIND_SHA256 = 1,
  PASSBIND_SHA384 = 2,
  PASSBIND_SHA512 = 3,
  PASSBIND_SHA3_512 = 4,
};
#define PASSBIND_HASH_COUNT 5

/// The longest digest of the above, in bytes.
#define PASSBIND_MAX_DIGEST 64

/// Hash of `data` into `out`, which has exactly as many bytes as the hash; 1 on success. Exists because EVP_Q_digest and
/// EVP_sha512() fetch the algorithm anew at every call (0.2 us each): here each EVP_MD is fetched once a process, and asked for
/// only where the bare hash function is not (SHA-3, the trait FIPS).
int passbind_digest(int hash, const uint8_t *data, size_t count,
                    uint8_t *out, size_t out_count);

/// HMAC (RFC 2104) of `data` under `key` into `out`, likewise; 1 on success. Where EVP_MAC is asked, it is fetched and given its
/// digest once a process, and each call duplicates that context instead of parsing parameters again.
int passbind_hmac(int hash, const uint8_t *key, size_t key_count,
                  const uint8_t *data, size_t count, uint8_t *out,
                  size_t out_count);

#endif
