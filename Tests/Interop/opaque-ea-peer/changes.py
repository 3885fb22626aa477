"""What an attacker makes of a message: bytes that are changed, and requests and proofs that are made otherwise."""
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from messages import AUTHORIZATION_IDENTITY, KEY_INFO, of_name

UNKNOWN = 0x1234


def cut(data):
    return data[:-1]


def added(end):
    return lambda data: data + end


def flip(at):
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at:][1:]


def number(at, difference):
    """A byte of a length."""
    return lambda data: data[:at] + bytes([(data[at] + difference) % 256]) + data[at + 1 :]


# Of the fields of a request and of a proof; each takes a Request or a Proof, and gives another.


def put(**fields):
    return lambda made: made._replace(**fields)


def extension(kind, change):
    """Changes an extension's content."""

    def changed(made):
        assert kind in dict(made.extensions)
        return made._replace(extensions=[(k, change(content) if k == kind else content) for k, content in made.extensions])

    return changed


def without(kind):
    return lambda made: made._replace(extensions=[pair for pair in made.extensions if pair[0] != kind])


def more(kind, content=b""):
    return lambda made: made._replace(extensions=[*made.extensions, (kind, content)])


def twice(kind):
    return lambda made: made._replace(extensions=[pair for pair in made.extensions for _ in range(1 + (pair[0] == kind))])


def by_another_key(proof):
    """All that a key of the attacker's own is good for."""
    key = Ed25519PrivateKey.generate()
    return proof._replace(signer=key, entries=[KEY_INFO + key.public_key().public_bytes_raw()])


def signs_itself(change):
    """Changes the Certificate before it is signed: signature and Finished are right."""
    return put(certificate=change)


# Of a proof, m2's or m3, that its maker signs and finishes anew: the change, and why the client in Python refuses it in m2, and
# the server in Python in m3.
CONTEXT_LENGTH, LIST_LENGTH, KEY_LENGTH, EXTENSIONS_LENGTH = 4, 39, 42, 88  # the last byte of each, in Certificate
PROOFS = {
    "two entries": (lambda proof: proof._replace(entries=2 * proof.entries), "entry", "entry"),
    "an empty list of certificates, and a rest that is valid": (put(entries=[]), "entry", "entry"),
    "an entry without extensions": (put(extensions=[]), "entry", "entry"),
    "an extension that nobody asked for": (more(UNKNOWN), "entry", "entry"),
    "an extension that was asked for, but is for requests": (more(13, bytes.fromhex("00020807")), "entry", "entry"),
    "an authorization identity in the certificate": (more(AUTHORIZATION_IDENTITY, of_name(b"root")), "entry", "entry"),
    "a length that lies, of the context": (signs_itself(number(CONTEXT_LENGTH, 1)), "form", "form"),
    "a length that lies, of the list of entries": (signs_itself(number(LIST_LENGTH, 1)), "form", "form"),
    "a length that lies, of the key": (signs_itself(number(KEY_LENGTH, 1)), "form", "form"),
    "a length that lies, of the extensions": (signs_itself(number(EXTENSIONS_LENGTH, -1)), "form", "form"),
    "a key without SubjectPublicKeyInfo": (
        lambda proof: proof._replace(entries=[proof.entries[0][12:]]), "server key", "client key"),
    "a byte behind the key": (lambda proof: proof._replace(entries=[proof.entries[0] + b"\0"]), "server key", "client key"),
    "no key": (put(entries=[b""]), "server key", "client key"),
    "another key, which signs": (by_another_key, "server key", "signature"),
    "another key, which does not sign": (
        lambda proof: by_another_key(proof)._replace(signer=proof.signer), "server key", "client key"),
    "a signature by another key": (put(signer=Ed25519PrivateKey.generate()), "signature", "signature"),
    "ECDSA": (put(signer=ec.generate_private_key(ec.SECP256R1()), scheme=0x0403), "scheme", "scheme"),
    "the number of ECDSA on a signature by Ed25519": (put(label=0x0403), "scheme", "scheme"),
    "a number that no scheme has": (put(label=0xfe00), "scheme", "scheme"),
    "a bit of the signature, and Finished made anew": (put(signature=flip(0)), "signature", "signature"),
    "half a signature": (put(signature=lambda signature: signature[:32]), "signature", "signature"),
    "no signature": (put(signature=lambda signature: b""), "signature", "signature"),
    "a byte behind the signature": (put(signature=added(b"\0")), "signature", "signature"),
    "another context": (lambda proof: proof._replace(context=os.urandom(32)), "context", "context"),
    "another request in the transcript": (lambda proof: proof._replace(asked=flip(-1)(proof.asked)), "Finished", "Finished"),
    "no request in the transcript": (put(asked=b""), "Finished", "Finished"),
}
# Of the bytes of m2 or m3, behind its maker's back.
BYTES = {
    "the last byte is missing": (cut, "form"),
    "half of it": (lambda data: data[: len(data) // 2], "form"),
    "four bytes of it": (lambda data: data[:4], "form"),
    "nothing at all": (lambda data: b"", "form"),
    "twice behind each other": (lambda data: 2 * data, "form"),
    "another type of message": (lambda data: bytes([13]) + data[1:], "form"),
    "a length changed on the way, of Certificate": (number(3, 1), "form"),
    "a length changed on the way, of the list of entries": (number(LIST_LENGTH, 1), "form"),
    "a bit of the context": (flip(10), "context"),
    "a bit of the key": (flip(60), "Finished"),
    "a bit of the extensions": (flip(95), "Finished"),
}
