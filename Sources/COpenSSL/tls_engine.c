#include "passbind_tls.h"

#include "verify.h"
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

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
  int is_address = 0;
  return passbind_expect_host(SSL_get0_param(tls), host, &is_address) &&
         (is_address || SSL_set_tlsext_host_name(tls, host));
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

int passbind_tls_verdict(const SSL *tls) { return (int)SSL_get_verify_result(tls); }
