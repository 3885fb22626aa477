// PBKDF2 for one output block: T = U_1 xor ... xor U_c, U_1 = HMAC(password, salt || 1), U_n = HMAC(password, U_n-1).
//
// From the second iteration on, both hashes of an HMAC take exactly one compression each: the state after the padded
// key is known, and what follows it (one digest, the 0x80 pad, the length) fills a single block whose tail never
// changes. So the loop needs the bare compression function: SHA*_Transform, deprecated since OpenSSL 3.0 but exported
// by every 3.x libcrypto, assembly included. It goes past the providers, which is why the EVP path exists too.

#define OPENSSL_SUPPRESS_DEPRECATED
#include "passbind_kdf.h"

#include "fetched.h"
#include "passbind_digest.h"
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <string.h>

// Wide enough for either family: SHA-1 and SHA-256 use 32-bit words and 64-byte blocks, SHA-384 and SHA-512 64-bit words
// and 128-byte blocks.
struct fast {
  union {
    SHA_CTX sha1;
    SHA256_CTX sha256;
    SHA512_CTX sha512;
  } work;
  union {
    uint32_t w32[8];
    SHA_LONG64 w64[8];
  } inner, outer, t; // the states after key xor ipad and key xor opad; the sum of all U so far
  uint8_t block[128]; // U, 0x80, zeros, length
};

