"""The credentials of a login (RFC 9807 section 6.3): a blinded element, 32 bytes, and the server's response, 192."""
import os

import envelope
import group
import oprf
from kdf import expand
from refusal import Refused

RESPONSE, RECORD = 192, 192


class CredentialRequest:
    """The client's side; `blinded` is what it sends."""

    def __init__(self, password, blind=None):
        self.password = password
        self.blind, self.blinded = oprf.blind(password, blind)

    def check(self, response):
        """What needs no password."""
        if group.element(response[:32]) == self.blinded:
            raise Refused("reflected", "the server sent back what it was sent")

    def recover(self, kind, response, stretch):
        """The keys, if the password is right."""
        self.check(response)
        output = oprf.finalize(self.password, self.blind, response[:32])
        randomized = envelope.randomized_password(output, stretch)
        cleartext = mask(expand(randomized, b"MaskingKey"), response[32:64], response[64:])
        return envelope.recover(kind, randomized, cleartext[:32], cleartext[32:])


def mask(masking_key, masking_nonce, data):
    pad = expand(masking_key, masking_nonce + b"CredentialResponsePad", 32 + envelope.SIZE)
    return bytes(a ^ b for a, b in zip(pad, data, strict=True))


def respond(keys, record, credential_identifier, blinded, masking_nonce=None):
    """The server's side."""
    masking_key, sealed = record[32:96], record[96:]
    masking_nonce = masking_nonce or os.urandom(32)
    evaluated = oprf.evaluate(keys.oprf_key(credential_identifier), blinded)
    return evaluated + masking_nonce + mask(masking_key, masking_nonce, keys.public_key + sealed)


def fake_record(kind, secret, credential_identifier):
    """A record for a name that has none, always the same one for the name (section 6.3.2.2)."""
    seed = expand(secret, credential_identifier + b"FakeRecord", 32 + 64)
    return kind.public(kind.derive(seed[:32])) + seed[32:] + bytes(envelope.SIZE)
