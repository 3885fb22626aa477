#include "passbind_tls.h"

#include "pem.h"
#include "tls_end_point.h"
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

// AEAD with forward secrecy: what TLS 1.3 insists on, asked of TLS 1.2 too.
static const char tls12_suites[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

static void set_resumption(SSL_CTX *context, int is_server, const struct passbind_tls_settings *settings) {
  if (settings->no_resumption || settings->no_tickets) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  if (settings->no_resumption && is_server) SSL_CTX_set_num_tickets(context, 0);
  if (is_server && !settings->no_resumption && settings->cached_sessions > 0) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
    SSL_CTX_sess_set_cache_size(context, (long)settings->cached_sessions);
  } else {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  }
}

SSL_CTX *passbind_tls_context_new(int is_server, const struct passbind_tls_settings *settings) {
  ERR_clear_error();
  SSL_CTX *context = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
  if (context == NULL) return NULL;
  SSL_CTX_set_security_level(context, settings->security_level);
  if (!SSL_CTX_set_min_proto_version(context, settings->minimum_version) ||
      !SSL_CTX_set_max_proto_version(context, settings->maximum_version) ||
      !SSL_CTX_set_cipher_list(context, tls12_suites) ||
      (settings->sha256_suite && !SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256"))) {
    SSL_CTX_free(context);
    return NULL;
  }
  // The system's openssl.cnf has been applied by now, and may have allowed these.
  SSL_CTX_clear_options(context, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION | SSL_OP_LEGACY_SERVER_CONNECT |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_ALLOW_NO_DHE_KEX);
  // RFC 9266 4.2: tls-exporter has no meaning where a connection may renegotiate.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
#ifdef SSL_OP_NO_TX_CERTIFICATE_COMPRESSION
  SSL_CTX_set_options(context, SSL_OP_NO_TX_CERTIFICATE_COMPRESSION | SSL_OP_NO_RX_CERTIFICATE_COMPRESSION);
#endif
  if (settings->no_extended_master_secret) {
#ifdef SSL_OP_NO_EXTENDED_MASTER_SECRET
    SSL_CTX_set_options(context, SSL_OP_NO_EXTENDED_MASTER_SECRET);
#endif
  } else {
#ifdef SSL_OP_NO_EXTENDED_MASTER_SECRET
    SSL_CTX_clear_options(context, SSL_OP_NO_EXTENDED_MASTER_SECRET);
#endif
  }
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_recv_max_early_data(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(context, passbind_pem_no_passphrase);
  set_resumption(context, is_server, settings);
  if (is_server) SSL_CTX_set_info_callback(context, passbind_tls_note_certificate);
  return context;
}

void passbind_tls_context_free(SSL_CTX *context) { SSL_CTX_free(context); }

static int add_identity(SSL_CTX *context, BIO *chain_text, BIO *key_text) {
  STACK_OF(X509) *chain = passbind_pem_read_chain(chain_text);
  X509 *leaf = chain ? sk_X509_shift(chain) : NULL;
  EVP_PKEY *key = leaf ? passbind_pem_read_key(key_text) : NULL;
  int ok = key != NULL && SSL_CTX_use_cert_and_key(context, leaf, key, chain, 1) == 1;
  EVP_PKEY_free(key);
  X509_free(leaf);
  sk_X509_pop_free(chain, X509_free);
  return ok;
}

int passbind_tls_context_add_identity(SSL_CTX *context, const uint8_t *chain, size_t chain_count, const uint8_t *key,
                                      size_t key_count) {
  ERR_clear_error();
  if (chain_count > INT_MAX || key_count > INT_MAX) return 0;
  BIO *chain_text = BIO_new_mem_buf(chain, (int)chain_count);
  BIO *key_text = BIO_new_mem_buf(key, (int)key_count);
  int ok = add_identity(context, chain_text, key_text);
  BIO_free(key_text);
  BIO_free(chain_text);
  return ok;
}

int passbind_tls_context_add_identity_files(SSL_CTX *context, const char *chain, const char *key) {
  ERR_clear_error();
  BIO *chain_text = BIO_new_file(chain, "r");
  BIO *key_text = chain_text ? BIO_new_file(key, "r") : NULL;
  int ok = add_identity(context, chain_text, key_text);
  BIO_free(key_text);
  BIO_free(chain_text);
  return ok;
}

int passbind_tls_context_trust(SSL_CTX *context, const uint8_t *pem, size_t count) {
  ERR_clear_error();
  if (count > INT_MAX) return 0;
  BIO *text = BIO_new_mem_buf(pem, (int)count);
  int ok = passbind_pem_trust(SSL_CTX_get_cert_store(context), text);
  BIO_free(text);
  return ok;
}

int passbind_tls_context_trust_file(SSL_CTX *context, const char *path) {
  ERR_clear_error();
  BIO *text = BIO_new_file(path, "r");
  int ok = passbind_pem_trust(SSL_CTX_get_cert_store(context), text);
  BIO_free(text);
  return ok;
}

int passbind_tls_context_trust_system(SSL_CTX *context) {
  ERR_clear_error();
  return SSL_CTX_set_default_verify_paths(context);
}

void passbind_tls_context_verify(SSL_CTX *context, int verify) {
  SSL_CTX_set_verify(context, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
}

int passbind_tls_context_limit_signatures(SSL_CTX *context, const char *names) {
  ERR_clear_error();
  return SSL_CTX_set1_sigalgs_list(context, names) == 1;
}

int passbind_tls_context_set_id_context(SSL_CTX *context, const uint8_t *bytes, size_t count) {
  ERR_clear_error();
  if (count == 0 || count > SSL_MAX_SID_CTX_LENGTH) return 0;
  return SSL_CTX_set_session_id_context(context, bytes, (unsigned)count);
}

int passbind_tls_context_set_ticket_keys(SSL_CTX *context, const uint8_t *keys, size_t count) {
  ERR_clear_error();
  if (count != PASSBIND_TICKET_KEY_COUNT) return 0;
  return SSL_CTX_set_tlsext_ticket_keys(context, (void *)keys, (long)count) == 1;
}
