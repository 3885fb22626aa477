#include "pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

int passbind_pem_no_passphrase(char *buffer, int size, int writing, void *unused) {
  (void)buffer, (void)size, (void)writing, (void)unused;
  return -1;
}

// PEM_read reports the end of the file as an error.
static int at_end(void) {
  unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

STACK_OF(X509) *passbind_pem_read_chain(BIO *text) {
  STACK_OF(X509) *chain = text ? sk_X509_new_null() : NULL;
  if (chain == NULL) return NULL;
  X509 *certificate;
  while ((certificate = PEM_read_bio_X509_AUX(text, NULL, passbind_pem_no_passphrase, NULL)) != NULL) {
    if (sk_X509_push(chain, certificate) > 0) continue;
    X509_free(certificate);
    break;
  }
  if (sk_X509_num(chain) > 0 && at_end()) {
    ERR_clear_error();
    return chain;
  }
  sk_X509_pop_free(chain, X509_free);
  return NULL;
}

EVP_PKEY *passbind_pem_read_key(BIO *text) {
  return text ? PEM_read_bio_PrivateKey(text, NULL, passbind_pem_no_passphrase, NULL) : NULL;
}

int passbind_pem_trust(X509_STORE *store, BIO *text) {
  STACK_OF(X509) *roots = passbind_pem_read_chain(text);
  int ok = roots != NULL;
  for (int i = 0; ok && i < sk_X509_num(roots); i++) ok = X509_STORE_add_cert(store, sk_X509_value(roots, i));
  sk_X509_pop_free(roots, X509_free);
  return ok;
}
