#include "passbind_memory.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>

void passbind_cleanse(uint8_t *bytes, size_t count) {
  if (count > 0) OPENSSL_cleanse(bytes, count);
}

int passbind_equal(const uint8_t *a, size_t a_count, const uint8_t *b, size_t b_count) {
  return a_count == b_count && (a_count == 0 || CRYPTO_memcmp(a, b, a_count) == 0);
}

int passbind_random(uint8_t *bytes, size_t count) {
  if (count == 0) return 1;
  if (count > INT_MAX) return 0;
  int ok = RAND_priv_bytes(bytes, (int)count) == 1;
  if (!ok) ERR_clear_error();
  return ok;
}
