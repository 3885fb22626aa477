"""What the two mechanisms of OPAQUE have in common in their cases."""
import os

from line_world import LineWorld
from registration_exchange import ServerRegistration


class OPAQUEWorld(LineWorld):
    def invite(self, user):
        """A one-time token from our server's administrator."""
        keys = "--store", os.path.join(self.scratch, "server.sqlite"), "--key-file", os.path.join(self.scratch, "keys")
        return self.run("passbind-server", "user", "invite", user, *keys).stdout.rstrip("\n")


class OPAQUE:
    """What a LineServer serves, but for the logins of a mechanism; accounts register what `registers` names."""

    registers = None

    def __init__(self, accounts):
        self.accounts = accounts

    def registration(self, user, notes):
        return ServerRegistration(self.accounts, user, notes)
