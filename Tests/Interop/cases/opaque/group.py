"""ristretto255 (RFC 9496), by PyPI's rbcl, which carries a libsodium. Elements and scalars are 32 bytes each.

rbcl checks nothing when it is installed, and libsodium overlooks the highest bit: what comes from outside passes
through `element` or `scalar` first.
"""
import rbcl

from refusal import Refused

ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD_PRIME = 2**255 - 19


def element(encoding):
    """The encoding, if it is one of an element other than the identity (RFC 9496 section 4.3.1)."""
    if len(encoding) != 32:
        raise Refused("length", "of an element")
    if not 0 < int.from_bytes(encoding, "little") < FIELD_PRIME:
        raise Refused("element", "not canonical, or the identity")
    if not rbcl.crypto_core_ristretto255_is_valid_point(encoding):
        raise Refused("element", "no element has this encoding")
    return encoding


def scalar(encoding):
    """The encoding, if it is one of a scalar other than zero."""
    if len(encoding) != 32 or not 0 < int.from_bytes(encoding, "little") < ORDER:
        raise Refused("scalar")
    return encoding


def random_scalar():
    return rbcl.crypto_core_ristretto255_scalar_random()


def inverse(of):
    return rbcl.crypto_core_ristretto255_scalar_invert(scalar(of))


def multiply(by, of):
    return rbcl.crypto_scalarmult_ristretto255(scalar(by), element(of))


def multiply_base(by):
    return rbcl.crypto_scalarmult_ristretto255_base(scalar(by))


def element_from(uniform):
    """RFC 9496 section 4.3.4: 64 uniform bytes to an element."""
    assert len(uniform) == 64
    return rbcl.crypto_core_ristretto255_from_hash(uniform)


def scalar_from(uniform):
    """RFC 9496 section 4.4: 64 uniform bytes, the lowest first, reduced."""
    assert len(uniform) == 64
    return rbcl.crypto_core_ristretto255_scalar_reduce(uniform)
