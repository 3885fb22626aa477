// The COpenSSL shim: everything PassBind asks of OpenSSL, as plain functions that Swift can import. OpenSSL's own
// headers stay inside the .c files; each function's comment says why it exists.
#ifndef CPASSBIND_OPENSSL_H
#define CPASSBIND_OPENSSL_H

#include "passbind_aead.h"
#include "passbind_argon2.h"
#include "passbind_certificate.h"
#include "passbind_digest.h"
#include "passbind_error.h"
#include "passbind_kdf.h"
#include "passbind_memory.h"
#include "passbind_signature.h"
#include "passbind_tls.h"

#endif
