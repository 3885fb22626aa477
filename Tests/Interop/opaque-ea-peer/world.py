"""Our programs, and what the cases do with them: log in to passbind-server, and have passbind-client log in here."""
import itertools

from messages import MECHANISM
from opaque_world import OPAQUE, OPAQUEWorld
from server import Server


class OPAQUEEA(OPAQUE):
    """`instead` is what an attacker does otherwise: what else stands in a login."""

    registers = MECHANISM

    def __init__(self, accounts, instead):
        super().__init__(accounts)
        self.instead = instead

    def login(self, connection):
        login = Server(self.accounts, connection.server.offer, connection.authenticators)
        login.__dict__.update(self.instead(login))
        return login


class World(OPAQUEWorld):
    def __init__(self, programs, scratch):
        super().__init__(programs, scratch)
        self.victims = itertools.count()

    def serve(self, accounts, offer, instead=lambda login: {}, **keywords):
        return super().serve(OPAQUEEA(accounts, instead), offer, **keywords)
