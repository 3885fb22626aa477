#ifndef PASSBIND_TLS_H
#define PASSBIND_TLS_H

#include <stddef.h>
#include <stdint.h>

// Under these names OpenSSL's own types go by, opaque: Swift holds the pointers and never looks inside.
typedef struct ssl_ctx_st passbind_tls_context;
typedef struct ssl_st passbind_tls;
typedef struct ssl_session_st passbind_tls_session;

// ---- Contexts (tls_context.c) --------------------------------------------------------------------------------------

/// What a context allows; zero is the sound default for each flag.
struct passbind_tls_settings {
  /// Lowest and highest protocol version, as in the ProtocolVersion field (0x0303, 0x0304).
  uint16_t minimum_version;
  uint16_t maximum_version;
  /// OpenSSL's security level: which key sizes and hashes are too weak.
  int security_level;
  /// 1: neither tickets nor cached sessions.
  int no_resumption;
  /// 1: sessions live in the server's memory or in no place at all, never in a ticket.
  int no_tickets;
  /// How many sessions a server keeps in memory; 0 for none.
  uint32_t cached_sessions;
  /// 1: as if this end had never heard of RFC 7627. For tests.
  int no_extended_master_secret;
  /// 1: of TLS 1.3's cipher suites only the one with AES-128 and SHA-256. For tests.
  int sha256_suite;
};

/// A context for one role with these settings; NULL on failure. Exists because nearly all of them are macros over
/// SSL_CTX_ctrl, which Swift cannot import, and because what must never be forgotten (no renegotiation, no early data, no
/// compression, forward secrecy, the record of the certificate sent) is then written in one place.
passbind_tls_context *passbind_tls_context_new(int is_server, const struct passbind_tls_settings *settings);

/// Frees. Exists so that Swift needs none of OpenSSL's headers.
void passbind_tls_context_free(passbind_tls_context *context);

/// Adds a certificate chain, leaf first, and its private key, both PEM; 1 on success. Exists because OpenSSL's loaders ask
/// the terminal for the passphrase of an encrypted key, and a library must not.
int passbind_tls_context_add_identity(passbind_tls_context *context, const uint8_t *chain, size_t chain_count,
                                      const uint8_t *key, size_t key_count);

/// The same from two files. Exists so that a key goes from its file into OpenSSL without passing through Swift.
int passbind_tls_context_add_identity_files(passbind_tls_context *context, const char *chain, const char *key);

/// Trusts every certificate in a PEM text; 1 if there was at least one. Exists because OpenSSL can do this from files alone.
int passbind_tls_context_trust(passbind_tls_context *context, const uint8_t *pem, size_t count);

/// Trusts every certificate in a PEM file; 1 if there was at least one. Exists so that a file and a text are read
/// by one rule.
int passbind_tls_context_trust_file(passbind_tls_context *context, const char *path);

/// Trusts what the system trusts; 1 on success. Exists so that Swift needs none of OpenSSL's headers.
int passbind_tls_context_trust_system(passbind_tls_context *context);

/// Has the peer's certificate verified, or not. Exists so that Swift needs none of OpenSSL's constants.
void passbind_tls_context_verify(passbind_tls_context *context, int verify);

/// Has a client ask for these signatures alone, by OpenSSL's names with colons between them; 1 on success. Exists for the
/// tests, where the server has a certificate for each, and because it is a macro.
int passbind_tls_context_limit_signatures(passbind_tls_context *context, const char *names);

/// Which sessions a server takes back: those with the same 1 to 32 bytes; 1 on success. Exists because OpenSSL
/// accepts an empty one, which tells no service from another.
int passbind_tls_context_set_id_context(passbind_tls_context *context, const uint8_t *bytes, size_t count);

/// How many bytes passbind_tls_context_set_ticket_keys wants.
#define PASSBIND_TICKET_KEY_COUNT 80

/// The keys that tickets are sealed with, to share between nodes; 1 on success. Exists because it is a macro.
int passbind_tls_context_set_ticket_keys(passbind_tls_context *context, const uint8_t *keys, size_t count);

// ---- One connection over memory (tls_engine.c) ---------------------------------------------------------------------

/// How far an operation came.
enum passbind_tls_result {
  PASSBIND_TLS_FAILED = -1,
  PASSBIND_TLS_WANTS_INPUT = 0,
  PASSBIND_TLS_DONE = 1,
  PASSBIND_TLS_CLOSED = 2,
};

/// A connection that reads and writes memory; NULL on failure. Exists because the BIOs' set-up is all macros.
passbind_tls *passbind_tls_new(passbind_tls_context *context, int is_server);

/// Frees the connection and its memory. Exists because the connection owns its BIOs.
void passbind_tls_free(passbind_tls *tls);

/// Names the host: for SNI unless it is an IP address, and for the check of the certificate; 1 on success. Exists because
/// SSL_set_tlsext_host_name is a macro and the check wants another function for an address than for a name.
int passbind_tls_set_host(passbind_tls *tls, const char *host);

/// Hands over ciphertext from the peer; 1 on success. This and the next two exist because the BIOs stay in the shim.
int passbind_tls_feed(passbind_tls *tls, const uint8_t *bytes, size_t count);

/// How many bytes wait to be sent.
size_t passbind_tls_output_count(passbind_tls *tls);

/// Moves up to `count` of them into `out` and says how many.
size_t passbind_tls_take_output(passbind_tls *tls, uint8_t *out, size_t count);

