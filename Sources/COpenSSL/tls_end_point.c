#include "tls_end_point.h"
#include "passbind_tls.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

// RSASSA-PSS names two hash functions (RFC 4055 3.1), and RFC 5929 4.1 defines a binding only where a signature uses one.
static int pss_hashes_differ(const X509 *certificate, int hash) {
  const X509_ALGOR *algorithm;
  const ASN1_OBJECT *object;
  const void *value;
  int type;
  X509_get0_signature(NULL, &algorithm, certificate);
  X509_ALGOR_get0(&object, &type, &value, algorithm);
  if (OBJ_obj2nid(object) != NID_rsassaPss) return 0;
  RSA_PSS_PARAMS *parameters =
      type == V_ASN1_SEQUENCE ? ASN1_item_unpack(value, ASN1_ITEM_rptr(RSA_PSS_PARAMS)) : NULL;
  if (parameters == NULL) return 1;
  int mask_hash = NID_sha1; // the default, where the field is left out
  if (parameters->maskGenAlgorithm != NULL) {
    X509_ALGOR *mask = NULL;
    X509_ALGOR_get0(&object, &type, &value, parameters->maskGenAlgorithm);
    if (OBJ_obj2nid(object) == NID_mgf1 && type == V_ASN1_SEQUENCE) {
      mask = ASN1_item_unpack(value, ASN1_ITEM_rptr(X509_ALGOR));
    }
    mask_hash = mask ? OBJ_obj2nid(mask->algorithm) : NID_undef;
    X509_ALGOR_free(mask);
  }
  RSA_PSS_PARAMS_free(parameters);
  return mask_hash != hash;
}

// RFC 5929 4.1: the hash of the signature algorithm, but SHA-256 in place of MD5 and SHA-1.
static const EVP_MD *binding_hash(X509 *certificate) {
  int hash = NID_undef;
  if (X509_get_signature_info(certificate, &hash, NULL, NULL, NULL) != 1 || hash == NID_undef) return NULL;
  if (pss_hashes_differ(certificate, hash)) return NULL;
  if (hash == NID_md5 || hash == NID_sha1) return EVP_sha256();
  const EVP_MD *md = EVP_get_digestbynid(hash);
  return md != NULL && (EVP_MD_get_flags(md) & EVP_MD_FLAG_XOF) == 0 ? md : NULL;
}

static int end_point(X509 *certificate, uint8_t out[PASSBIND_END_POINT_CAPACITY], size_t *count) {
  const EVP_MD *md = binding_hash(certificate);
  unsigned length = 0;
  int known = md != NULL && X509_digest(certificate, md, out, &length) == 1 && length > 0;
  ERR_clear_error();
  if (known) {
    *count = length;
    return PASSBIND_END_POINT_DEFINED;
  }
  const char *name = OBJ_nid2ln(X509_get_signature_nid(certificate));
  *count = name ? strnlen(name, PASSBIND_END_POINT_CAPACITY) : 0;
  if (name != NULL) memcpy(out, name, *count);
  return PASSBIND_END_POINT_UNDEFINED;
}

// The note in the session: a tag, a byte that tells a hash from an algorithm's name, and one of the two.
static const uint8_t tag[] = {'P', 'B', '1'};

void passbind_tls_note_certificate(const SSL *tls, int where, int value) {
  (void)value;
  // Right after the Certificate message, once a full handshake, whichever way the session will be kept (ticket or
  // memory). A resumed handshake sends no certificate: the note then comes with the session, and new tickets inherit it.
  if ((where & SSL_CB_LOOP) == 0 || SSL_get_state(tls) != TLS_ST_SW_CERT) return;
  SSL_SESSION *session = SSL_get_session(tls);
  X509 *certificate = SSL_get_certificate(tls);
  if (session == NULL || certificate == NULL) return;
  uint8_t note[sizeof tag + 1 + PASSBIND_END_POINT_CAPACITY];
  size_t count = 0;
  memcpy(note, tag, sizeof tag);
  note[sizeof tag] = (uint8_t)end_point(certificate, note + sizeof tag + 1, &count);
  SSL_SESSION_set1_ticket_appdata(session, note, sizeof tag + 1 + count);
}

static int noted_end_point(const SSL *tls, uint8_t out[PASSBIND_END_POINT_CAPACITY], size_t *count) {
  SSL_SESSION *session = SSL_get_session(tls);
  void *data = NULL;
  size_t length = 0;
  if (session == NULL || SSL_SESSION_get0_ticket_appdata(session, &data, &length) != 1) return PASSBIND_END_POINT_UNKNOWN;
  const uint8_t *note = data;
  size_t head = sizeof tag + 1;
  if (note == NULL || length <= head || length > head + PASSBIND_END_POINT_CAPACITY ||
      memcmp(note, tag, sizeof tag) != 0 || note[sizeof tag] > 1) {
    return PASSBIND_END_POINT_UNKNOWN;
  }
  *count = length - head;
  memcpy(out, note + head, *count);
  return note[sizeof tag];
}

int passbind_tls_end_point(const SSL *tls, uint8_t out[PASSBIND_END_POINT_CAPACITY], size_t *count) {
  *count = 0;
  if (SSL_is_server(tls)) return noted_end_point(tls, out, count);
  X509 *certificate = SSL_get0_peer_certificate(tls);
  return certificate ? end_point(certificate, out, count) : PASSBIND_END_POINT_UNKNOWN;
}
