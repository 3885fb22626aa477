"""The server's side of OPAQUE-EA, and its keys."""
import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import credentials
import group
import messages
import saslprep
from authenticators import ED25519 as SCHEME
from identity_keys import ED25519
from kdf import equal, expand
from messages import AUTHORIZATION_IDENTITY, CLIENT_AUTH, KEY_INFO, KEY_STRETCHING, MECHANISM, SERVER_AUTH, Proof, Request, same
from refusal import Refused
from registration import ServerKeys


def keys_of(oprf_seed, decoy_seed=None):
    """The keys of a server that has some for OPAQUE-3DH; in a fresh setup its two seeds are one."""
    return ServerKeys(
        expand(oprf_seed, b"PassBind-OPAQUE-EA-OprfSeed"),
        expand(decoy_seed or oprf_seed, b"PassBind-OPAQUE-EA-SigningKey", 32), ED25519)


class Server:
    """One login on a connection, whose `authenticators` these are. An attacker makes another `proof`, or another `request`."""

    final, is_bound = None, True

    def __init__(self, accounts, offer, authenticators, masking_nonce=None, context=None):
        self.accounts, self.offer, self.authenticators = accounts, offer, authenticators
        self.proof = self.request = same
        self.masking_nonce, self.context = masking_nonce, context or os.urandom(32)

    def challenge(self, mechanism, message):
        """The answer to the client's first message."""
        if mechanism != MECHANISM or mechanism not in self.offer.mechanisms:
            raise Refused("mechanism", "not offered")
        self.first = messages.read_first(message)
        self.authenticators.use(self.first.context)
        self.user = saslprep.user_name(self.first.name.decode()).decode()
        blinded = group.element(self.first.blinded)
        self.account, self.may_succeed = self.accounts.shown(self.user.encode())
        return self.prove(blinded) + self.ask()

    def prove(self, blinded):
        keys = self.accounts.keys
        response = credentials.respond(keys, self.account.record, self.user.encode(), blinded, self.masking_nonce)
        extensions = [
            (SERVER_AUTH, messages.of_server_share(response)), (KEY_STRETCHING, self.account.stretching.text.encode())]
        return self.proof(Proof(
            self.authenticators.own, self.first.bytes, self.first.context, [KEY_INFO + keys.public_key], extensions,
            Ed25519PrivateKey.from_private_bytes(keys.private_key))).made()

    def ask(self):
        extensions = [(CLIENT_AUTH, messages.of_name(self.first.name))]
        if self.first.authorization_identity is not None:
            extensions.append((AUTHORIZATION_IDENTITY, messages.of_name(self.first.authorization_identity)))
        request = self.request(Request(True, self.context, extensions))
        self.context, self.asked = request.context, request.made()
        if self.context not in self.authenticators.used:
            self.authenticators.use(self.context)
        return self.asked

    def accept(self, message):
        """Whom the client acts as."""
        reader = messages.reader_of(message)
        received = self.authenticators.peer.read(self.asked, self.context, reader)
        reader.end()
        cert_data, extensions = messages.read_entry(received, {CLIENT_AUTH})
        if messages.read_whole(extensions[CLIENT_AUTH], messages.read_name) != self.first.name:
            raise Refused("entry", "another name")
        received.verify(Ed25519PublicKey.from_public_bytes(self.account.record[:32]), [SCHEME])
        if not equal(cert_data, KEY_INFO + self.account.record[:32]):
            raise Refused("client key", "another than that of the record")
        if not self.may_succeed:
            raise Refused("no account", "or one that is locked")
        identity = (self.first.authorization_identity or self.user.encode()).decode()
        if identity not in (self.user, *self.account.may_act_as):
            raise Refused("authorization identity")
        return identity
