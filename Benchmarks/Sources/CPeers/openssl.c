#include "peers.h"
#include <openssl/evp.h>

int peer_pkcs5_pbkdf2(int bits, const uint8_t *password, size_t password_count, const uint8_t *salt, size_t salt_count,
                      int iterations, uint8_t *out) {
  return PKCS5_PBKDF2_HMAC((const char *)password, (int)password_count, salt, (int)salt_count, iterations,
                           bits == 512 ? EVP_sha512() : EVP_sha256(), bits / 8, out);
}
