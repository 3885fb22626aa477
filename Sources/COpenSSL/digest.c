#include "passbind_digest.h"

#include "bare_hash.h"
#include "fetched.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>

static const char *const names[PASSBIND_HASH_COUNT] = {"SHA1", "SHA2-256", "SHA2-384", "SHA2-512", "SHA3-512"};
static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static EVP_MD *digests[PASSBIND_HASH_COUNT];
static EVP_MAC_CTX *hmacs[PASSBIND_HASH_COUNT]; // keyless contexts to duplicate from; read-only once made

static void fetch_all(void) {
  EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
  for (int i = 0; i < PASSBIND_HASH_COUNT; i++) {
    digests[i] = EVP_MD_fetch(NULL, names[i], NULL);
    EVP_MAC_CTX *context = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    OSSL_PARAM parameters[] = {OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)names[i], 0), OSSL_PARAM_END};
    if (context && !EVP_MAC_CTX_set_params(context, parameters)) {
      EVP_MAC_CTX_free(context);
      context = NULL;
    }
    hmacs[i] = context;
  }
  EVP_MAC_free(hmac); // each context holds its own reference
  ERR_clear_error();
}

static int known(int hash) {
  return hash >= 0 && hash < PASSBIND_HASH_COUNT && CRYPTO_THREAD_run_once(&once, fetch_all);
}

const EVP_MD *passbind_fetched_md(int hash) { return known(hash) ? digests[hash] : NULL; }

int passbind_digest(int hash, const uint8_t *data, size_t count, uint8_t *out, size_t out_count) {
  const EVP_MD *md = passbind_fetched_md(hash);
  if (md == NULL || (size_t)EVP_MD_get_size(md) != out_count) return 0;
  if (passbind_bare_digest(hash, data, count, out)) return 1;
  int ok = EVP_Digest(data, count, out, NULL, md, NULL) == 1;
  if (!ok) ERR_clear_error();
  return ok;
}

int passbind_hmac(int hash, const uint8_t *key, size_t key_count, const uint8_t *data, size_t count, uint8_t *out,
                  size_t out_count) {
  if (!known(hash) || hmacs[hash] == NULL || (size_t)EVP_MD_get_size(digests[hash]) != out_count) return 0;
  if (passbind_bare_hmac(hash, key, key_count, data, count, out)) return 1;
  EVP_MAC_CTX *context = EVP_MAC_CTX_dup(hmacs[hash]);
  // A NULL key means "keep the key you have" to EVP_MAC_init, so an empty key still needs an address.
  const uint8_t *address = key_count > 0 ? key : (const uint8_t *)"";
  int ok = context != NULL && EVP_MAC_init(context, address, key_count, NULL) == 1 &&
           EVP_MAC_update(context, data, count) == 1 && EVP_MAC_final(context, out, NULL, out_count) == 1;
  EVP_MAC_CTX_free(context);
  if (!ok) ERR_clear_error();
  return ok;
}
