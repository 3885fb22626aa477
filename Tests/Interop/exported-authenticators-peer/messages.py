"""The messages of RFC 9261 (TLS 1.3 encodings, RFC 8446 sections 4.2 to 4.4), for one end of a connection. Independent of the Swift
code: written from the RFC, on pyOpenSSL's exporter and the `cryptography` package."""

import hashlib, hmac, os, struct
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

CERTIFICATE, CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, CLIENT_CERTIFICATE_REQUEST, FINISHED = 11, 13, 15, 17, 20
SERVER_NAME, SIGNATURE_ALGORITHMS = 0, 13

HASHES = {0x0403: hashes.SHA256, 0x0503: hashes.SHA384, 0x0804: hashes.SHA256, 0x0805: hashes.SHA384, 0x0806: hashes.SHA512,
          0x0809: hashes.SHA256, 0x080a: hashes.SHA384, 0x080b: hashes.SHA512}
ED25519 = 0x0807
SCHEMES = [ED25519, *HASHES]


class Refused(Exception):
    """A message that RFC 9261 has refused."""


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
            raise Refused("cut short")
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
                raise Refused("an extension twice")
            found[kind] = inner.vector(2)
        return found

    def end(self):
        if self.data:
            raise Refused("bytes left over")


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
        raise Refused("the signature is wrong")


class Keys:
    """The exporter values of one role (section 5.1)."""

    def __init__(self, connection, sender):
        suite = connection.get_cipher_name()
        self.hash = hashlib.sha384 if suite.endswith("SHA384") else hashlib.sha256
        assert connection.get_protocol_version_name() == "TLSv1.3" and suite.endswith(("SHA384", "SHA256")), suite
        count = self.hash().digest_size
        label = f"EXPORTER-{sender} authenticator ".encode()
        self.context = connection.export_keying_material(label + b"handshake context", count, b"")
        self.finished_key = connection.export_keying_material(label + b"finished key", count, b"")

    def digest(self, *messages):
        return self.hash(self.context + b"".join(messages)).digest()

    def finished(self, *messages):
        return message(FINISHED, hmac.digest(self.finished_key, self.digest(*messages), self.hash))

    def authenticator(self, asked, certificate, key, scheme):
        signature = sign(key, scheme, content(self.digest(asked, certificate)))
        verification = message(CERTIFICATE_VERIFY, struct.pack(">H", scheme) + vector(2, signature))
        return certificate + verification + self.finished(asked, certificate, verification)

    def empty(self, asked, context):
        return self.finished(asked, certificate(context, []))

    def validate(self, asked, context, schemes, data, public_key):
        """The chain of a good authenticator; None for a good empty one. public_key: of the DER of a leaf."""
        reader = Reader(data)
        kind, first = reader.message()
        if kind == FINISHED:
            reader.end()
            if not hmac.compare_digest(first, self.empty(asked, context)):
                raise Refused("Finished is wrong")
            return None
        kinds, (_, second), (_, third) = [kind, reader.data[:1]], reader.message(), reader.message()
        reader.end()
        if (first[0], second[0], third[0]) != (CERTIFICATE, CERTIFICATE_VERIFY, FINISHED):
            raise Refused("other messages")
        if not hmac.compare_digest(third, self.finished(asked, first, second)):
            raise Refused("Finished is wrong")
        body = Reader(first[4:])
        if body.vector(1) != context:
            raise Refused("another context")
        chain, entries = [], Reader(body.vector(3))
        body.end()
        while entries.data:
            chain.append(entries.vector(3))
            if entries.extensions():
                raise Refused("an extension that was not asked for")
        body = Reader(second[4:])
        scheme, signature = body.number(2), body.vector(2)
        body.end()
        if scheme not in schemes:
            raise Refused("a scheme that was not asked for")
        verify(public_key(chain[0]), scheme, signature, content(self.digest(asked, first)))
        return chain