/// Goes on with the handshake. This and the next three exist because OpenSSL tells success, "give me more" and failure apart
/// only by SSL_get_error, whose answer is wrong unless the thread's error queue was empty before the call.
int passbind_tls_handshake(passbind_tls *tls);

/// Reads plaintext into `out`; DONE with `*read` at least 1, or another result.
int passbind_tls_read(passbind_tls *tls, uint8_t *out, size_t capacity, size_t *read);

/// Writes all of the plaintext, of which there is some.
int passbind_tls_write(passbind_tls *tls, const uint8_t *bytes, size_t count);

/// Queues close_notify, once the handshake is finished.
int passbind_tls_close(passbind_tls *tls);

/// What came of the check of the peer's certificate, for passbind_certificate_verdict. Exists so that Swift needs none of
/// OpenSSL's headers.
int passbind_tls_verdict(const passbind_tls *tls);

// ---- What a connection says about itself (tls_facts.c) -------------------------------------------------------------

/// The negotiated version, as in the ProtocolVersion field. Exists so that Swift needs none of OpenSSL's headers.
int passbind_tls_version(const passbind_tls *tls);

/// 1 if the handshake is finished. The gate in front of every binding: a TLS 1.3 server already exports before the
/// client's Finished has come. Exists because SSL_is_init_finished is the one answer that is right on both ends.
int passbind_tls_is_finished(const passbind_tls *tls);

/// 1 if an earlier session was resumed. Exists because whose Finished message comes first depends on it.
int passbind_tls_is_resumed(const passbind_tls *tls);

/// 1 if the session's master secret is bound to its handshake: extended master secret (RFC 7627), or TLS 1.3. Exists because
/// SSL_get_extms_support is a macro, and says no on TLS 1.3.
int passbind_tls_is_secret_bound(passbind_tls *tls);

/// The IANA name of the cipher suite; NULL before there is one. Exists because OpenSSL's own names are not the
/// registered ones.
const char *passbind_tls_cipher_suite(const passbind_tls *tls);

/// Writes the peer's certificate in DER if it fits, and returns how many bytes it has; 0 if there is none. Exists because
/// i2d_X509 moves the pointer it is given.
size_t passbind_tls_peer_certificate(const passbind_tls *tls, uint8_t *out, size_t capacity);

/// The subject of the peer's certificate by RFC 2253, control characters escaped, so that it is fit for a log; "" if
/// none. Exists because X509_NAME_oneline writes no standard form.
void passbind_tls_peer_subject(const passbind_tls *tls, char *out, size_t capacity);

/// Exports keying material (RFC 5705, RFC 8446 7.5); 1 on success. `has_context` 0 and a context of no bytes are different
/// things on TLS 1.2. Exists because the C function takes an int that decides between the two, next to two lengths.
int passbind_tls_export(passbind_tls *tls, const uint8_t *label, size_t label_count, int has_context,
                        const uint8_t *context, size_t context_count, uint8_t *out, size_t count);

/// Up to 64 bytes of the latest Finished message that this end sent, or received; returns its true length. One function
/// for both: the caller's rule for tls-unique decides which. Exists to tell the two functions of OpenSSL apart by one
/// flag, and to bound what they write.
size_t passbind_tls_finished(const passbind_tls *tls, int own, uint8_t out[64]);

// ---- tls-server-end-point (tls_end_point.c) ------------------------------------------------------------------------

/// What is known of a server certificate's hash.
enum passbind_end_point {
  /// This connection's session does not say which certificate it began with.
  PASSBIND_END_POINT_UNKNOWN = -1,
  /// RFC 5929 defines no hash for the certificate's signature algorithm.
  PASSBIND_END_POINT_UNDEFINED = 0,
  PASSBIND_END_POINT_DEFINED = 1,
};

/// The longest hash or algorithm name of the next function, in bytes.
#define PASSBIND_END_POINT_CAPACITY 128

/// The hash of the server's certificate by RFC 5929 4.1, or, where that is undefined, the name of the signature algorithm;
/// `*count` bytes of `out`. Exists because no function of OpenSSL follows the RFC's rule (X509_digest_sig takes MD5 and SHA-1 as
/// they are, and makes up a hash for Ed25519), and because a server that resumes has to remember which certificate the session began with:
/// SSL_get_certificate then returns whichever was loaded last.
int passbind_tls_end_point(const passbind_tls *tls, uint8_t out[PASSBIND_END_POINT_CAPACITY], size_t *count);

// ---- Client sessions (tls_session.c) -------------------------------------------------------------------------------

/// A copy of the client's newest session that can be resumed; NULL if there is none yet. A copy, because OpenSSL goes
/// on writing to the connection's own, and marks it when the connection ends badly. Exists for that.
passbind_tls_session *passbind_tls_session_copy(const passbind_tls *tls);

/// Offers a copy of a session in the handshake to come; 1 on success. A copy, so that many connections may share the
/// original. Exists for that.
int passbind_tls_session_offer(passbind_tls *tls, const passbind_tls_session *session);

/// Marks the connection's sessions as good for one purpose alone, of 1 to 32 bytes; 1 on success. Exists because a resumed
/// client checks no certificate: OpenSSL then refuses a session of another purpose (another host, another trust).
int passbind_tls_session_set_purpose(passbind_tls *tls, const uint8_t *bytes, size_t count);

/// How many bytes of early data the session's server would take. Exists for the tests: it has to be 0.
uint32_t passbind_tls_session_early_data(const passbind_tls_session *session);

/// Frees. Exists so that Swift needs none of OpenSSL's headers.
void passbind_tls_session_free(passbind_tls_session *session);

#endif
