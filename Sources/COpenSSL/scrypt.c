#include "passbind_kdf.h"

#include <openssl/crypto.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static EVP_KDF *scrypt;

static void fetch(void) { scrypt = EVP_KDF_fetch(NULL, "SCRYPT", NULL); }

int passbind_scrypt(const uint8_t *password, size_t password_count, const uint8_t *salt, size_t salt_count,
                    uint64_t n, uint32_t r, uint32_t p, uint64_t max_memory, uint8_t *out, size_t out_count) {
  EVP_KDF_CTX *context = CRYPTO_THREAD_run_once(&once, fetch) && scrypt ? EVP_KDF_CTX_new(scrypt) : NULL;
  // A parameter without an address counts as absent, so an empty password or salt still needs one.
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_octet_string(OSSL_KDF_PARAM_PASSWORD, password_count ? (void *)password : "", password_count),
      OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SALT, salt_count ? (void *)salt : "", salt_count),
      OSSL_PARAM_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &max_memory),
      OSSL_PARAM_END,
  };
  int ok = context != NULL && EVP_KDF_derive(context, out, out_count, parameters) == 1;
  EVP_KDF_CTX_free(context);
  ERR_clear_error();
  return ok;
}
