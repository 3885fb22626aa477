"""Registration (RFC 9807 section 5): the client ends up with a record that the server keeps."""
import envelope
import group
import oprf
from kdf import expand
from refusal import Refused


class ServerKeys:
    """What a server keeps beside its records: oprf_seed, 64 bytes, and its private key."""

    def __init__(self, oprf_seed, private_key):
        self.oprf_seed, self.private_key = oprf_seed, group.scalar(private_key)
        self.public_key = group.multiply_base(private_key)

    def oprf_key(self, credential_identifier):
        seed = expand(self.oprf_seed, credential_identifier + b"OprfKey", 32)
        return oprf.derive_key_pair(seed, b"OPAQUE-DeriveKeyPair")[0]


def response(keys, request, credential_identifier):
    """The server's answer to a request of 32 bytes: 64 bytes."""
    return oprf.evaluate(keys.oprf_key(credential_identifier), request) + keys.public_key


class Registration:
    """The client's side; `request` is what it sends."""

    def __init__(self, password, blind=None):
        self.password = password
        self.blind, self.request = oprf.blind(password, blind)

    def finish(self, response, stretch, envelope_nonce=None):
        """The record and the export key."""
        if len(response) != 64:
            raise Refused("length", "of the response")
        server_public_key = group.element(response[32:])
        output = oprf.finalize(self.password, self.blind, response[:32])
        randomized = envelope.randomized_password(output, stretch)
        return envelope.store(randomized, server_public_key, envelope_nonce)


def register(keys, password, credential_identifier, stretch, envelope_nonce=None):
    """Both sides at once."""
    client = Registration(password)
    return client.finish(response(keys, client.request, credential_identifier), stretch, envelope_nonce)
