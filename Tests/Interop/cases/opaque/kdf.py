"""HKDF and HMAC with SHA-512 as OPAQUE uses them (RFC 9807 sections 2.2 and 6.4.2.1), HKDF from PyPI's cryptography."""
import hmac

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from oprf import number


def extract(data):
    """Extract with an empty salt, the only one that OPAQUE has."""
    return HKDF.extract(SHA512(), None, data)


def expand(key, info, size=64):
    return HKDFExpand(SHA512(), size, info).derive(key)


def expand_label(secret, label, transcript_hash):
    """Derive-Secret, which is Expand-Label for 64 bytes."""
    label = b"OPAQUE-" + label
    custom = number(64, 2) + number(len(label), 1) + label + number(len(transcript_hash), 1) + transcript_hash
    return expand(secret, custom)


def mac(key, data):
    return hmac.digest(key, data, "sha512")


def equal(one, other):
    """In constant time."""
    return hmac.compare_digest(one, other)
