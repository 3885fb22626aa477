// Private to the shim: OpenSSL objects that are fetched once a process and never freed.
#ifndef PASSBIND_FETCHED_H
#define PASSBIND_FETCHED_H

#include <openssl/evp.h>

/// The fetched digest, or NULL if the hash number is unknown or the active providers lack it.
const EVP_MD *passbind_fetched_md(int hash);

#endif
