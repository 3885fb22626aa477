"""The cases in which the client in Python registers its account anew at passbind-server, and uses its vault."""
from case import case
from our_server import accepted, refused_by_client
from registration_exchange import ClientRegistration
from registrations import NEW, at_our_server, refused
from sasl_client import PLAIN, Client
from world import PASSWORD


def log_in(connection, user, password, binding_type="tls-exporter"):
    binding = (binding_type, connection.bindings[binding_type]) if binding_type else None
    login = Client(connection.offer, user, password, binding)
    connection.finish(login.respond(connection.challenge(login.mechanism, login.first)))
    return login.export_key


at_our_server(PLAIN, log_in, accepted, refused_by_client)


@case("our server, no registration after a login that was not bound")
def _(world):
    user = world.user()
    with world.connect() as connection:
        refused(connection, ClientRegistration(user, NEW, log_in(connection, user, PASSWORD, None)))
    accepted(world, user)
