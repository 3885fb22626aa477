#include "peers.h"
#include <sodium.h>

int peer_sodium_init(void) { return sodium_init() >= 0; }

int peer_sodium_multiply(const uint8_t *scalar, const uint8_t *point, uint8_t *out) {
  return crypto_scalarmult_ristretto255(out, scalar, point) == 0;
}

int peer_sodium_multiply_generator(const uint8_t *scalar, uint8_t *out) {
  return crypto_scalarmult_ristretto255_base(out, scalar) == 0;
}

int peer_sodium_map(const uint8_t *bytes, uint8_t *out) { return crypto_core_ristretto255_from_hash(out, bytes) == 0; }

int peer_sodium_is_valid(const uint8_t *point) { return crypto_core_ristretto255_is_valid_point(point); }

int peer_sodium_invert(const uint8_t *scalar, uint8_t *out) {
  return crypto_core_ristretto255_scalar_invert(out, scalar) == 0;
}
