#ifndef PASSBIND_KDF_H
#define PASSBIND_KDF_H

#include <stddef.h>
#include <stdint.h>

/// One running PBKDF2 computation (RFC 8018 5.2) of a single output block, which is `Hi` of RFC 5802 2.2. Exists
/// instead of PKCS5_PBKDF2_HMAC for two reasons: that function copies EVP contexts twice an iteration, so a loop on the
/// bare compression function is about twice as fast for SHA-512 and more for SHA-256; and it cannot be stopped half-way,
/// while this one advances in steps between which the caller may cancel.
typedef struct passbind_pbkdf2 passbind_pbkdf2;

/// How the iterations are computed.
enum passbind_pbkdf2_path {
  /// The fastest that this build allows: the compression function, or EVP under the FIPS trait and for SHA-3.
  PASSBIND_PBKDF2_DEFAULT = 0,
  /// EVP contexts alone: obeys a FIPS provider. Always compiled, so that tests compare both.
  PASSBIND_PBKDF2_EVP = 1,
};

/// Starts a computation and does its first iteration; NULL if memory or the hash is missing. Exists apart from the loop
/// so that the key is hashed once.
passbind_pbkdf2 *passbind_pbkdf2_new(int hash, int path, const uint8_t *password,
                                     size_t password_count, const uint8_t *salt,
                                     size_t salt_count);

/// Does `iterations` more; 1 on success. Exists so that the caller can stop in between.
int passbind_pbkdf2_advance(passbind_pbkdf2 *state, uint32_t iterations);

/// Writes the block as it stands into `out`, which has exactly as many bytes as the hash; 1 on success. Exists because
/// the loop keeps its sum in words, not bytes.
int passbind_pbkdf2_output(const passbind_pbkdf2 *state, uint8_t *out, size_t out_count);

/// Wipes and frees. Exists because the state is as good as the password.
void passbind_pbkdf2_free(passbind_pbkdf2 *state);

/// PKCS5_PBKDF2_HMAC itself; 1 on success. Exists as the yardstick: the tests check the loop above against it over
/// random inputs, and the benchmark times both in one process.
int passbind_pbkdf2_reference(int hash, const uint8_t *password, size_t password_count,
                              const uint8_t *salt, size_t salt_count, uint32_t iterations,
                              uint8_t *out, size_t out_count);

/// scrypt (RFC 7914); 1 on success. `n` is a power of two above 1, and 128 * n * r bytes must fit in `max_memory`.
/// Exists because EVP_KDF takes its parameters as an array of tagged pointers that Swift cannot write safely.
int passbind_scrypt(const uint8_t *password, size_t password_count,
                    const uint8_t *salt, size_t salt_count, uint64_t n, uint32_t r,
                    uint32_t p, uint64_t max_memory, uint8_t *out, size_t out_count);

#endif
