"""The messages of RFC 9261 (TLS 1.3 encodings, RFC 8446 sections 4.2 to 4.4), for one end of a connection. Independent of the
Swift code: written from the RFC, on pyOpenSSL's exporter and the `cryptography` package."""
import hashlib
import hmac
import struct
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from refusal import Refused

CERTIFICATE, CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, CLIENT_CERTIFICATE_REQUEST, FINISHED = 11, 13, 15, 17, 20
SERVER_NAME, SIGNATURE_ALGORITHMS = 0, 13

HASHES = {0x0403: hashes.SHA256, 0x0503: hashes.SHA384, 0x0804: hashes.SHA256, 0x0805: hashes.SHA384, 0x0806: hashes.SHA512,
          0x0809: hashes.SHA256, 0x080a: hashes.SHA384, 0x080b: hashes.SHA512}
ED25519 = 0x0807
SCHEMES = [ED25519, *HASHES]


def vector(count, content):
    return len(content).to_bytes(count, "big") + content


def message(kind, body):
    return bytes([kind]) + vector(3, body)


def extensions(pairs):
    return vector(2, b"".join(struct.pack(">H", kind) + vector(2, data) for kind, data in pairs))


class Reader:
    def __init__(self, data):
        self.data = data

    def take(self, count):
        if count > len(self.data):
            raise Refused("form", "cut short")
        head, self.data = self.data[:count], self.data[count:]
        return head

    def number(self, count):
        return int.from_bytes(self.take(count), "big")

    def vector(self, count):
        return self.take(self.number(count))

    def message(self):
        head = self.take(4)
        return head[0], head + self.take(int.from_bytes(head[1:], "big"))

    def extensions(self):
        inner, found = Reader(self.vector(2)), {}
        while inner.data:
            kind = inner.number(2)
            if kind in found:
                raise Refused("form", "an extension twice")
            found[kind] = inner.vector(2)
        return found

    def end(self):
        if self.data:
            raise Refused("form", "bytes left over")


def request(is_server, context, schemes, name=None, more=()):
    pairs = [(SIGNATURE_ALGORITHMS, vector(2, b"".join(struct.pack(">H", s) for s in schemes)))]
    if name:
        pairs.append((SERVER_NAME, vector(2, b"\0" + vector(2, name.encode()))))
    body = vector(1, context) + extensions(pairs + list(more))
    return message(CERTIFICATE_REQUEST if is_server else CLIENT_CERTIFICATE_REQUEST, body)


def parse_request(data):
    """The type, the context and the extensions."""
    outer = Reader(data)
    kind, whole = outer.message()
    outer.end()
    reader = Reader(whole[4:])
    context, found = reader.vector(1), reader.extensions()
    reader.end()
    return kind, context, found


def certificate(context, chain, more=()):
    return message(CERTIFICATE, vector(1, context) + vector(3, b"".join(vector(3, der) + extensions(more) for der in chain)))


def content(digest):
    return b" " * 64 + b"Exported Authenticator\0" + digest


def sign(key, scheme, data):
    if scheme == ED25519:
        return key.sign(data)
    algorithm = HASHES[scheme]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(algorithm))
    return key.sign(data, padding.PSS(padding.MGF1(algorithm), algorithm.digest_size), algorithm)


def verify(key, scheme, signature, data):
    try:
        if scheme == ED25519:
            return key.verify(signature, data)
        algorithm = HASHES[scheme]()
        if isinstance(key, ec.EllipticCurvePublicKey):
            return key.verify(signature, data, ec.ECDSA(algorithm))
        return key.verify(signature, data, padding.PSS(padding.MGF1(algorithm), algorithm.digest_size), algorithm)
    except InvalidSignature:
        raise Refused("signature") from None


class Received(NamedTuple):
    """An authenticator whose Finished is right. Nobody has looked at its signature, and no entry need be there."""

    context: bytes
    entries: list  # each cert_data, and its extensions by number
    scheme: int
    signature: bytes
    content: bytes

    def verify(self, public_key, schemes):
        if self.scheme not in schemes:
            raise Refused("scheme", "one that was not asked for")
        verify(public_key, self.scheme, self.signature, self.content)


class Keys:
    """The exporter values of one role (section 5.1)."""

    def __init__(self, hash, context, finished_key):
        self.hash, self.context, self.finished_key = hash, context, finished_key

    @classmethod
    def exported(cls, connection, sender):
        suite = connection.get_cipher_name()
        assert connection.get_protocol_version_name() == "TLSv1.3" and suite.endswith(("SHA384", "SHA256")), suite
        hash = hashlib.sha384 if suite.endswith("SHA384") else hashlib.sha256
        values = (
            connection.export_keying_material(f"EXPORTER-{sender} authenticator {name}".encode(), hash().digest_size, b"")
            for name in ("handshake context", "finished key"))
        return cls(hash, *values)

    def digest(self, *messages):
        return self.hash(self.context + b"".join(messages)).digest()

    def finished(self, *messages):
        return message(FINISHED, hmac.digest(self.finished_key, self.digest(*messages), self.hash))

    def authenticator(self, asked, certificate, key, scheme):
        signature = sign(key, scheme, content(self.digest(asked, certificate)))
        return self.signed(asked, certificate, scheme, signature)

    def signed(self, asked, certificate, scheme, signature):
        verification = message(CERTIFICATE_VERIFY, struct.pack(">H", scheme) + vector(2, signature))
        return certificate + verification + self.finished(asked, certificate, verification)

    def empty(self, asked, context):
        return self.finished(asked, certificate(context, []))

    def read(self, asked, context, reader):
        """The next authenticator; None if it is a good empty one. The context is None where the sender chooses it."""
        kind, first = reader.message()
        if kind == FINISHED:
            if not hmac.compare_digest(first, self.empty(asked, context)):
                raise Refused("Finished")
            return None
        (second_kind, second), (third_kind, third) = reader.message(), reader.message()
        if (kind, second_kind, third_kind) != (CERTIFICATE, CERTIFICATE_VERIFY, FINISHED):
            raise Refused("form", "other messages")
        body = Reader(first[4:])
        received, entries, list_of_entries = body.vector(1), [], Reader(body.vector(3))
        body.end()
        while list_of_entries.data:
            entries.append((list_of_entries.vector(3), list_of_entries.extensions()))
        body = Reader(second[4:])
        scheme, signature = body.number(2), body.vector(2)
        body.end()
        if context not in (None, received):
            raise Refused("context", "another than that of the request")
        if not hmac.compare_digest(third, self.finished(asked, first, second)):
            raise Refused("Finished")
        return Received(received, entries, scheme, signature, content(self.digest(asked, first)))


class Authenticators:
    """One end of a connection: the keys of both roles, and the contexts that were used, by whichever end."""

    def __init__(self, own, peer, is_server):
        self.own, self.peer, self.is_server, self.used = own, peer, is_server, set()

    @classmethod
    def on(cls, connection, is_server):
        own, peer = ("server", "client") if is_server else ("client", "server")
        return cls(Keys.exported(connection, own), Keys.exported(connection, peer), is_server)

    def use(self, context):
        if context in self.used:
            raise Refused("context", "one that was used on this connection before")
        self.used.add(context)
