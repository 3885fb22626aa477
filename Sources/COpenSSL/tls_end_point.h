// Private to the shim: the server's note, inside each session, of the certificate it began with.
#ifndef PASSBIND_TLS_END_POINT_H
#define PASSBIND_TLS_END_POINT_H

#include <openssl/ssl.h>

/// An info callback for server contexts: writes the hash of the certificate just sent into the session.
void passbind_tls_note_certificate(const SSL *tls, int where, int value);

#endif
