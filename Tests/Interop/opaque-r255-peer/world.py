"""Our programs, and what the cases do with them: log in to passbind-server, and have passbind-client log in here."""
import os

from line_world import PASSWORD, WRONG, LineWorld
from sasl_client import PLAIN
from sasl_registration import ServerRegistration
from sasl_server import Server


class World(LineWorld):
    def serve(self, accounts, offer, *arguments, **keywords):
        return super().serve(OPAQUE(accounts), offer, *arguments, **keywords)

    def invite(self, user):
        """A one-time token from our server's administrator."""
        keys = "--store", os.path.join(self.scratch, "server.sqlite"), "--key-file", os.path.join(self.scratch, "keys")
        return self.run("passbind-server", "user", "invite", user, *keys).stdout.rstrip("\n")


class OPAQUE:
    """What a LineServer serves."""

    registers = PLAIN

    def __init__(self, accounts):
        self.accounts = accounts

    def login(self, *offered):
        return Server(self.accounts, *offered)

    def registration(self, user, notes):
        return ServerRegistration(self.accounts, user, notes)
