"""The cases in which passbind-client changes its password, or enrols, at the server in Python."""
from case import case, equal
from offer import Offer
from our_client import BOUND, OFFER, accounts
from password_changes import at_their_server
from registrations import NEW
from sasl_client import PLAIN, Client
from sasl_server import Server
from world import PASSWORD


def export_key(known, password):
    client = Client(OFFER, "user", password, ("tls-exporter", b""))
    server = Server(known, OFFER, {"tls-exporter": b""})
    server.accept(client.respond(server.challenge(client.mechanism, client.first)))
    return client.export_key


at_their_server(PLAIN, OFFER, BOUND, (), accounts, export_key)


@case("our client, another password: not without binding")
def _(world):
    plain = Offer((PLAIN,), ())
    with world.serve(accounts(), plain) as server:
        equal(world.passbind_client(server, "user", PASSWORD, new_password=NEW)["outcome"], "refused")
        assert server.outcomes.empty()
