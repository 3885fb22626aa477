"""The key stretching functions that `s=` names: scrypt from Python's library, Argon2id from PyPI's argon2-cffi."""
import hashlib
import re

from argon2.low_level import Type, hash_secret_raw

from refusal import Refused

NUMBER = "([1-9][0-9]*)"
ARGON2ID = re.compile(f"argon2id,m={NUMBER},t={NUMBER},p={NUMBER}")
SCRYPT = re.compile(f"scrypt,n={NUMBER},r={NUMBER},p={NUMBER}")
SALT = bytes(16)


class Stretching:
    """Parameters, read from their text, and called to stretch 64 bytes to 64."""

    def __init__(self, text):
        self.text = text
        argon2id, scrypt = ARGON2ID.fullmatch(text), SCRYPT.fullmatch(text)
        if len(text.encode()) > 64 or not (argon2id or scrypt):
            raise Refused("grammar", "of the key stretching")
        numbers = [int(number) for number in (argon2id or scrypt).groups()]
        if argon2id:
            self.m, self.t, self.p = numbers
            allowed = self.p < 2**24 and 8 * self.p <= self.m < 2**32 and self.t < 2**32
        else:
            self.n, self.r, self.p = numbers
            is_power = self.n & (self.n - 1) == 0 and 2 <= self.n <= 2**32
            allowed = self.r <= 1024 and self.p <= 1024 and is_power and self.n < 2 ** (16 * self.r)
        self.is_argon2id = bool(argon2id)
        if not allowed:
            raise Refused("stretching", "parameters that the function does not allow")

    @property
    def memory(self):
        """What it takes, in bytes."""
        return 1024 * self.m if self.is_argon2id else 128 * self.n * self.r

    @property
    def work(self):
        """The bytes that it writes; what guessing costs."""
        return self.memory * (self.t if self.is_argon2id else self.p)

    def __call__(self, data):
        if self.is_argon2id:
            return hash_secret_raw(data, SALT, self.t, self.m, self.p, 64, Type.ID, 0x13)
        return hashlib.scrypt(data, salt=SALT, n=self.n, r=self.r, p=self.p, dklen=64, maxmem=self.memory + 2**24)


class Limits:
    """What a client accepts, in bytes written and bytes of memory."""

    def __init__(self, floor=16 * 2**20, memory=2**29, work=2**31):
        self.floor, self.memory, self.work = floor, memory, work

    def check(self, stretching):
        if stretching.work < self.floor:
            raise Refused("stretching", "under the floor: the password would be cheap to guess")
        if stretching.memory > self.memory or stretching.work > self.work:
            raise Refused("stretching", "above the cap")
