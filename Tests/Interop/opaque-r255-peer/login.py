"""Login (RFC 9807 section 6): KE1, 96 bytes, KE2, 320, and KE3, 64, for the two ends."""
import os

import envelope
import group
import oprf
from kdf import equal, expand
from key_schedule import Keys
from refusal import Refused

KE1, KE2, KE3, RECORD = 96, 320, 64, 192


class ClientLogin:
    """The client; `ke1` is what it sends first."""

    def __init__(self, password, blind=None, nonce=None, keyshare_seed=None):
        self.password = password
        self.blind, self.blinded = oprf.blind(password, blind)
        self.secret, keyshare = envelope.derive_diffie_hellman_key_pair(keyshare_seed or os.urandom(32))
        self.ke1 = self.blinded + (nonce or os.urandom(32)) + keyshare

    def finish(self, ke2, context, stretch, believes=False):
        """KE3, the session key and the export key. With `believes`, the client goes on whatever the server's MAC is."""
        if ke2[:32] == self.blinded:
            raise Refused("reflected", "the server sent back what it was sent")
        output = oprf.finalize(self.password, self.blind, ke2[:32])
        randomized = envelope.randomized_password(output, stretch)
        masked_response, server_keyshare = ke2[64:192], ke2[224:256]
        cleartext = mask(expand(randomized, b"MaskingKey"), ke2[32:64], masked_response)
        server_public_key = cleartext[:32]
        opened = envelope.recover(randomized, server_public_key, cleartext[32:])
        shared = (
            group.multiply(self.secret, server_keyshare),
            group.multiply(self.secret, server_public_key),
            group.multiply(opened.client_private_key, server_keyshare),
        )
        keys = Keys(shared, context, opened.client_public_key, self.ke1, server_public_key, ke2[:256])
        if not equal(keys.server_mac, ke2[256:]) and not believes:
            raise Refused("server_mac", "another server, connection, offer, name or key stretching")
        return keys.client_mac, keys.session_key, opened.export_key


def mask(masking_key, masking_nonce, data):
    pad = expand(masking_key, masking_nonce + b"CredentialResponsePad", 32 + envelope.SIZE)
    return bytes(a ^ b for a, b in zip(pad, data, strict=True))


class ServerLogin:
    """The server; `ke2` is its answer."""

    def __init__(self, keys, record, credential_identifier, ke1, context, masking_nonce=None, nonce=None,
                 keyshare_seed=None):
        client_public_key, masking_key, sealed = record[:32], record[32:96], record[96:]
        client_keyshare = group.element(ke1[64:])
        evaluated = oprf.evaluate(keys.oprf_key(credential_identifier), ke1[:32])
        masking_nonce = masking_nonce or os.urandom(32)
        secret, keyshare = envelope.derive_diffie_hellman_key_pair(keyshare_seed or os.urandom(32))
        answer = evaluated + masking_nonce + mask(masking_key, masking_nonce, keys.public_key + sealed)
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


def fake_record(secret, credential_identifier):
    """A record for a name that has none, always the same one for the name (section 6.3.2.2)."""
    seed = expand(secret, credential_identifier + b"FakeRecord", 32 + 64)
    _, client_public_key = envelope.derive_diffie_hellman_key_pair(seed[:32])
    return client_public_key + seed[32:] + bytes(envelope.SIZE)
