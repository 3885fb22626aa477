// Private to the shim: what a certificate says and has to say, by one rule for handshakes and single chains.
#ifndef PASSBIND_VERIFY_H
#define PASSBIND_VERIFY_H

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdint.h>

/// RFC 9525 6.3 and appendix A: a wildcard is a whole label, and a subject's common name is no host name.
#define PASSBIND_HOST_FLAGS (X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)

/// The certificate has to be for this host name or IP address, and `*is_address` says which it is; 1 on success.
int passbind_expect_host(X509_VERIFY_PARAM *parameters, const char *host, int *is_address);

/// Writes a certificate in DER if there is one and it fits, and returns how many bytes it has; 0 if there is none.
size_t passbind_certificate_der(X509 *certificate, uint8_t *out, size_t capacity);

/// The subject of a certificate, or of none, as passbind_chain_subject writes it.
void passbind_certificate_subject(const X509 *certificate, char *out, size_t capacity);

#endif
