// Private to the shim: certificates and keys from PEM texts, by one rule for TLS contexts, trust and single chains.
#ifndef PASSBIND_PEM_H
#define PASSBIND_PEM_H

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/// For OpenSSL's loaders: encrypted keys are refused; without a callback they would ask on the terminal.
int passbind_pem_no_passphrase(char *buffer, int size, int writing, void *unused);

/// All the certificates of a text in their order; NULL if there is none, or a damaged one.
STACK_OF(X509) *passbind_pem_read_chain(BIO *text);

/// The first private key of a text; NULL if there is none.
EVP_PKEY *passbind_pem_read_key(BIO *text);

/// Adds all the certificates of a text to those that are trusted; 1 if there was at least one, and none damaged.
int passbind_pem_trust(X509_STORE *store, BIO *text);

#endif
