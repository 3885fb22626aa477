#include "passbind_signature.h"

#include "pem.h"
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

// RFC 8446 4.2.3, and of it what CertificateVerify may carry: no RSASSA-PKCS1-v1_5, no SHA-1, each curve with its hash.
static const struct scheme {
  uint16_t number;
  const char *algorithm;
  const char *curve;  // of ECDSA
  const char *digest; // NULL: the algorithm hashes by itself
} schemes[] = {
    {0x0403, "EC", "prime256v1", "SHA2-256"},     {0x0503, "EC", "secp384r1", "SHA2-384"},
    {0x0804, "RSA", NULL, "SHA2-256"},            {0x0805, "RSA", NULL, "SHA2-384"},
    {0x0806, "RSA", NULL, "SHA2-512"},            {0x0807, "ED25519", NULL, NULL},
    {0x0809, "RSA-PSS", NULL, "SHA2-256"},        {0x080a, "RSA-PSS", NULL, "SHA2-384"},
    {0x080b, "RSA-PSS", NULL, "SHA2-512"},
};

enum { LEAST_RSA_BITS = 2048 };

static const struct scheme *find(uint16_t number) {
  for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
    if (schemes[i].number == number) return &schemes[i];
  }
  return NULL;
}

static int is_rsa(const struct scheme *scheme) { return strncmp(scheme->algorithm, "RSA", 3) == 0; }

static int fits(const EVP_PKEY *key, const struct scheme *scheme) {
  if (scheme == NULL || !EVP_PKEY_is_a(key, scheme->algorithm)) return 0;
  if (is_rsa(scheme)) return EVP_PKEY_get_bits(key) >= LEAST_RSA_BITS;
  if (scheme->curve == NULL) return 1;
  char curve[64];
  size_t count = 0;
  int is_explicit = 0; // RFC 5480 2.1.1: a curve has a name, and nobody spells out its parameters
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit);
  return !is_explicit && EVP_PKEY_get_group_name(key, curve, sizeof curve, &count) == 1 &&
         strcmp(curve, scheme->curve) == 0;
}

static EVP_PKEY *private_key(BIO *text) {
  EVP_PKEY *key = passbind_pem_read_key(text);
  BIO_free(text);
  return key;
}

EVP_PKEY *passbind_private_key_pem(const uint8_t *pem, size_t count) {
  ERR_clear_error();
  return private_key(count <= INT_MAX ? BIO_new_mem_buf(pem, (int)count) : NULL);
}

EVP_PKEY *passbind_private_key_file(const char *path) {
  ERR_clear_error();
  return private_key(BIO_new_file(path, "r"));
}

EVP_PKEY *passbind_private_key_ed25519(const uint8_t seed[32]) {
  ERR_clear_error();
  return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
}

EVP_PKEY *passbind_public_key(const uint8_t *der, size_t count) {
  ERR_clear_error();
  const uint8_t *end = der;
  EVP_PKEY *key = count <= LONG_MAX ? d2i_PUBKEY(NULL, &end, (long)count) : NULL;
  if (key != NULL && end != der + count) {
    EVP_PKEY_free(key);
    key = NULL;
  }
  return key;
}

void passbind_key_free(EVP_PKEY *key) { EVP_PKEY_free(key); }

size_t passbind_key_spki(const EVP_PKEY *key, uint8_t *out, size_t capacity) {
  ERR_clear_error();
  int count = i2d_PUBKEY(key, NULL);
  if (count <= 0) return 0;
  if ((size_t)count <= capacity) i2d_PUBKEY(key, &out);
  return (size_t)count;
}

int passbind_key_equal(const EVP_PKEY *a, const EVP_PKEY *b) {
  ERR_clear_error();
  return EVP_PKEY_eq(a, b) == 1;
}

int passbind_key_fits(const EVP_PKEY *key, uint16_t scheme) {
  ERR_clear_error();
  return fits(key, find(scheme));
}

// RFC 8446 4.2.3: PSS with MGF1 by the same hash, and a salt as long as a digest, neither longer nor shorter.
static int set_padding(EVP_PKEY_CTX *context, const struct scheme *scheme) {
  return !is_rsa(scheme) || (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
                             EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0);
}

int passbind_sign(EVP_PKEY *key, uint16_t number, const uint8_t *message, size_t message_count,
                  uint8_t out[PASSBIND_SIGNATURE_CAPACITY], size_t *count) {
  ERR_clear_error();
  const struct scheme *scheme = find(number);
  if (!fits(key, scheme) || EVP_PKEY_get_size(key) > PASSBIND_SIGNATURE_CAPACITY) return 0;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *parameters = NULL; // belongs to the other context
  *count = PASSBIND_SIGNATURE_CAPACITY;
  int ok = context != NULL &&
           EVP_DigestSignInit_ex(context, &parameters, scheme->digest, NULL, NULL, key, NULL) == 1 &&
           set_padding(parameters, scheme) && EVP_DigestSign(context, out, count, message, message_count) == 1;
  EVP_MD_CTX_free(context);
  return ok;
}

int passbind_verify(EVP_PKEY *key, uint16_t number, const uint8_t *message, size_t message_count,
                    const uint8_t *signature, size_t count) {
  ERR_clear_error();
  const struct scheme *scheme = find(number);
  if (!fits(key, scheme)) return 0;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *parameters = NULL;
  int ok = context != NULL &&
           EVP_DigestVerifyInit_ex(context, &parameters, scheme->digest, NULL, NULL, key, NULL) == 1 &&
           set_padding(parameters, scheme) &&
           EVP_DigestVerify(context, signature, count, message, message_count) == 1;
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  return ok;
}
