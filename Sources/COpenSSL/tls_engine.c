#include "passbind_tls.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

SSL *passbind_tls_new(SSL_CTX *context, int is_server) {
  ERR_clear_error();
  SSL *tls = SSL_new(context);
  BIO *input = BIO_new(BIO_s_mem());
  BIO *output = BIO_new(BIO_s_mem());
  if (tls == NULL || input == NULL || output == NULL) {
    BIO_free(output);
    BIO_free(input);
    SSL_free(tls);
    return NULL;
  }
  SSL_set_bio(tls, input, output); // which owns them from here on
  if (is_server) {
    SSL_set_accept_state(tls);
  } else {
    SSL_set_connect_state(tls);
  }
  return tls;
}

void passbind_tls_free(SSL *tls) {
  SSL_free(tls);
  ERR_clear_error();
}

int passbind_tls_set_host(SSL *tls, const char *host) {
  ERR_clear_error();
  X509_VERIFY_PARAM *parameters = SSL_get0_param(tls);
  ASN1_OCTET_STRING *address = a2i_IPADDRESS(host);
  if (address != NULL) {
    ASN1_OCTET_STRING_free(address);
    return X509_VERIFY_PARAM_set1_ip_asc(parameters, host);
  }
  ERR_clear_error();
  // RFC 9525 6.3 and 6.1.2: a wildcard is a whole label, and a subject's common name is no host name.
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  return X509_VERIFY_PARAM_set1_host(parameters, host, strlen(host)) && SSL_set_tlsext_host_name(tls, host);
}

int passbind_tls_feed(SSL *tls, const uint8_t *bytes, size_t count) {
  size_t written = 0;
  return BIO_write_ex(SSL_get_rbio(tls), bytes, count, &written) == 1 && written == count;
}

size_t passbind_tls_output_count(SSL *tls) { return BIO_ctrl_pending(SSL_get_wbio(tls)); }

size_t passbind_tls_take_output(SSL *tls, uint8_t *out, size_t count) {
  size_t taken = 0;
  if (count == 0 || BIO_read_ex(SSL_get_wbio(tls), out, count, &taken) != 1) return 0;
  return taken;
}

static int result(const SSL *tls, int returned) {
  switch (SSL_get_error(tls, returned)) {
  case SSL_ERROR_NONE:
    return PASSBIND_TLS_DONE;
  case SSL_ERROR_WANT_READ:
    return PASSBIND_TLS_WANTS_INPUT;
  case SSL_ERROR_ZERO_RETURN:
    return PASSBIND_TLS_CLOSED;
  default:
    return PASSBIND_TLS_FAILED;
  }
}

int passbind_tls_handshake(SSL *tls) {
  ERR_clear_error();
  return result(tls, SSL_do_handshake(tls));
}

int passbind_tls_read(SSL *tls, uint8_t *out, size_t capacity, size_t *read) {
  ERR_clear_error();
  *read = 0;
  return result(tls, SSL_read_ex(tls, out, capacity, read));
}

int passbind_tls_write(SSL *tls, const uint8_t *bytes, size_t count) {
  ERR_clear_error();
  size_t written = 0;
  return result(tls, SSL_write_ex(tls, bytes, count, &written));
}

int passbind_tls_close(SSL *tls) {
  ERR_clear_error();
  // 0 says that the peer's close_notify has not come: no failure.
  return SSL_shutdown(tls) >= 0 ? PASSBIND_TLS_DONE : PASSBIND_TLS_FAILED;
}

void passbind_tls_error_text(char *out, size_t capacity) {
  if (capacity == 0) return;
  size_t used = 0;
  unsigned long error;
  const char *data;
  int flags;
  while ((error = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
    const char *reason = ERR_reason_error_string(error);
    int has_data = (flags & ERR_TXT_STRING) != 0 && data != NULL && data[0] != 0;
    int wrote = BIO_snprintf(out + used, capacity - used, "%s%s%s%s%s", used > 0 ? "; " : "",
                             reason ? reason : "unnamed error", has_data ? " (" : "", has_data ? data : "",
                             has_data ? ")" : "");
    if (wrote < 0) break; // full: the first errors are the ones that matter
    used += (size_t)wrote;
  }
  out[used] = 0;
  ERR_clear_error();
}

int passbind_tls_verdict(const SSL *tls) {
  switch (SSL_get_verify_result(tls)) {
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

const char *passbind_tls_verdict_text(const SSL *tls) {
  return X509_verify_cert_error_string(SSL_get_verify_result(tls));
}
