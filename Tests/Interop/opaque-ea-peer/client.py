"""The client's side of OPAQUE-EA."""
import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import messages
import saslprep
from authenticators import ED25519 as SCHEME
from credentials import CredentialRequest
from identity_keys import ED25519
from kdf import equal
from messages import AUTHORIZATION_IDENTITY, CLIENT_AUTH, KEY_INFO, KEY_STRETCHING, SERVER_AUTH, Proof, Request, same
from refusal import Refused
from stretching import Limits


class Client:
    """A login; `first` is its first message. An attacker's makes another request, or another proof."""

    def __init__(self, authenticators, user, password, authorization_identity=None, limits=Limits(), blind=None, context=None,
                 name=None, request=same, proof=same):
        self.authenticators, self.limits, self.proof = authenticators, limits, proof
        self.name = name or saslprep.user_name(user)
        self.authorization_identity = authorization_identity and authorization_identity.encode()
        self.credentials = CredentialRequest(saslprep.password(password), blind)
        self.context = context or os.urandom(32)
        extensions = [(SERVER_AUTH, messages.of_client_share(self.name, self.credentials.blinded)), (KEY_STRETCHING, b"")]
        if authorization_identity:
            extensions.append((AUTHORIZATION_IDENTITY, messages.of_name(self.authorization_identity)))
        self.first = request(Request(False, self.context, extensions)).made()
        authenticators.use(self.context)

    def respond(self, second):
        """The last message; then `export_key` is there."""
        reader = messages.reader_of(second)
        received = self.authenticators.peer.read(self.first, self.context, reader)
        cert_data, extensions = messages.read_entry(received, {SERVER_AUTH, KEY_STRETCHING})
        response = messages.read_server_share(extensions[SERVER_AUTH])
        self.credentials.check(response)

        asked = messages.read_asked(reader.data)
        self.authenticators.use(asked.context)
        if (asked.name, asked.authorization_identity) != (self.name, self.authorization_identity):
            raise Refused("names", "others than those of the first message")

        stretching = messages.read_stretching(extensions[KEY_STRETCHING])
        self.limits.check(stretching)
        opened = self.credentials.recover(ED25519, response, stretching)
        if not equal(cert_data, KEY_INFO + opened.server_public_key):
            raise Refused("server key", "another than that under the mask")
        try:
            key = Ed25519PublicKey.from_public_bytes(opened.server_public_key)
        except ValueError:
            raise Refused("server key") from None
        received.verify(key, [SCHEME])
        self.export_key = opened.export_key
        return self.prove(asked, opened.client_public_key, opened.client_private_key)

    def prove(self, asked, public_key, private_key):
        return self.proof(Proof(
            self.authenticators.own, asked.bytes, asked.context, [KEY_INFO + public_key],
            [(CLIENT_AUTH, messages.of_name(self.name))], Ed25519PrivateKey.from_private_bytes(private_key))).made()
