"""Our programs, and what the cases do with them: log in to passbind-server, and have passbind-client log in here."""
from line_world import PASSWORD, WRONG
from opaque_world import OPAQUE, OPAQUEWorld
from sasl_client import PLAIN
from sasl_server import Server


class OPAQUER255(OPAQUE):
    registers = PLAIN

    def login(self, connection):
        return Server(self.accounts, *connection.offered)


class World(OPAQUEWorld):
    def serve(self, accounts, offer, *arguments, **keywords):
        return super().serve(OPAQUER255(accounts), offer, *arguments, **keywords)
