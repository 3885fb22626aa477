"""Registration (RFC 9807 section 5): the client ends up with a record that the server keeps."""
import envelope
import oprf
from identity_keys import RISTRETTO255
from kdf import expand
from refusal import Refused


class ServerKeys:
    """What a server keeps beside its records: oprf_seed, 64 bytes, and its private key."""

    def __init__(self, oprf_seed, private_key, kind=RISTRETTO255):
        self.oprf_seed, self.private_key, self.kind = oprf_seed, private_key, kind
        self.public_key = kind.public(private_key)

    def oprf_key(self, credential_identifier):
        seed = expand(self.oprf_seed, credential_identifier + b"OprfKey", 32)
        return oprf.derive_key_pair(seed, b"OPAQUE-DeriveKeyPair")[0]


def response(keys, request, credential_identifier):
    """The server's answer to a request of 32 bytes: 64 bytes."""
    return oprf.evaluate(keys.oprf_key(credential_identifier), request) + keys.public_key


class Registration:
    """The client's side; `request` is what it sends."""

    def __init__(self, kind, password, blind=None):
        self.kind, self.password = kind, password
        self.blind, self.request = oprf.blind(password, blind)

    def finish(self, response, stretch, envelope_nonce=None):
        """The record and the export key."""
        if len(response) != 64:
            raise Refused("length", "of the response")
        server_public_key = self.kind.checked(response[32:])
        output = oprf.finalize(self.password, self.blind, response[:32])
        randomized = envelope.randomized_password(output, stretch)
        return envelope.store(self.kind, randomized, server_public_key, envelope_nonce)


def register(keys, password, credential_identifier, stretch, envelope_nonce=None):
    """Both sides at once."""
    client = Registration(keys.kind, password)
    return client.finish(response(keys, client.request, credential_identifier), stretch, envelope_nonce)
