#include "passbind_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

SSL_SESSION *passbind_tls_session_copy(const SSL *tls) {
  SSL_SESSION *session = SSL_get_session(tls);
  return session != NULL && SSL_SESSION_is_resumable(session) ? SSL_SESSION_dup(session) : NULL;
}

int passbind_tls_session_offer(SSL *tls, const SSL_SESSION *session) {
  ERR_clear_error();
  SSL_SESSION *copy = SSL_SESSION_dup(session);
  int ok = copy != NULL && SSL_set_session(tls, copy) == 1;
  SSL_SESSION_free(copy);
  return ok;
}

int passbind_tls_session_set_purpose(SSL *tls, const uint8_t *bytes, size_t count) {
  ERR_clear_error();
  return count > 0 && count <= SSL_MAX_SID_CTX_LENGTH && SSL_set_session_id_context(tls, bytes, (unsigned)count) == 1;
}

uint32_t passbind_tls_session_early_data(const SSL_SESSION *session) { return SSL_SESSION_get_max_early_data(session); }

void passbind_tls_session_free(SSL_SESSION *session) { SSL_SESSION_free(session); }
