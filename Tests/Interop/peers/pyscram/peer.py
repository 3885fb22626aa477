"""The wire format of TrueNAS's pyscram 0.1.0 as either side of SCRAM: an end, as Tests/Interop/cases/login.py wants it.

Written from what that library sends and accepts, since neither PyPI nor Debian has it. Its own server looks at the
proof alone and leaves `c=` to its caller; this one is such a caller, and looks.
"""
import base64
import hashlib
import hmac
import os

from login import Answer

SIZE = 32  # of either side's nonce, in raw bytes


class Refused(Exception):
    pass


def encode(data):
    return base64.b64encode(data).decode()


def fields(message, *names):
    """The values of exactly these attributes, in this order."""
    parts = message.split(",")
    if [part[:2] for part in parts] != [name + "=" for name in names]:
        raise Refused(f"not {'= '.join(names)}=")
    return [part[2:] for part in parts]


def raw_nonce(text, size):
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("unexpected nonce: not base64") from None
    if len(raw) != size:
        raise Refused(f"unexpected nonce: {len(raw)} bytes")
    return raw


def mac(key, text):
    return hmac.digest(key, text.encode(), "sha512")


def xor(one, other):
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


class AuthData:
    """What is kept of a password, which is used as it is."""

    def __init__(self, password, salt, iterations):
        self.salt, self.iterations = salt, iterations
        salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)
        self.client_key, self.server_key = mac(salted, "Client Key"), mac(salted, "Server Key")
        self.stored_key = hashlib.sha512(self.client_key).digest()

    @property
    def rfc5803(self):
        keys = f"{encode(self.stored_key)}:{encode(self.server_key)}"
        return f"SCRAM-SHA-512${self.iterations}:{encode(self.salt)}${keys}"


class Pyscram:
    def begin(self, side, mechanism, user, password=None, binding=None, iterations=50_000, salt=b"0123456789abcdef",
              auth_data=None, binding_input=None):
        """`auth_data` takes a password's place. `binding_input` makes the client's `c=` of header and data."""
        self.mechanism, self.user, self.password, self.auth_data = mechanism, user, password, auth_data
        self.header = f"p={binding[0]}" if binding else "n"
        self.data = binding[1] if binding else b""
        self.nonce = os.urandom(SIZE)
        if side == "client":
            self.binding_input = binding_input or (lambda header, data: header + b",," + data)
            self.bare = f"n={user},r={encode(self.nonce)}"
            self.steps = iter((self.prove, self.verify))
            return Answer("message", f"{self.header},,{self.bare}".encode())
        self.auth_data = auth_data or AuthData(password, salt, iterations)
        self.steps = iter((self.challenge, self.check))
        return Answer("ready")

    def step(self, message):
        try:
            return next(self.steps)(message.decode())
        except Refused as refusal:
            return Answer("refused", None, str(refusal))  # there is no e=

    def prove(self, server_first):
        joined, salt, iterations = fields(server_first, "r", "s", "i")
        if not raw_nonce(joined, 2 * SIZE).startswith(self.nonce):
            raise Refused("another client's nonce")
        salt, iterations = base64.b64decode(salt), int(iterations)
        if len(salt) != 16 or not 50_000 <= iterations <= 5_000_000:
            raise Refused("salt or iterations")
        known = self.auth_data or AuthData(self.password, salt, iterations)
        without_proof = f"c={encode(self.binding_input(self.header.encode(), self.data))},r={joined}"
        signed = f"{self.bare},{server_first},{without_proof}"
        self.signature = mac(known.server_key, signed)
        proof = xor(known.client_key, mac(known.stored_key, signed))
        return Answer("message", f"{without_proof},p={encode(proof)}".encode())

    def verify(self, server_final):
        if base64.b64decode(fields(server_final, "v")[0]) != self.signature:
            raise Refused("server signature")
        return Answer("accepted", None, f"{self.mechanism} - - -")

    def challenge(self, client_first):
        header, _, self.bare = client_first.partition(",,")
        if header != self.header:
            raise Refused(f"header {header}")
        user, nonce = fields(self.bare, "n", "r")
        if user != self.user:
            raise Refused("no such user")
        self.joined = encode(raw_nonce(nonce, SIZE) + self.nonce)
        self.first = f"r={self.joined},s={encode(self.auth_data.salt)},i={self.auth_data.iterations}"
        return Answer("message", self.first.encode())

    def check(self, client_final):
        binding_input, joined, proof = fields(client_final, "c", "r", "p")
        signed = f"{self.bare},{self.first},c={binding_input},r={joined}"
        client_key = xor(base64.b64decode(proof), mac(self.auth_data.stored_key, signed))
        if joined != self.joined or hashlib.sha512(client_key).digest() != self.auth_data.stored_key:
            raise Refused("client proof")
        header = self.header.encode()
        if base64.b64decode(binding_input) not in (header + self.data, header + b",," + self.data):
            raise Refused("channel binding")
        signature = encode(mac(self.auth_data.server_key, signed))
        return Answer("accepted", f"v={signature}".encode(), f"{self.mechanism} - {self.user.encode().hex()} -")
