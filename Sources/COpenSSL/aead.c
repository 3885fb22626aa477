#include "passbind_aead.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static EVP_CIPHER *cipher;

static void fetch(void) { cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL); }

static EVP_CIPHER_CTX *start(int sealing, const uint8_t *key, const uint8_t *nonce, const uint8_t *associated,
                             size_t associated_count) {
  if (associated_count > INT_MAX || !CRYPTO_THREAD_run_once(&once, fetch) || cipher == NULL) return NULL;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  int count = 0;
  // 12 bytes is the nonce length that GCM has unless told otherwise.
  if (context != NULL && EVP_CipherInit_ex2(context, cipher, key, nonce, sealing, NULL) == 1 &&
      (associated_count == 0 || EVP_CipherUpdate(context, NULL, &count, associated, (int)associated_count) == 1)) {
    return context;
  }
  EVP_CIPHER_CTX_free(context);
  return NULL;
}

int passbind_aes256gcm_seal(const uint8_t key[PASSBIND_AES256GCM_KEY], const uint8_t nonce[PASSBIND_AES256GCM_NONCE],
                            const uint8_t *associated, size_t associated_count, const uint8_t *plaintext, size_t count,
                            uint8_t *out) {
  EVP_CIPHER_CTX *context = count > INT_MAX ? NULL : start(1, key, nonce, associated, associated_count);
  int written = 0, rest = 0;
  int ok = context != NULL && (count == 0 || EVP_CipherUpdate(context, out, &written, plaintext, (int)count) == 1) &&
           EVP_CipherFinal_ex(context, out + written, &rest) == 1 && (size_t)written + (size_t)rest == count &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, PASSBIND_AES256GCM_TAG, out + count) == 1;
  EVP_CIPHER_CTX_free(context); // wipes the key schedule
  ERR_clear_error();
  return ok;
}

int passbind_aes256gcm_open(const uint8_t key[PASSBIND_AES256GCM_KEY], const uint8_t nonce[PASSBIND_AES256GCM_NONCE],
                            const uint8_t *associated, size_t associated_count, const uint8_t *sealed,
                            size_t sealed_count, uint8_t *out) {
  if (sealed_count < PASSBIND_AES256GCM_TAG || sealed_count > INT_MAX) return 0;
  size_t count = sealed_count - PASSBIND_AES256GCM_TAG;
  EVP_CIPHER_CTX *context = start(0, key, nonce, associated, associated_count);
  int written = 0, rest = 0;
  int ok = context != NULL && (count == 0 || EVP_CipherUpdate(context, out, &written, sealed, (int)count) == 1) &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, PASSBIND_AES256GCM_TAG, (void *)(sealed + count)) == 1 &&
           EVP_CipherFinal_ex(context, out + written, &rest) == 1;
  if (!ok) OPENSSL_cleanse(out, count);
  EVP_CIPHER_CTX_free(context);
  ERR_clear_error();
  return ok;
}
