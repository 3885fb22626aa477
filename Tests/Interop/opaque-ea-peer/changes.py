"""What an attacker makes of a message: bytes that are changed, and requests and proofs that are made otherwise."""
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from messages import KEY_INFO, SERVER_AUTH

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


# What our programs say, in the client's report and in the server's log.
ANNOUNCED = r"^\d+ bytes are announced, and \d+ are there$"
LEFT_OVER, EMPTY = r"^\d+ bytes are left over$", "^a field of .* has 0$"
FINISHED, CONTEXT = "^Finished is wrong", "^the authenticator answers another request$"
ENTRY = "certificate is not one entry"
KEY = "^the server's certificate is not the key that|^the client's key is not that of the record$"
SIGNATURE, SCHEME = "^the signature is not by the key of the certificate$", r"^signature scheme \d+ was not asked for$"


def out_of_place(number):
    return f"^extension {number} may not stand here$"


def missing(number):
    return f"^extension {number} is missing$"


def is_twice(number):
    return f"^extension {number} is there twice$"


# Of a proof, m2's or m3, that its maker signs and finishes anew: the change, the words of our program, and why the client in
# Python refuses it in m2, and the server in Python in m3.
CONTEXT_LENGTH, LIST_LENGTH, KEY_LENGTH, EXTENSIONS_LENGTH = 4, 39, 42, 88  # the last byte of each, in Certificate
PROOFS = {
    "two entries": (lambda proof: proof._replace(entries=2 * proof.entries), ENTRY, "entry", "entry"),
    "an empty list of certificates, and a rest that is valid": (
        put(entries=[]), "^the list of certificates is empty$", "entry", "entry"),
    "an entry without extensions": (put(extensions=[]), f"{ENTRY}|{missing(SERVER_AUTH)}", "entry", "entry"),
    "an extension that nobody asked for": (more(UNKNOWN), out_of_place(UNKNOWN), "entry", "entry"),
    "an extension that was asked for, but is for requests": (
        more(13, bytes.fromhex("00020807")), out_of_place(13), "entry", "entry"),
    "a length that lies, of the context": (signs_itself(number(CONTEXT_LENGTH, 1)), ANNOUNCED, "form", "form"),
    "a length that lies, of the list of entries": (signs_itself(number(LIST_LENGTH, 1)), ANNOUNCED, "form", "form"),
    "a length that lies, of the key": (signs_itself(number(KEY_LENGTH, 1)), ANNOUNCED, "form", "form"),
    "a length that lies, of the extensions": (signs_itself(number(EXTENSIONS_LENGTH, -1)), ANNOUNCED, "form", "form"),
    "a key without SubjectPublicKeyInfo": (
        lambda proof: proof._replace(entries=[proof.entries[0][12:]]), KEY, "server key", "client key"),
    "a byte behind the key": (
        lambda proof: proof._replace(entries=[proof.entries[0] + b"\0"]), KEY, "server key", "client key"),
    "no key": (put(entries=[b""]), EMPTY, "server key", "client key"),
    "another key, which signs": (by_another_key, KEY, "server key", "signature"),
    "another key, which does not sign": (
        lambda proof: by_another_key(proof)._replace(signer=proof.signer), KEY, "server key", "client key"),
    "a signature by another key": (put(signer=Ed25519PrivateKey.generate()), SIGNATURE, "signature", "signature"),
    "ECDSA": (put(signer=ec.generate_private_key(ec.SECP256R1()), scheme=0x0403), SCHEME, "scheme", "scheme"),
    "the number of ECDSA on a signature by Ed25519": (put(label=0x0403), SCHEME, "scheme", "scheme"),
    "a number that no scheme has": (put(label=0xfe00), SCHEME, "scheme", "scheme"),
    "a bit of the signature, and Finished made anew": (put(signature=flip(0)), SIGNATURE, "signature", "signature"),
    "half a signature": (put(signature=lambda signature: signature[:32]), SIGNATURE, "signature", "signature"),
    "no signature": (put(signature=lambda signature: b""), SIGNATURE, "signature", "signature"),
    "a byte behind the signature": (put(signature=added(b"\0")), SIGNATURE, "signature", "signature"),
    "another context": (lambda proof: proof._replace(context=os.urandom(32)), CONTEXT, "context", "context"),
    "another request in the transcript": (
        lambda proof: proof._replace(asked=flip(-1)(proof.asked)), FINISHED, "Finished", "Finished"),
    "no request in the transcript": (put(asked=b""), FINISHED, "Finished", "Finished"),
}
# Of the bytes of m2 or m3, behind its maker's back: the change, the words of our program, and why that in Python refuses it.
BYTES = {
    "the last byte is missing": (cut, ANNOUNCED, "form"),
    "half of it": (lambda data: data[: len(data) // 2], ANNOUNCED, "form"),
    "four bytes of it": (lambda data: data[:4], ANNOUNCED, "form"),
    "nothing at all": (lambda data: b"", ANNOUNCED, "form"),
    "a byte behind it": (added(b"\0"), LEFT_OVER, "form"),
    "twice behind each other": (lambda data: 2 * data, LEFT_OVER, "form"),
    "another type of message": (
        lambda data: bytes([13]) + data[1:], "^this is not Certificate, CertificateVerify and Finished$", "form"),
    "a length changed on the way, of Certificate": (number(3, 1), ANNOUNCED, "form"),
    "a length changed on the way, of the list of entries": (number(LIST_LENGTH, 1), ANNOUNCED, "form"),
    "a bit of the context": (flip(10), CONTEXT, "context"),
    "a bit of the key": (flip(60), FINISHED, "Finished"),
    "a bit of the extensions": (flip(95), FINISHED, "Finished"),
}
