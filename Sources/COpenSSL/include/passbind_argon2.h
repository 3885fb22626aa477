#ifndef PASSBIND_ARGON2_H
#define PASSBIND_ARGON2_H

#include <stddef.h>
#include <stdint.h>

/// Who computes Argon2id.
enum passbind_argon2_backend {
  PASSBIND_ARGON2_OPENSSL = 1,
  PASSBIND_ARGON2_LIBARGON2 = 2,
};

/// What goes into Argon2id (RFC 9106 3.1), version 0x13; `memory` is in KiB. Exists so that the function below does not
/// take fourteen arguments.
struct passbind_argon2_input {
  const uint8_t *password, *salt, *secret, *associated;
  uint32_t password_count, salt_count, secret_count, associated_count;
  uint32_t memory, passes, lanes;
};

/// 1 if the backend is there. Exists because only a run can tell: OpenSSL has Argon2id from 3.2 on, unless it was built or
/// configured without it, and the library that a program meets is not the one whose headers it was compiled with.
int passbind_argon2_has(int backend);

/// Argon2id (RFC 9106) by that backend into `out`; 1 on success. Exists because of the tagged pointers of EVP_KDF, and
/// to give two libraries one face. Both wipe the memory they work in.
int passbind_argon2id(int backend, const struct passbind_argon2_input *input, uint8_t *out, size_t out_count);

#endif