struct passbind_pbkdf2 {
  int hash;
  size_t digest_count;
  void (*advance)(struct fast *, uint32_t); // NULL on the EVP path
  struct fast fast;
  EVP_MD_CTX *inner, *outer, *work; // the EVP path: the same two states, and a context to copy them into
  uint8_t u[PASSBIND_MAX_DIGEST], t[PASSBIND_MAX_DIGEST];
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BIG32(word) __builtin_bswap32(word)
#define BIG64(word) __builtin_bswap64(word)
#else
#define BIG32(word) (word)
#define BIG64(word) (word)
#endif

static void store32(uint8_t *out, const uint32_t *words, int count) {
  for (int i = 0; i < count; i++) {
    uint32_t word = BIG32(words[i]);
    memcpy(out + 4 * i, &word, 4);
  }
}

static void store64(uint8_t *out, const SHA_LONG64 *words, int count) {
  for (int i = 0; i < count; i++) {
    SHA_LONG64 word = BIG64(words[i]);
    memcpy(out + 8 * i, &word, 8);
  }
}

// One compression from the state `key` over the block; the new digest goes back into the block, where the next hash
// wants it.
static inline void compress_sha256(struct fast *f, const uint32_t *key) {
  memcpy(f->work.sha256.h, key, 32);
  SHA256_Transform(&f->work.sha256, f->block);
  store32(f->block, f->work.sha256.h, 8);
}

static void advance_sha256(struct fast *f, uint32_t iterations) {
  while (iterations-- > 0) {
    compress_sha256(f, f->inner.w32);
    compress_sha256(f, f->outer.w32);
    for (int i = 0; i < 8; i++) f->t.w32[i] ^= f->work.sha256.h[i];
  }
}

// SHA-384 is SHA-512 with another initial state and a digest of six words; `words` is a constant at both calls below.
static inline void compress_sha512(struct fast *f, const SHA_LONG64 *key, int words) {
  memcpy(f->work.sha512.h, key, 64);
  SHA512_Transform(&f->work.sha512, f->block);
  store64(f->block, f->work.sha512.h, words);
}

static inline void advance_sha2_64(struct fast *f, uint32_t iterations, int words) {
  while (iterations-- > 0) {
    compress_sha512(f, f->inner.w64, words);
    compress_sha512(f, f->outer.w64, words);
    for (int i = 0; i < words; i++) f->t.w64[i] ^= f->work.sha512.h[i];
  }
}

static void advance_sha512(struct fast *f, uint32_t iterations) { advance_sha2_64(f, iterations, 8); }
static void advance_sha384(struct fast *f, uint32_t iterations) { advance_sha2_64(f, iterations, 6); }

// SHA_CTX keeps its state in five named words, not an array.
static inline void compress_sha1(struct fast *f, const uint32_t *key, uint32_t h[5]) {
  SHA_CTX *work = &f->work.sha1;
  work->h0 = key[0], work->h1 = key[1], work->h2 = key[2], work->h3 = key[3], work->h4 = key[4];
  SHA1_Transform(work, f->block);
  h[0] = work->h0, h[1] = work->h1, h[2] = work->h2, h[3] = work->h3, h[4] = work->h4;
  store32(f->block, h, 5);
}

static void advance_sha1(struct fast *f, uint32_t iterations) {
  uint32_t h[5];
  while (iterations-- > 0) {
    compress_sha1(f, f->inner.w32, h);
    compress_sha1(f, f->outer.w32, h);
    for (int i = 0; i < 5; i++) f->t.w32[i] ^= h[i];
  }
  OPENSSL_cleanse(h, sizeof h);
}

// HMAC's key block (RFC 2104 2): the password, or its hash if it is longer than a block, padded with zeros.
static int key_block(int hash, size_t digest_count, const uint8_t *password, size_t count, uint8_t *block,
                     size_t block_count) {
  memset(block, 0, block_count);
  if (count > block_count) return passbind_digest(hash, password, count, block, digest_count);
  if (count > 0) memcpy(block, password, count);
  return 1;
}

static void xor_all(uint8_t *block, size_t count, uint8_t value) {
  for (size_t i = 0; i < count; i++) block[i] ^= value;
}

// The state after one block of key, into `words`.
static void key_state(struct fast *f, int hash, const uint8_t *block, void *words) {
  switch (hash) {
  case PASSBIND_SHA1: {
    SHA_CTX *work = &f->work.sha1;
    SHA1_Init(work);
    SHA1_Transform(work, block);
    const uint32_t h[5] = {work->h0, work->h1, work->h2, work->h3, work->h4};
    memcpy(words, h, sizeof h);
    break;
  }
  case PASSBIND_SHA256:
    SHA256_Init(&f->work.sha256);
    SHA256_Transform(&f->work.sha256, block);
    memcpy(words, f->work.sha256.h, 32);
    break;
  default: // SHA-384 and SHA-512
    if (hash == PASSBIND_SHA384)
      SHA384_Init(&f->work.sha512);
    else
      SHA512_Init(&f->work.sha512);
    SHA512_Transform(&f->work.sha512, block);
    memcpy(words, f->work.sha512.h, 64);
  }
}

static int start_fast(passbind_pbkdf2 *state, const uint8_t *password, size_t password_count) {
  struct fast *f = &state->fast;
  const int wide = state->hash == PASSBIND_SHA384 || state->hash == PASSBIND_SHA512;
  const size_t block_count = wide ? 128 : 64;
  uint8_t key[128];
  int ok = key_block(state->hash, state->digest_count, password, password_count, key, block_count);
  xor_all(key, block_count, 0x36);
  key_state(f, state->hash, key, &f->inner);
  xor_all(key, block_count, 0x36 ^ 0x5c);
  key_state(f, state->hash, key, &f->outer);
  OPENSSL_cleanse(key, sizeof key);

  const size_t n = state->digest_count;
  const uint16_t bits = (uint16_t)((block_count + n) * 8);
  memcpy(f->block, state->u, n);
  f->block[n] = 0x80;
  f->block[block_count - 2] = (uint8_t)(bits >> 8);
  f->block[block_count - 1] = (uint8_t)bits;
  for (size_t i = 0; i < n; i++) { // t = U_1, as words
    if (wide)
      f->t.w64[i / 8] |= (SHA_LONG64)state->u[i] << (56 - 8 * (i % 8));
    else
      f->t.w32[i / 4] |= (uint32_t)state->u[i] << (24 - 8 * (i % 4));
  }
  return ok;
}

static EVP_MD_CTX *evp_key_state(const EVP_MD *md, const uint8_t *block, size_t count) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (context && EVP_DigestInit_ex2(context, md, NULL) == 1 && EVP_DigestUpdate(context, block, count) == 1)
    return context;
  EVP_MD_CTX_free(context);
  return NULL;
}

static int start_evp(passbind_pbkdf2 *state, const EVP_MD *md, const uint8_t *password, size_t password_count) {
  const size_t block_count = (size_t)EVP_MD_get_block_size(md);
  uint8_t key[256];
  if (block_count > sizeof key) return 0;
  int ok = key_block(state->hash, state->digest_count, password, password_count, key, block_count);
  xor_all(key, block_count, 0x36);
  state->inner = evp_key_state(md, key, block_count);
  xor_all(key, block_count, 0x36 ^ 0x5c);
  state->outer = evp_key_state(md, key, block_count);
  OPENSSL_cleanse(key, sizeof key);
  state->work = EVP_MD_CTX_new();
  memcpy(state->t, state->u, state->digest_count);
  return ok && state->inner && state->outer && state->work;
}

