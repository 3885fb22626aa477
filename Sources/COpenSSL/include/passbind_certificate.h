#ifndef PASSBIND_CERTIFICATE_H
#define PASSBIND_CERTIFICATE_H

#include "passbind_signature.h"

// Under these names OpenSSL's own types go by, opaque: Swift holds the pointers and never looks inside.
typedef struct stack_st_X509 passbind_chain;
typedef struct x509_store_st passbind_trust;

// ---- Chains: certificates in their order, the leaf first -----------------------------------------------------------

/// A chain without certificates; NULL if memory is short. Exists because the function is a macro.
passbind_chain *passbind_chain_new(void);

/// All the certificates of a PEM text; NULL if there is none, or a damaged one. Exists because OpenSSL reads one at a
/// time and calls the end an error.
passbind_chain *passbind_chain_pem(const uint8_t *pem, size_t count);

/// The same from a file. Exists so that a file and a text are read by one rule.
passbind_chain *passbind_chain_file(const char *path);

/// Frees. Exists because the function is a macro.
void passbind_chain_free(passbind_chain *chain);

/// Puts a certificate in DER at the end, all of whose bytes count; 1 on success. Exists because d2i_X509 takes bytes
/// after the end.
int passbind_chain_add(passbind_chain *chain, const uint8_t *der, size_t count);

/// How many certificates there are. Exists because the function is a macro.
size_t passbind_chain_count(const passbind_chain *chain);

/// Writes a certificate in DER if it fits, and returns how many bytes it has; 0 if there is none. Exists because
/// i2d_X509 moves the pointer it is given.
size_t passbind_chain_certificate(const passbind_chain *chain, size_t index, uint8_t *out, size_t capacity);

/// The same for the name in DER of who issued the certificate. Exists because i2d_X509_NAME does too.
size_t passbind_chain_issuer(const passbind_chain *chain, size_t index, uint8_t *out, size_t capacity);

/// The subject of the leaf by RFC 2253, control characters escaped, so that it is fit for a log; "" if none. Exists
/// because X509_NAME_oneline writes no standard form.
void passbind_chain_subject(const passbind_chain *chain, char *out, size_t capacity);

/// The leaf's public key, to free; NULL if it is not known here. Exists so that Swift needs none of OpenSSL's headers.
passbind_key *passbind_chain_key(const passbind_chain *chain);

/// 1 if the leaf may sign: its Key Usage, if there is one, has digitalSignature (RFC 8446 4.4.2.2). Exists because
/// OpenSSL's purposes also take a key that may only encipher.
int passbind_chain_may_sign(const passbind_chain *chain);

/// 1 if the leaf is for this host name. Exists because the flags have to be the same as in verification.
int passbind_chain_matches_host(const passbind_chain *chain, const char *host);

// ---- Verification --------------------------------------------------------------------------------------------------

/// What the system trusts; NULL on failure. Exists so that Swift needs none of OpenSSL's headers.
passbind_trust *passbind_trust_system(void);

/// Every certificate in a PEM text; NULL if there is none, or a damaged one. Exists because OpenSSL can do this from
/// files alone.
passbind_trust *passbind_trust_pem(const uint8_t *pem, size_t count);

/// Every certificate in a PEM file; NULL if there is none, or a damaged one. Exists so that a file and a text are read
/// by one rule.
passbind_trust *passbind_trust_file(const char *path);

/// Frees. Exists so that Swift needs none of OpenSSL's headers.
void passbind_trust_free(passbind_trust *trust);

/// Verifies a chain for TLS, as of now: a server's for this host name or IP address, or without a host a client's. The
/// result is for passbind_certificate_verdict; -1 if nothing could be verified. Exists because it takes a context, a
/// purpose, a security level and a name that are all set by functions of their own, and the defaults check none of
/// them.
int passbind_trust_verify(passbind_trust *trust, passbind_chain *chain, const char *host);

/// Why a certificate was refused, as far as somebody can do something about it.
enum passbind_certificate_verdict {
  PASSBIND_VERDICT_OK = 0,
  PASSBIND_VERDICT_WRONG_HOST = 1,
  PASSBIND_VERDICT_UNKNOWN_ISSUER = 2,
  PASSBIND_VERDICT_EXPIRED = 3,
  PASSBIND_VERDICT_NOT_YET_VALID = 4,
  PASSBIND_VERDICT_OTHER = 5,
};

/// Which of them a result of verification means. Exists to keep some eighty X509_V_ERR constants out of Swift.
int passbind_certificate_verdict(int result);

/// OpenSSL's own words for a result. Exists so that a log can name what is not among the verdicts above.
const char *passbind_certificate_verdict_text(int result);

#endif
