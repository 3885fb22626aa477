"""Login (RFC 9807 section 6): KE1, 96 bytes, KE2, 320, and KE3, 64, for the two ends."""
import os

import group
from credentials import RESPONSE, CredentialRequest, respond
from identity_keys import RISTRETTO255
from kdf import equal
from key_schedule import Keys
from refusal import Refused

KE1, KE2, KE3 = 96, 320, 64


class ClientLogin:
    """The client; `ke1` is what it sends first."""

    def __init__(self, password, blind=None, nonce=None, keyshare_seed=None):
        self.request = CredentialRequest(password, blind)
        self.secret, keyshare = key_pair(keyshare_seed or os.urandom(32))
        self.ke1 = self.request.blinded + (nonce or os.urandom(32)) + keyshare

    def finish(self, ke2, context, stretch, believes=False):
        """KE3, the session key and the export key. With `believes`, the client goes on whatever the server's MAC is."""
        opened, server_keyshare = self.request.recover(RISTRETTO255, ke2[:RESPONSE], stretch), ke2[224:256]
        shared = (
            group.multiply(self.secret, server_keyshare),
            group.multiply(self.secret, opened.server_public_key),
            group.multiply(opened.client_private_key, server_keyshare),
        )
        keys = Keys(shared, context, opened.client_public_key, self.ke1, opened.server_public_key, ke2[:256])
        if not equal(keys.server_mac, ke2[256:]) and not believes:
            raise Refused("server_mac", "another server, connection, offer, name or key stretching")
        return keys.client_mac, keys.session_key, opened.export_key


def key_pair(seed):
    private_key = RISTRETTO255.derive(seed)
    return private_key, RISTRETTO255.public(private_key)


class ServerLogin:
    """The server; `ke2` is its answer."""

    def __init__(self, keys, record, credential_identifier, ke1, context, masking_nonce=None, nonce=None,
                 keyshare_seed=None):
        client_public_key, client_keyshare = record[:32], group.element(ke1[64:])
        secret, keyshare = key_pair(keyshare_seed or os.urandom(32))
        answer = respond(keys, record, credential_identifier, ke1[:32], masking_nonce)
        answer += (nonce or os.urandom(32)) + keyshare
        shared = (
            group.multiply(secret, client_keyshare),
            group.multiply(keys.private_key, client_keyshare),
            group.multiply(secret, client_public_key),
        )
        self.keys = Keys(shared, context, client_public_key, ke1, keys.public_key, answer)
        self.ke2 = answer + self.keys.server_mac

    def finish(self, ke3):
        """The session key."""
        if not equal(self.keys.client_mac, ke3):
            raise Refused("client_mac", "the client did not prove that it knows the password")
        return self.keys.session_key
