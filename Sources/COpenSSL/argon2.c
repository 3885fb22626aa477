#include "passbind_argon2.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#ifdef PASSBIND_ARGON2
#include <argon2.h>
#endif

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static EVP_KDF *argon2id;

static void fetch(void) {
  argon2id = EVP_KDF_fetch(NULL, "ARGON2ID", NULL);
  ERR_clear_error();
}

int passbind_argon2_has(int backend) {
  switch (backend) {
  case PASSBIND_ARGON2_OPENSSL:
    return CRYPTO_THREAD_run_once(&once, fetch) && argon2id != NULL;
#ifdef PASSBIND_ARGON2
  case PASSBIND_ARGON2_LIBARGON2:
    return 1;
#endif
  default:
    return 0;
  }
}

// A parameter without an address counts as absent, so one without bytes still needs an address.
static OSSL_PARAM bytes(const char *name, const uint8_t *data, uint32_t count) {
  return OSSL_PARAM_construct_octet_string(name, count ? (void *)data : "", count);
}

static int by_openssl(const struct passbind_argon2_input *input, uint8_t *out, size_t out_count) {
  uint32_t memory = input->memory, passes = input->passes, lanes = input->lanes;
  // The lanes are then computed in turn: more threads would be refused unless the program has given OpenSSL some.
  uint32_t threads = 1, version = 0x13;
  EVP_KDF_CTX *context = EVP_KDF_CTX_new(argon2id);
  // By EVP_KDF-ARGON2(7); OpenSSL 3.0's headers lack the macros of most.
  OSSL_PARAM parameters[] = {
      bytes(OSSL_KDF_PARAM_PASSWORD, input->password, input->password_count),
      bytes(OSSL_KDF_PARAM_SALT, input->salt, input->salt_count),
      bytes(OSSL_KDF_PARAM_SECRET, input->secret, input->secret_count),
      bytes("ad", input->associated, input->associated_count),
      OSSL_PARAM_uint32("memcost", &memory),
      OSSL_PARAM_uint32(OSSL_KDF_PARAM_ITER, &passes),
      OSSL_PARAM_uint32("lanes", &lanes),
      OSSL_PARAM_uint32("threads", &threads),
      OSSL_PARAM_uint32("version", &version),
      OSSL_PARAM_END,
  };
  int ok = context != NULL && EVP_KDF_derive(context, out, out_count, parameters) == 1;
  EVP_KDF_CTX_free(context);
  ERR_clear_error();
  return ok;
}

#ifdef PASSBIND_ARGON2
static int by_libargon2(const struct passbind_argon2_input *input, uint8_t *out, size_t out_count) {
  // It writes to none of these unless a flag asks it to wipe them.
  argon2_context context = {
      .out = out,
      .outlen = (uint32_t)out_count,
      .pwd = (uint8_t *)input->password,
      .pwdlen = input->password_count,
      .salt = (uint8_t *)input->salt,
      .saltlen = input->salt_count,
      .secret = (uint8_t *)input->secret,
      .secretlen = input->secret_count,
      .ad = (uint8_t *)input->associated,
      .adlen = input->associated_count,
      .t_cost = input->passes,
      .m_cost = input->memory,
      .lanes = input->lanes,
      .threads = input->lanes < 16 ? input->lanes : 16,
      .version = ARGON2_VERSION_13,
      .flags = ARGON2_DEFAULT_FLAGS,
  };
  return argon2id_ctx(&context) == ARGON2_OK;
}
#endif

int passbind_argon2id(int backend, const struct passbind_argon2_input *input, uint8_t *out, size_t out_count) {
  if (!passbind_argon2_has(backend) || out_count > UINT32_MAX) return 0;
#ifdef PASSBIND_ARGON2
  if (backend == PASSBIND_ARGON2_LIBARGON2) return by_libargon2(input, out, out_count);
#endif
  return by_openssl(input, out, out_count);
}
