// SHA-1 and SHA-2, and HMAC over them, with contexts on the stack. The EVP interface allocates several objects a call
// and parses parameters into them, which takes longer than to hash a short message. These functions are deprecated
// since OpenSSL 3.0 but exported by every 3.x libcrypto, assembly included. They go past the providers, so the trait
// FIPS leaves them out.

#define OPENSSL_SUPPRESS_DEPRECATED
#include "bare_hash.h"

#ifndef PASSBIND_FIPS

#include "passbind_digest.h"
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

struct part {
  const uint8_t *bytes;
  size_t count;
};

// The hash of two parts, one after the other. The context held what it hashed, so it is wiped.
#define HASH_OF_PARTS(NAME, CONTEXT)                                                                                   \
  static void NAME##_of_parts(struct part a, struct part b, uint8_t *out) {                                            \
    CONTEXT context;                                                                                                   \
    NAME##_Init(&context);                                                                                             \
    if (a.count > 0) NAME##_Update(&context, a.bytes, a.count);                                                        \
    if (b.count > 0) NAME##_Update(&context, b.bytes, b.count);                                                        \
    NAME##_Final(out, &context);                                                                                       \
    OPENSSL_cleanse(&context, sizeof context);                                                                         \
  }
HASH_OF_PARTS(SHA1, SHA_CTX)
HASH_OF_PARTS(SHA256, SHA256_CTX)
HASH_OF_PARTS(SHA384, SHA512_CTX)
HASH_OF_PARTS(SHA512, SHA512_CTX)

enum { LONGEST_BLOCK = 128 };

static const struct bare {
  void (*of_parts)(struct part, struct part, uint8_t *);
  size_t block_count, digest_count;
} bare_hashes[PASSBIND_HASH_COUNT] = {
    [PASSBIND_SHA1] = {SHA1_of_parts, 64, 20},
    [PASSBIND_SHA256] = {SHA256_of_parts, 64, 32},
    [PASSBIND_SHA384] = {SHA384_of_parts, 128, 48},
    [PASSBIND_SHA512] = {SHA512_of_parts, 128, 64},
};

int passbind_bare_digest(int hash, const uint8_t *data, size_t count, uint8_t *out) {
  const struct bare *bare = &bare_hashes[hash];
  if (bare->of_parts == NULL) return 0;
  bare->of_parts((struct part){data, count}, (struct part){NULL, 0}, out);
  return 1;
}

// RFC 2104 section 2: H(key xor opad, H(key xor ipad, data)).
int passbind_bare_hmac(int hash, const uint8_t *key, size_t key_count, const uint8_t *data, size_t count,
                       uint8_t *out) {
  const struct bare *bare = &bare_hashes[hash];
  if (bare->of_parts == NULL) return 0;
  uint8_t block[LONGEST_BLOCK] = {0}, inner[PASSBIND_MAX_DIGEST];
  const struct part padded = {block, bare->block_count};
  if (key_count > bare->block_count)
    passbind_bare_digest(hash, key, key_count, block);
  else if (key_count > 0)
    memcpy(block, key, key_count);
  for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36;
  bare->of_parts(padded, (struct part){data, count}, inner);
  for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36 ^ 0x5c;
  bare->of_parts(padded, (struct part){inner, bare->digest_count}, out);
  OPENSSL_cleanse(block, sizeof block);
  OPENSSL_cleanse(inner, sizeof inner);
  return 1;
}

#else

int passbind_bare_digest(int hash, const uint8_t *data, size_t count, uint8_t *out) { return 0; }

int passbind_bare_hmac(int hash, const uint8_t *key, size_t key_count, const uint8_t *data, size_t count,
                       uint8_t *out) {
  return 0;
}

#endif
