"""Notes that the server keeps and can't read (REGISTRATION.md, "The vault")."""
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kdf import expand
from oprf import prefixed
from refusal import Refused

LABEL, VERSION = b"PassBind-Vault-v1", b"\x01"


class Vault:
    """The notes of an account, by its prepared name, under one export key."""

    def __init__(self, export_key, account):
        self.cipher, self.account = AESGCM(expand(export_key, LABEL, 32)), account

    def associated_data(self, name):
        return prefixed(LABEL) + prefixed(self.account) + prefixed(name.encode())

    def seal(self, name, note, nonce=None):
        nonce = nonce or os.urandom(12)
        return VERSION + nonce + self.cipher.encrypt(nonce, note, self.associated_data(name))

    def open(self, name, sealed):
        try:
            if sealed[:1] != VERSION or len(sealed) < 29:
                raise InvalidTag
            return self.cipher.decrypt(sealed[1:13], sealed[13:], self.associated_data(name))
        except InvalidTag:
            raise Refused("note", f"{name} does not open") from None
