"""The cases in which passbind-client changes its password, or enrols, at a server in Python."""
from bad_elements import BAD_ELEMENTS
from case import case, equal
from line_world import PASSWORD
from lines import SECONDS
from registration_exchange import KINDS, ServerRegistration
from registrations import NEW
from text_changes import added, in_base64, put, replaced
from vault import Vault

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


def at_their_server(mechanism, offer, options, enrolment, accounts, export_key):
    """The cases of a mechanism. `accounts` makes some with one account, stretched by scrypt; `export_key` logs in there, without
    a connection; the options and those of an enrolment are our client's."""

    def change(world, server, password=PASSWORD):
        return world.passbind_client(server, "user", password, *options, new_password=NEW)

    @case("our client, another password")
    def _(world):
        known = accounts()
        with world.serve(known, offer) as server:
            equal(change(world, server)["outcome"], "accepted")
            login, registration = [server.outcomes.get(timeout=SECONDS) for _ in range(2)]
            equal((login.user, type(registration)), ("user", ServerRegistration))
            equal(world.passbind_client(server, "user", NEW, *options)["outcome"], "accepted")
            equal(world.passbind_client(server, "user", PASSWORD, *options)["outcome"], "refused")

    @case("our client, another password: notes are sealed anew, damaged ones stay")
    def _(world):
        known = accounts()
        vault = Vault(export_key(known, PASSWORD), b"user")
        with world.serve(known, offer) as server:
            server.notes.update({name: vault.seal(name, name.encode() * 40) for name in ("a", "B", "c" * 64, "empty")})
            server.notes.update({"empty": vault.seal("empty", b""), "damaged": b"damaged"})
            equal(change(world, server)["outcome"], "accepted")
            notes = dict(server.notes)
        vault = Vault(export_key(known, NEW), b"user")
        equal(notes.pop("damaged"), b"damaged")
        equal(vault.open("empty", notes.pop("empty")), b"")
        for name, sealed in notes.items():
            equal(vault.open(name, sealed), name.encode() * 40)

    @case("our client, a password instead of a one-time token")
    def _(world):
        # What a token is to the client: a password, once.
        with world.serve(accounts(), offer) as server:
            report = world.passbind_client(server, "user", PASSWORD, *enrolment, new_password=NEW, is_token=True)
            equal(report["outcome"], "accepted")
            equal(world.passbind_client(server, "user", NEW, *options)["outcome"], "accepted")
            equal(world.passbind_client(server, "user", PASSWORD, *options)["outcome"], "refused")

    @case("our client, registrations outside the grammar are given up")
    def _(world):
        known, changes = accounts(), dict(FIRST)
        if KINDS[mechanism].has_bad_keys:
            for what, encoding in BAD_ELEMENTS.items():
                changes[f"server_public_key: {what}"] = put(32, encoding)
        for what, changed in changes.items():
            unchanged(world, known, changed)

    @case("our client, notes out of order end a registration")
    def _(world):
        names = iter([b"b", b"a"])
        renamed = lambda message: b"n=" + next(names) + b",d=AAAA" if message.startswith(b"n=") else message
        unchanged(world, accounts(), renamed, {"a": b"1", "b": b"2"})

    def unchanged(world, known, changed, notes={}):
        """Our client gives the registration up, and the account is as before."""
        before = dict(known.accounts)
        with world.serve(known, offer, registration=changed) as server:
            server.notes.update(notes)
            equal(change(world, server)["outcome"], "refused")
            equal(server.outcomes.get(timeout=SECONDS).user, "user")
            equal(server.outcomes.get(timeout=SECONDS).code, "cancelled")
        equal(known.accounts, before)
