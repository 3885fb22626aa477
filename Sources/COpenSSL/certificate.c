#include "passbind_certificate.h"

#include "pem.h"
#include "verify.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

// ---- Chains --------------------------------------------------------------------------------------------------------

STACK_OF(X509) *passbind_chain_new(void) { return sk_X509_new_null(); }

static STACK_OF(X509) *read_chain(BIO *text) {
  STACK_OF(X509) *chain = passbind_pem_read_chain(text);
  BIO_free(text);
  return chain;
}

STACK_OF(X509) *passbind_chain_pem(const uint8_t *pem, size_t count) {
  ERR_clear_error();
  return read_chain(count <= INT_MAX ? BIO_new_mem_buf(pem, (int)count) : NULL);
}

STACK_OF(X509) *passbind_chain_file(const char *path) {
  ERR_clear_error();
  return read_chain(BIO_new_file(path, "r"));
}

void passbind_chain_free(STACK_OF(X509) *chain) { sk_X509_pop_free(chain, X509_free); }

int passbind_chain_add(STACK_OF(X509) *chain, const uint8_t *der, size_t count) {
  ERR_clear_error();
  const uint8_t *end = der;
  X509 *certificate = count <= LONG_MAX ? d2i_X509(NULL, &end, (long)count) : NULL;
  int ok = certificate != NULL && end == der + count && sk_X509_push(chain, certificate) > 0;
  if (!ok) X509_free(certificate);
  return ok;
}

static X509 *at(const STACK_OF(X509) *chain, size_t index) {
  return index <= INT_MAX ? sk_X509_value(chain, (int)index) : NULL; // NULL beyond the end
}

size_t passbind_chain_count(const STACK_OF(X509) *chain) { return (size_t)sk_X509_num(chain); }

size_t passbind_certificate_der(X509 *certificate, uint8_t *out, size_t capacity) {
  int count = certificate ? i2d_X509(certificate, NULL) : 0;
  if (count <= 0) return 0;
  if ((size_t)count <= capacity) i2d_X509(certificate, &out);
  return (size_t)count;
}

size_t passbind_chain_certificate(const STACK_OF(X509) *chain, size_t index, uint8_t *out, size_t capacity) {
  return passbind_certificate_der(at(chain, index), out, capacity);
}

size_t passbind_chain_issuer(const STACK_OF(X509) *chain, size_t index, uint8_t *out, size_t capacity) {
  X509 *certificate = at(chain, index);
  const X509_NAME *issuer = certificate ? X509_get_issuer_name(certificate) : NULL;
  int count = issuer ? i2d_X509_NAME(issuer, NULL) : 0;
  if (count <= 0) return 0;
  if ((size_t)count <= capacity) i2d_X509_NAME(issuer, &out);
  return (size_t)count;
}

void passbind_chain_subject(const STACK_OF(X509) *chain, char *out, size_t capacity) {
  passbind_certificate_subject(at(chain, 0), out, capacity);
}

EVP_PKEY *passbind_chain_key(const STACK_OF(X509) *chain) {
  ERR_clear_error();
  X509 *leaf = at(chain, 0);
  return leaf ? X509_get_pubkey(leaf) : NULL;
}

int passbind_chain_may_sign(const STACK_OF(X509) *chain) {
  X509 *leaf = at(chain, 0);
  // All bits are set where there is no Key Usage; none where the extensions cannot be read.
  return leaf != NULL && (X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) != 0;
}

int passbind_chain_matches_host(const STACK_OF(X509) *chain, const char *host) {
  ERR_clear_error();
  X509 *leaf = at(chain, 0);
  return leaf != NULL && X509_check_host(leaf, host, strlen(host), PASSBIND_HOST_FLAGS, NULL) == 1;
}

void passbind_certificate_subject(const X509 *certificate, char *out, size_t capacity) {
  if (capacity == 0) return;
  out[0] = 0;
  BIO *text = certificate ? BIO_new(BIO_s_mem()) : NULL;
  if (text != NULL && X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
    size_t count = 0;
    if (BIO_read_ex(text, out, capacity - 1, &count) == 1) out[count] = 0;
  }
  BIO_free(text);
  ERR_clear_error();
}

// ---- Verification --------------------------------------------------------------------------------------------------

X509_STORE *passbind_trust_system(void) {
  ERR_clear_error();
  X509_STORE *store = X509_STORE_new();
  if (store != NULL && X509_STORE_set_default_paths(store) == 1) return store;
  X509_STORE_free(store);
  return NULL;
}

static X509_STORE *trust(BIO *text) {
  X509_STORE *store = text ? X509_STORE_new() : NULL;
  int ok = store != NULL && passbind_pem_trust(store, text);
  BIO_free(text);
  if (ok) return store;
  X509_STORE_free(store);
  return NULL;
}

X509_STORE *passbind_trust_pem(const uint8_t *pem, size_t count) {
  ERR_clear_error();
  return trust(count <= INT_MAX ? BIO_new_mem_buf(pem, (int)count) : NULL);
}

X509_STORE *passbind_trust_file(const char *path) {
  ERR_clear_error();
  return trust(BIO_new_file(path, "r"));
}

void passbind_trust_free(X509_STORE *store) { X509_STORE_free(store); }

int passbind_expect_host(X509_VERIFY_PARAM *parameters, const char *host, int *is_address) {
  // No name would be checked then, or any name below that one taken.
  if (host[0] == 0 || host[0] == '.') return 0;
  ASN1_OCTET_STRING *address = a2i_IPADDRESS(host);
  *is_address = address != NULL;
  if (address != NULL) {
    ASN1_OCTET_STRING_free(address);
    return X509_VERIFY_PARAM_set1_ip_asc(parameters, host);
  }
  ERR_clear_error();
  X509_VERIFY_PARAM_set_hostflags(parameters, PASSBIND_HOST_FLAGS);
  return X509_VERIFY_PARAM_set1_host(parameters, host, strlen(host));
}

// As in a handshake: what is too weak for passbind_tls_settings.security_level is too weak here.
enum { SECURITY_LEVEL = 2 };

int passbind_trust_verify(X509_STORE *store, STACK_OF(X509) *chain, const char *host) {
  ERR_clear_error();
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  X509 *leaf = at(chain, 0);
  int result = -1, is_address = 0;
  if (context != NULL && leaf != NULL && X509_STORE_CTX_init(context, store, leaf, chain) == 1 &&
      X509_STORE_CTX_set_default(context, host ? "ssl_server" : "ssl_client") == 1) {
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_auth_level(parameters, SECURITY_LEVEL);
    if (host == NULL || passbind_expect_host(parameters, host, &is_address)) {
      int ok = X509_verify_cert(context) == 1;
      result = X509_STORE_CTX_get_error(context);
      // Never "good" by a failure that left no reason.
      if (ok != (result == X509_V_OK)) result = X509_V_ERR_UNSPECIFIED;
    }
  }
  X509_STORE_CTX_free(context);
  ERR_clear_error();
  return result;
}

int passbind_certificate_verdict(int result) {
  switch (result) {
  case X509_V_OK:
    return PASSBIND_VERDICT_OK;
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH:
    return PASSBIND_VERDICT_WRONG_HOST;
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_CERT_UNTRUSTED:
    return PASSBIND_VERDICT_UNKNOWN_ISSUER;
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return PASSBIND_VERDICT_EXPIRED;
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return PASSBIND_VERDICT_NOT_YET_VALID;
  default:
    return PASSBIND_VERDICT_OTHER;
  }
}

const char *passbind_certificate_verdict_text(int result) { return X509_verify_cert_error_string(result); }
