"""OPAQUE-3DH's transcript and keys (RFC 9807 section 6.4.2)."""
from kdf import expand_label, extract, mac
from oprf import prefixed, sha512


class Keys:
    """What both ends make of the three Diffie-Hellman values and the messages.

    `answer` is KE2 without its MAC. The identities are the public keys.
    """

    def __init__(self, shared, context, client_public_key, ke1, server_public_key, answer):
        preamble = b"OPAQUEv1-" + prefixed(context)
        preamble += prefixed(client_public_key) + ke1 + prefixed(server_public_key) + answer
        secret, transcript_hash = extract(b"".join(shared)), sha512(preamble)
        handshake_secret = expand_label(secret, b"HandshakeSecret", transcript_hash)
        self.session_key = expand_label(secret, b"SessionKey", transcript_hash)
        self.server_mac = mac(expand_label(handshake_secret, b"ServerMAC", b""), transcript_hash)
        self.client_mac = mac(expand_label(handshake_secret, b"ClientMAC", b""), sha512(preamble + self.server_mac))
