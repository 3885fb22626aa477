#include "passbind_tls.h"

#include "verify.h"
#include <openssl/err.h>
#include <openssl/ssl.h>

int passbind_tls_version(const SSL *tls) { return SSL_version(tls); }

int passbind_tls_is_finished(const SSL *tls) { return SSL_is_init_finished(tls); }

int passbind_tls_is_resumed(const SSL *tls) { return SSL_session_reused(tls); }

int passbind_tls_is_secret_bound(SSL *tls) {
  return SSL_version(tls) >= TLS1_3_VERSION || SSL_get_extms_support(tls) == 1;
}

const char *passbind_tls_cipher_suite(const SSL *tls) {
  const SSL_CIPHER *cipher = SSL_get_current_cipher(tls);
  return cipher ? SSL_CIPHER_standard_name(cipher) : NULL;
}

size_t passbind_tls_peer_certificate(const SSL *tls, uint8_t *out, size_t capacity) {
  return passbind_certificate_der(SSL_get0_peer_certificate(tls), out, capacity);
}

void passbind_tls_peer_subject(const SSL *tls, char *out, size_t capacity) {
  passbind_certificate_subject(SSL_get0_peer_certificate(tls), out, capacity);
}

int passbind_tls_export(SSL *tls, const uint8_t *label, size_t label_count, int has_context, const uint8_t *context,
                        size_t context_count, uint8_t *out, size_t count) {
  ERR_clear_error();
  return SSL_export_keying_material(tls, out, count, (const char *)label, label_count, context, context_count,
                                    has_context) == 1;
}

size_t passbind_tls_finished(const SSL *tls, int own, uint8_t out[64]) {
  return own ? SSL_get_finished(tls, out, 64) : SSL_get_peer_finished(tls, out, 64);
}
