"""Prints verifiers (RFC 5803), of SHA-512 and of SHA-256, for each of COUNT accounts, user1 and so on, and user."""
import os
import sys

from line_world import PASSWORD
from scram import HASHES, Keys, encode

for name in ["user"] + [f"user{number + 1}" for number in range(int(sys.argv[1]))]:
    for scheme, hash in HASHES.items():
        keys = Keys(hash, PASSWORD, os.urandom(16), 4096)
        salt, stored, server = map(encode, (keys.salt, keys.stored_key, keys.server_key))
        print(f"{name}:{scheme}$4096:{salt}${stored}:{server}")
