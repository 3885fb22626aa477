"""The cases in which the client in Python registers its account anew at passbind-server, and uses its vault."""
from case import case, equal, log
from changes import BAD_ELEMENTS, added, in_base64, put
from our_server import accepted, refused_by_client
from refusal import Refused
from sasl_client import Client
from sasl_registration import ClientRegistration
from vault import Vault
from world import PASSWORD

NEW = "battery horse staple correct"


class Session:
    """A connection that is logged in, for one with statement."""

    def __init__(self, world, user, password=PASSWORD, binding_type="tls-exporter"):
        self.connection = world.connect()
        binding = (binding_type, self.connection.bindings[binding_type]) if binding_type else None
        self.login = Client(self.connection.offer, user, password, binding)
        self.connection.finish(self.login.respond(self.connection.challenge(self.login.mechanism, self.login.first)))

    def __enter__(self):
        return self.connection, self.login.export_key

    def __exit__(self, *_):
        self.connection.lines.close()


def still_logs_in(world, user):
    """Nothing was changed."""
    accepted(world, user)


@case("our server, another password")
def _(world):
    user = world.user()
    with Session(world, user) as (connection, old_key):
        exchange = ClientRegistration(user, NEW, old_key)
        connection.register(exchange)
    equal(accepted(world, user, NEW).client.export_key, exchange.export_key)
    assert exchange.export_key != old_key
    refused_by_client(world, "envelope", user)


@case("our server, another password: notes are sealed anew, damaged ones stay")
def _(world):
    user = world.user()
    with Session(world, user) as (connection, old_key):
        vault = Vault(old_key, user.encode())
        connection.put_note("a", vault.seal("a", b"first"))
        connection.put_note("B", vault.seal("B", b"second"))
        connection.put_note("damaged", b"damaged")
    with Session(world, user) as (connection, old_key):
        equal(Vault(old_key, user.encode()).open("a", connection.note("a")), b"first")
        exchange = ClientRegistration(user, NEW, old_key)
        connection.register(exchange)
        equal((exchange.names, exchange.lost), (["B", "a", "damaged"], ["damaged"]))
    with Session(world, user, NEW) as (connection, key):
        vault = Vault(key, user.encode())
        equal([vault.open(name, connection.note(name)) for name in ("a", "B")], [b"first", b"second"])
        equal(connection.note("damaged"), b"damaged")


@case("our server, a password instead of a one-time token")
def _(world):
    user = "invited"
    token = world.invite(user)
    with Session(world, user, token) as (connection, key):
        connection.register(ClientRegistration(user, NEW, key))
    accepted(world, user, NEW)
    refused_by_client(world, "envelope", user, token)


@case("our server, a registration that is given up changes nothing")
def _(world):
    user = world.user()
    with Session(world, user) as (connection, _):
        connection.challenge("OPAQUE-R255", ClientRegistration(user, NEW).first, command="REGISTER")
        connection.cancel()
    still_logs_in(world, user)


@case("our server, no registration after a login that was not bound")
def _(world):
    user = world.user()
    with Session(world, user, binding_type=None) as (connection, key):
        refused(connection, ClientRegistration(user, NEW, key))
    still_logs_in(world, user)


CHANGES = {
    "a byte behind client-1": ("first", added(b"\0")),
    "a request a byte longer": ("first", in_base64(lambda request: request + b"\0")),
    "a field behind client-2": ("record", added(b",x=y")),
    "a record a byte shorter": ("record", in_base64(lambda record: record[:-1])),
}
for what, encoding in BAD_ELEMENTS.items():
    CHANGES[f"the request: {what}"] = "first", put(0, encoding)
    CHANGES[f"client_public_key: {what}"] = "record", put(0, encoding)


@case("our server, registrations outside the grammar change nothing")
def _(world):
    user = world.user()
    for what, (message, change) in CHANGES.items():
        log(what)
        with Session(world, user) as (connection, key):
            exchange = ClientRegistration(user, NEW, key)
            if message == "first":
                exchange.first = change(exchange.first)
            else:
                record = exchange.record
                exchange.record = lambda challenge: change(record(challenge))
            refused(connection, exchange)


def refused(connection, exchange):
    try:
        connection.register(exchange)
    except Refused as refusal:
        log(refusal)
        equal(refusal.code, "server")
    else:
        raise AssertionError("nobody refused")
