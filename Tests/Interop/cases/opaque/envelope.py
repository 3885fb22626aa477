"""The envelope, which the password opens (RFC 9807 section 4.1): its nonce, 32 bytes, and its tag, 64."""
import os

from kdf import equal, expand, extract, mac
from oprf import prefixed
from refusal import Refused

SIZE = 96


def randomized_password(oprf_output, stretch):
    """Section 6.3.2.3, with the key stretching function beside the OPRF's output."""
    return extract(oprf_output + stretch(oprf_output))


class Opened:
    """What a randomized password and an envelope's nonce make, whether the password is right or not.

    The identities are the public keys, as the mechanisms have it.
    """

    def __init__(self, kind, randomized_password, nonce, server_public_key):
        auth_key = expand(randomized_password, nonce + b"AuthKey")
        seed = expand(randomized_password, nonce + b"PrivateKey", 32)
        self.export_key = expand(randomized_password, nonce + b"ExportKey")
        self.client_private_key = kind.derive(seed)
        self.client_public_key = kind.public(self.client_private_key)
        self.server_public_key = server_public_key
        credentials = server_public_key + prefixed(server_public_key) + prefixed(self.client_public_key)
        self.tag = mac(auth_key, nonce + credentials)


def store(kind, randomized_password, server_public_key, nonce=None):
    """The record, 192 bytes, and the export key."""
    nonce = nonce or os.urandom(32)
    opened = Opened(kind, randomized_password, nonce, server_public_key)
    masking_key = expand(randomized_password, b"MaskingKey")
    return opened.client_public_key + masking_key + nonce + opened.tag, opened.export_key


def recover(kind, randomized_password, server_public_key, envelope):
    """The client's keys, if the password is right."""
    opened = Opened(kind, randomized_password, envelope[:32], server_public_key)
    if not equal(opened.tag, envelope[32:]):
        raise Refused("envelope", "a wrong password, or a server that does not know the account")
    return opened
