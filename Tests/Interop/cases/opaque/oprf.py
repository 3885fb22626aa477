"""The oblivious pseudorandom function OPRF(ristretto255, SHA-512) in mode 0 (RFC 9497 sections 3 and 4.1)."""
import hashlib

import group
from refusal import Refused

CONTEXT = b"OPRFV1-" + bytes([0]) + b"-ristretto255-SHA512"
BLOCK, DIGEST = 128, 64  # bytes, of SHA-512


def number(value, size):
    """I2OSP."""
    return value.to_bytes(size, "big")


def prefixed(data):
    """The data behind its length in two bytes."""
    return number(len(data), 2) + data


def sha512(data):
    return hashlib.sha512(data).digest()


def expand_message_xmd(message, tag, size):
    """RFC 9380 section 5.3.1."""
    tag += number(len(tag), 1)
    first = sha512(bytes(BLOCK) + message + number(size, 2) + number(0, 1) + tag)
    blocks = [sha512(first + number(1, 1) + tag)]
    while len(blocks) * DIGEST < size:
        mixed = bytes(a ^ b for a, b in zip(first, blocks[-1]))
        blocks.append(sha512(mixed + number(len(blocks) + 1, 1) + tag))
    return b"".join(blocks)[:size]


def hash_to_group(data):
    return group.element_from(expand_message_xmd(data, b"HashToGroup-" + CONTEXT, 64))


def derive_key_pair(seed, info):
    """DeriveKeyPair (section 3.2.1): the private and the public key."""
    for counter in range(256):
        data = seed + prefixed(info) + number(counter, 1)
        private_key = group.scalar_from(expand_message_xmd(data, b"DeriveKeyPair" + CONTEXT, 64))
        if private_key != bytes(32):
            return private_key, group.multiply_base(private_key)
    raise Refused("key pair", "the seed gives none")


def blind(data, by=None):
    """The blind and the blinded element (section 3.3.1)."""
    if len(data) > 65_535:
        raise Refused("input", "too long")
    by = by or group.random_scalar()
    return by, group.multiply(by, hash_to_group(data))


def evaluate(private_key, blinded_element):
    return group.multiply(private_key, blinded_element)


def finalize(data, by, evaluated_element):
    unblinded = group.multiply(group.inverse(by), evaluated_element)
    return sha512(prefixed(data) + prefixed(unblinded) + b"Finalize")
