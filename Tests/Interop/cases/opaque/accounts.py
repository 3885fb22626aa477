"""The accounts of a server in Python."""
import os
from typing import NamedTuple

import saslprep
from credentials import fake_record
from registration import register
from stretching import Stretching


class Account(NamedTuple):
    record: bytes
    stretching: Stretching
    is_locked: bool = False
    may_act_as: tuple = ()


class Accounts:
    """The server's keys and records, by prepared name."""

    def __init__(self, keys, stretching):
        self.keys, self.stretching, self.accounts = keys, stretching, {}
        self.secret = os.urandom(64)  # of what is made up

    def add(self, user, password, stretching=None, **account):
        name, stretching = saslprep.user_name(user), stretching or self.stretching
        record, export_key = register(self.keys, saslprep.password(password), name, stretching)
        self.accounts[name] = Account(record, stretching, **account)
        return export_key

    def shown(self, name):
        """What a login under this name is answered with, and whether it may succeed."""
        account = self.accounts.get(name)
        made_up = Account(fake_record(self.keys.kind, self.secret, name), self.stretching)
        if account is None:
            return made_up, False
        if account.is_locked:
            return made_up._replace(stretching=account.stretching), False
        return account, True
