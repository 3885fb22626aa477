"""SCRAM (RFC 5802, RFC 7677, and the same with SHA-512), both ends, for names and passwords of ASCII."""
import base64
import binascii
import hashlib
import hmac
import os
from typing import NamedTuple

from refusal import Refused

HASHES = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}


def bare(mechanism):
    return mechanism.removesuffix("-PLUS")


def encode(data):
    return base64.b64encode(data).decode()


def decode(text):
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Refused("grammar", "base64") from None


def xor(one, other):
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def attributes(message, names):
    """The values of the attributes with these names, in this order, and nothing else."""
    parts = message.split(",")
    if [part[:2] for part in parts] != [name + "=" for name in names]:
        raise Refused("grammar", message)
    return [part[2:] for part in parts]


class Keys:
    """What is made of a password (section 3)."""

    def __init__(self, hash, password, salt, iterations):
        self.hash, self.salt, self.iterations = hash, salt, iterations
        salted = hashlib.pbkdf2_hmac(hash, password.encode(), salt, iterations)
        self.client_key, self.server_key = self.mac(salted, "Client Key"), self.mac(salted, "Server Key")
        self.stored_key = hashlib.new(hash, self.client_key).digest()

    def mac(self, key, text):
        return hmac.digest(key, text.encode(), self.hash)

    def signatures(self, auth_message):
        return self.mac(self.stored_key, auth_message), self.mac(self.server_key, auth_message)


class Client:
    """A login; `first` is its first message. With `binding`, a type and the connection's data, it is a bound one.

    The keywords are what another client does, or somebody in between: another flag, and another header in `c=`.
    """

    def __init__(self, mechanism, user, password, binding=None, flag=None, header_in_final=None, nonce=None,
                 authorization_identity=None):
        self.mechanism, self.password = mechanism, password
        self.data = binding[1] if binding else b""
        flag = flag or (f"p={binding[0]}" if binding else "n")
        identity = f"a={authorization_identity}" if authorization_identity else ""
        header = f"{flag},{identity},"
        self.header_in_final = header_in_final or header
        self.nonce = encode(os.urandom(18)) if nonce is None else nonce
        self.bare = f"n={user},r={self.nonce}"
        self.first = (header + self.bare).encode()

    def respond(self, server_first):
        server_first = server_first.decode()
        nonce, salt, iterations = attributes(server_first, "rsi")
        if not nonce.startswith(self.nonce) or nonce == self.nonce:
            raise Refused("nonce", "not one that continues the client's")
        keys = Keys(HASHES[bare(self.mechanism)], self.password, decode(salt), int(iterations))
        without_proof = f"c={encode(self.header_in_final.encode() + self.data)},r={nonce}"
        client, self.signature = keys.signatures(f"{self.bare},{server_first},{without_proof}")
        return f"{without_proof},p={encode(xor(keys.client_key, client))}".encode()

    def verify(self, server_final):
        [signature] = attributes(server_final.decode(), "v")
        if decode(signature) != self.signature:
            raise Refused("signature", "the server does not know the account")


class First(NamedTuple):
    """What a server reads of a client's first message."""

    flag: str
    binding_type: str
    user: str


class Server:
    """One login. `accounts` are passwords by name, `bindings` the connection's data by type; `offer` what it lists."""

    def __init__(self, accounts, offer, bindings, requires_binding=False, salt=b"0123456789abcdef", iterations=4096):
        self.accounts, self.offer, self.bindings = accounts, offer, bindings
        self.requires_binding, self.salt, self.iterations = requires_binding, salt, iterations

    def challenge(self, mechanism, client_first):
        flag, identity, self.bare = client_first.decode().split(",", 2)
        user, nonce = attributes(self.bare, "nr")
        self.header = f"{flag},{identity},"
        self.first = First(flag[0], flag[2:], user)
        self.check(mechanism)
        # Somebody whom there is not gets a challenge like all others.
        self.keys = Keys(HASHES[bare(mechanism)], self.accounts.get(user, ""), self.salt, self.iterations)
        self.nonce = nonce + encode(os.urandom(18))
        self.challenged = f"r={self.nonce},s={encode(self.salt)},i={self.iterations}"
        return self.challenged.encode()

    def check(self, mechanism):
        is_bound = self.first.flag == "p"
        if mechanism not in self.offer.mechanisms or is_bound != mechanism.endswith("-PLUS"):
            raise Refused("mechanism")
        if self.first.flag == "y" and self.offer.has_plus:
            raise Refused("downgrade")
        if is_bound and self.first.binding_type not in self.bindings:
            raise Refused("binding type")
        if self.requires_binding and not is_bound:
            raise Refused("unbound")

    def accept(self, client_final):
        """Who logged in; then `final` is the server's last message."""
        client_final = client_final.decode()
        binding_input, nonce, proof = attributes(client_final, "crp")
        data = self.bindings[self.first.binding_type] if self.first.flag == "p" else b""
        if decode(binding_input) != self.header.encode() + data:
            raise Refused("channel binding", "of another connection")
        if nonce != self.nonce:
            raise Refused("nonce")
        without_proof = client_final.rpartition(",p=")[0]
        client, server = self.keys.signatures(f"{self.bare},{self.challenged},{without_proof}")
        client_key = xor(decode(proof), client)
        if hashlib.new(self.keys.hash, client_key).digest() != self.keys.stored_key:
            raise Refused("proof")
        if self.first.user not in self.accounts:
            raise Refused("no account")
        self.final = f"v={encode(server)}".encode()
        return self.first.user
