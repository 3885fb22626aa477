"""Makes a server's keys and accounts: make_accounts.py FOLDER COUNT writes them as Rust's opaque-ke does.

FOLDER/setup has the keys; FOLDER/records has user1, user2 and so on, with the password that all of them have.
"""
import base64
import os
import sys

import group
from registration import ServerKeys, register
from stretching import Stretching
from world import PASSWORD

STRETCHING = Stretching("argon2id,m=19456,t=2,p=1")  # opaque-ke's own


def main(folder, count):
    keys = ServerKeys(os.urandom(64), group.random_scalar())
    public_key_of_fakes = group.multiply_base(group.random_scalar())
    with open(os.open(os.path.join(folder, "setup"), os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
        file.write(keys.oprf_seed + keys.private_key + public_key_of_fakes)
    with open(os.path.join(folder, "records"), "w") as file:
        for number in range(1, int(count) + 1):
            record, _ = register(keys, PASSWORD.encode(), b"user%d" % number, STRETCHING)
            file.write(f"user{number}:{base64.b64encode(record).decode()}\n")


main(*sys.argv[1:])
