"""The cases in which a client in Python registers its account anew at passbind-server, and uses its vault."""
from case import case, equal, log
from bad_elements import BAD_ELEMENTS
from line_world import PASSWORD
from refusal import Refused
from registration_exchange import KINDS, ClientRegistration
from text_changes import added, in_base64, put
from vault import Vault

NEW = "battery horse staple correct"
CHANGES = {
    "a byte behind client-1": ("first", added(b"\0")),
    "a request a byte longer": ("first", in_base64(lambda request: request + b"\0")),
    "a field behind client-2": ("record", added(b",x=y")),
    "a record a byte shorter": ("record", in_base64(lambda record: record[:-1])),
}
for what, encoding in BAD_ELEMENTS.items():
    CHANGES[f"the request: {what}"] = "first", put(0, encoding)


def at_our_server(mechanism, log_in, accepted, refused_by_client):
    """The cases of a mechanism. `log_in` does that on a connection, and gives the export key; `accepted` and `refused_by_client`
    log in on a connection of their own."""

    class Session:
        """A connection that is logged in, for one with statement."""

        def __init__(self, world, user, password=PASSWORD):
            self.connection = world.connect()
            self.export_key = log_in(self.connection, user, password)

        def __enter__(self):
            return self.connection, self.export_key

        def __exit__(self, *_):
            self.connection.lines.close()

    def registration(user, *arguments):
        return ClientRegistration(user, NEW, *arguments, mechanism=mechanism)

    @case("our server, another password")
    def _(world):
        user = world.user()
        with Session(world, user) as (connection, old_key):
            exchange = registration(user, old_key)
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
            exchange = registration(user, old_key)
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
            connection.register(registration(user, key))
        accepted(world, user, NEW)
        refused_by_client(world, "envelope", user, token)

    @case("our server, a registration that is given up changes nothing")
    def _(world):
        user = world.user()
        with Session(world, user) as (connection, _):
            connection.challenge(mechanism, registration(user).first, command="REGISTER")
            connection.cancel()
        accepted(world, user)

    @case("our server, registrations outside the grammar change nothing")
    def _(world):
        user, changes = world.user(), dict(CHANGES)
        if KINDS[mechanism].has_bad_keys:
            for what, encoding in BAD_ELEMENTS.items():
                changes[f"client_public_key: {what}"] = "record", put(0, encoding)
        for what, (message, change) in changes.items():
            log(what)
            with Session(world, user) as (connection, key):
                exchange = registration(user, key)
                if message == "first":
                    exchange.first = change(exchange.first)
                else:
                    record = exchange.record
                    exchange.record = lambda challenge: change(record(challenge))
                refused(connection, exchange)
        accepted(world, user)


def refused(connection, exchange):
    try:
        connection.register(exchange)
    except Refused as refusal:
        log(refusal)
        equal(refusal.code, "server")
    else:
        raise AssertionError("nobody refused")
