"""The cases in which passbind-client changes its password at the server in Python."""
from case import case, equal
from changes import BAD_ELEMENTS, added, in_base64, put, replaced
from offer import Offer
from our_client import BOUND, OFFER, accounts
from our_registration import NEW
from sasl_client import Client
from sasl_registration import ServerRegistration
from sasl_server import Server
from vault import Vault
from world import PASSWORD


def export_key(known, password):
    """That of a login here."""
    client = Client(OFFER, "user", password, ("tls-exporter", b""))
    server = Server(known, OFFER, {"tls-exporter": b""})
    server.accept(client.respond(server.challenge(client.mechanism, client.first)))
    return client.export_key


@case("our client, another password")
def _(world):
    known = accounts()
    with world.serve(known, OFFER) as server:
        equal(world.passbind_client(server, "user", PASSWORD, *BOUND, new_password=NEW)["outcome"], "accepted")
        equal([type(server.outcomes.get(timeout=10)) for _ in range(2)], [Server, ServerRegistration])
        equal(world.passbind_client(server, "user", NEW, *BOUND)["outcome"], "accepted")
        equal(world.passbind_client(server, "user", PASSWORD, *BOUND)["outcome"], "refused")


@case("our client, another password: notes are sealed anew, damaged ones stay")
def _(world):
    known = accounts()
    vault = Vault(export_key(known, PASSWORD), b"user")
    with world.serve(known, OFFER) as server:
        server.notes.update({name: vault.seal(name, name.encode() * 40) for name in ("a", "B", "c" * 64, "empty")})
        server.notes.update({"empty": vault.seal("empty", b""), "damaged": b"damaged"})
        equal(world.passbind_client(server, "user", PASSWORD, *BOUND, new_password=NEW)["outcome"], "accepted")
        notes = dict(server.notes)
    vault = Vault(export_key(known, NEW), b"user")
    equal(notes.pop("damaged"), b"damaged")
    equal(vault.open("empty", notes.pop("empty")), b"")
    for name, sealed in notes.items():
        equal(vault.open(name, sealed), name.encode() * 40)


FIRST = {
    "a byte behind server-1": added(b"\0"),
    "no notes' number": lambda first: first.partition(b",v=")[0],
    "17 notes": replaced(b"v=0", b"v=17"),
    "a number of notes with a zero in front": replaced(b"v=0", b"v=00"),
    "key stretching under the floor": replaced(b"n=32768", b"n=2"),
    "key stretching above the cap": replaced(b"n=32768", b"n=16777216"),
    "a response a byte longer": in_base64(lambda response: response + b"\0"),
}
for what, encoding in BAD_ELEMENTS.items():
    FIRST[f"evaluated_message: {what}"] = put(0, encoding)
    FIRST[f"server_public_key: {what}"] = put(32, encoding)


@case("our client, registrations outside the grammar are given up")
def _(world):
    known = accounts()
    for what, change in FIRST.items():
        unchanged(world, known, change)


@case("our client, notes out of order end a registration")
def _(world):
    names = iter([b"b", b"a"])
    change = lambda message: b"n=" + next(names) + b",d=AAAA" if message.startswith(b"n=") else message
    unchanged(world, accounts(), change, {"a": b"1", "b": b"2"})


def unchanged(world, known, change, notes={}):
    """Our client gives the registration up, and the account is as before."""
    before = dict(known.accounts)
    with world.serve(known, OFFER, registration=change) as server:
        server.notes.update(notes)
        report = world.passbind_client(server, "user", PASSWORD, *BOUND, new_password=NEW)
        equal(report["outcome"], "refused")
        equal(type(server.outcomes.get(timeout=10)), Server)
        equal(server.outcomes.get(timeout=10).code, "cancelled")
    equal(known.accounts, before)


@case("our client, another password: not without binding")
def _(world):
    plain = Offer(("OPAQUE-R255",), ())
    with world.serve(accounts(), plain) as server:
        equal(world.passbind_client(server, "user", PASSWORD, new_password=NEW)["outcome"], "refused")
        assert server.outcomes.empty()
