"""What the ends are known by: OPAQUE-3DH's keys are of ristretto255, OPAQUE-EA's of Ed25519. All have 32 bytes."""
from typing import Callable, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import group
from oprf import derive_key_pair
from refusal import Refused


class KeyKind(NamedTuple):
    """A private key of a seed of 32 bytes; the public key of a private one; a public key that came from outside, and whether
    some of these are refused for more than their length."""

    derive: Callable
    public: Callable
    checked: Callable
    has_bad_keys: bool


def ed25519_public(private_key):
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def of_32_bytes(public_key):
    """A point that is none shows when a signature is wanted (OPAQUE-EA.md, "Registration")."""
    if len(public_key) != 32:
        raise Refused("length", "of a public key")
    return public_key


RISTRETTO255 = KeyKind(
    lambda seed: derive_key_pair(seed, b"OPAQUE-DeriveDiffieHellmanKeyPair")[0], group.multiply_base, group.element, True)
ED25519 = KeyKind(bytes, ed25519_public, of_32_bytes, False)