static int advance_evp(passbind_pbkdf2 *state, uint32_t iterations) {
  const size_t n = state->digest_count;
  while (iterations-- > 0) {
    if (EVP_MD_CTX_copy_ex(state->work, state->inner) != 1 || EVP_DigestUpdate(state->work, state->u, n) != 1 ||
        EVP_DigestFinal_ex(state->work, state->u, NULL) != 1 || EVP_MD_CTX_copy_ex(state->work, state->outer) != 1 ||
        EVP_DigestUpdate(state->work, state->u, n) != 1 || EVP_DigestFinal_ex(state->work, state->u, NULL) != 1) {
      ERR_clear_error();
      return 0;
    }
    for (size_t i = 0; i < n; i++) state->t[i] ^= state->u[i];
  }
  return 1;
}

// U_1 = HMAC(password, salt || INT(1)).
static int first_iteration(passbind_pbkdf2 *state, const uint8_t *password, size_t password_count,
                           const uint8_t *salt, size_t salt_count) {
  uint8_t *message = OPENSSL_malloc(salt_count + 4);
  if (message == NULL) return 0;
  if (salt_count > 0) memcpy(message, salt, salt_count);
  memcpy(message + salt_count, "\0\0\0\1", 4);
  int ok = passbind_hmac(state->hash, password, password_count, message, salt_count + 4, state->u,
                         state->digest_count);
  OPENSSL_free(message);
  return ok;
}

passbind_pbkdf2 *passbind_pbkdf2_new(int hash, int path, const uint8_t *password, size_t password_count,
                                     const uint8_t *salt, size_t salt_count) {
  const EVP_MD *md = passbind_fetched_md(hash);
  passbind_pbkdf2 *state = md ? OPENSSL_zalloc(sizeof *state) : NULL;
  if (state == NULL) return NULL;
  state->hash = hash;
  state->digest_count = (size_t)EVP_MD_get_size(md);
#ifdef PASSBIND_FIPS
  path = PASSBIND_PBKDF2_EVP;
#endif
  if (path == PASSBIND_PBKDF2_DEFAULT) {
    static void (*const fast[PASSBIND_HASH_COUNT])(struct fast *, uint32_t) = {
        [PASSBIND_SHA1] = advance_sha1,
        [PASSBIND_SHA256] = advance_sha256,
        [PASSBIND_SHA384] = advance_sha384,
        [PASSBIND_SHA512] = advance_sha512,
    };
    state->advance = fast[hash];
  }
  int ok = first_iteration(state, password, password_count, salt, salt_count) &&
           (state->advance ? start_fast(state, password, password_count)
                           : start_evp(state, md, password, password_count));
  if (!ok) {
    ERR_clear_error();
    passbind_pbkdf2_free(state);
    return NULL;
  }
  return state;
}

int passbind_pbkdf2_advance(passbind_pbkdf2 *state, uint32_t iterations) {
  if (state->advance == NULL) return advance_evp(state, iterations);
  state->advance(&state->fast, iterations);
  return 1;
}

int passbind_pbkdf2_output(const passbind_pbkdf2 *state, uint8_t *out, size_t out_count) {
  if (out_count != state->digest_count) return 0;
  if (state->advance == NULL)
    memcpy(out, state->t, state->digest_count);
  else if (state->hash == PASSBIND_SHA384 || state->hash == PASSBIND_SHA512)
    store64(out, state->fast.t.w64, (int)(state->digest_count / 8));
  else
    store32(out, state->fast.t.w32, (int)(state->digest_count / 4));
  return 1;
}

void passbind_pbkdf2_free(passbind_pbkdf2 *state) {
  if (state == NULL) return;
  EVP_MD_CTX_free(state->inner); // wipes its own state
  EVP_MD_CTX_free(state->outer);
  EVP_MD_CTX_free(state->work);
  OPENSSL_clear_free(state, sizeof *state);
}

int passbind_pbkdf2_reference(int hash, const uint8_t *password, size_t password_count, const uint8_t *salt,
                              size_t salt_count, uint32_t iterations, uint8_t *out, size_t out_count) {
  const EVP_MD *md = passbind_fetched_md(hash);
  if (md == NULL || password_count > INT_MAX || salt_count > INT_MAX || iterations > INT_MAX || out_count > INT_MAX)
    return 0;
  int ok = PKCS5_PBKDF2_HMAC(password_count ? (const char *)password : "", (int)password_count, salt, (int)salt_count,
                             (int)iterations, md, (int)out_count, out) == 1;
  ERR_clear_error();
  return ok;
}
