"""The cases in which passbind-client meets the server in Python."""
import re

from case import equal, row
from line_world import PASSWORD, WRONG
from lines import SECONDS
from offer import Offer
from our_server import BARE, BOUND, END_POINT, EXPORTER, PLUS, UNIQUE
from scram import Server

TYPES = EXPORTER, UNIQUE, END_POINT
OFFER = Offer((PLUS, "SCRAM-SHA-256-PLUS", BARE, "SCRAM-SHA-256"), TYPES)
UNBOUND = Offer((BARE, "SCRAM-SHA-256"), ())


class SCRAM:
    """What a LineServer serves: one account, and its salt and iterations."""

    registers = None

    def __init__(self, **stretching):
        self.stretching = stretching

    def login(self, connection):
        return Server({"user": PASSWORD}, *connection.offered, **self.stretching)


def log_in(world, *options, user="user", password=PASSWORD, offer=OFFER, stretching={}, **behaviour):
    """The client's report, and what the login was for the server; None where there was none."""
    with world.serve(SCRAM(**stretching), offer, **behaviour) as server:
        report = world.passbind_client(server, user, password, *options)
        outcome = None if server.outcomes.empty() and report.get("by") == "client" else server.outcomes.get(timeout=SECONDS)
        return report, outcome


def code(outcome):
    return getattr(outcome, "code", outcome and "accepted")


def accepted(mechanism, type, version, *options, expected="accepted", **keywords):
    @row("client", mechanism, type, version, expected)
    def _(world):
        report, login = log_in(world, *options, version=version, **keywords)
        seen = [report.get(field) for field in ("outcome", "mechanism", "binding", "identity")]
        equal(seen, ["accepted", mechanism, type, "user"])
        equal((login.first.binding_type or None, login.first.user), (type, "user"))


def refused_by_server(mechanism, type, version, expected, reason, *options, **keywords):
    @row("client", mechanism, type, version, "refused: " + expected)
    def _(world):
        only = "--mechanism", mechanism.removesuffix("-PLUS")
        report, outcome = log_in(world, *only, *options, version=version, **keywords)
        equal((report["outcome"], report.get("by"), code(outcome)), ("refused", "server", reason))


def refused_by_client(mechanism, type, version, expected, reason, ended, *options, **keywords):
    """`reason` is a pattern in what the client says; `ended` is what the login was for the server."""

    @row("client", mechanism, type, version, "refused by our client: " + expected)
    def _(world):
        report, outcome = log_in(world, *options, version=version, **keywords)
        equal((report["outcome"], report.get("by"), code(outcome)), ("refused", "client", ended))
        assert re.search(reason, report["reason"]), report["reason"]


for hash in "SHA-512", "SHA-256":
    mechanism = "SCRAM-" + hash
    for type, version in BOUND:
        accepted(mechanism + "-PLUS", type, version, "--mechanism", mechanism, "--binding-type", type)
    for version in "1.3", "1.2":
        accepted(mechanism, None, version, "--mechanism", mechanism, "--channel-binding", "disable")
accepted(PLUS, EXPORTER, "1.3", expected="accepted: its own choice")
accepted(PLUS, EXPORTER, "1.2", expected="accepted: its own choice")
accepted(PLUS, EXPORTER, "1.3", expected="accepted: its own choice, by STARTTLS", starttls=True)
accepted(PLUS, EXPORTER, "1.3", expected="accepted: its own choice, of a server that lists no types",
         offer=OFFER._replace(binding_types=()))
accepted(PLUS, END_POINT, "1.3", expected="accepted: its own choice, of a server that lists end-point alone",
         offer=OFFER._replace(binding_types=(END_POINT,)))
accepted(BARE, None, "1.3", "--channel-binding", "prefer", expected="accepted: y, since the server has no -PLUS",
         offer=UNBOUND)

for type, version in BOUND:
    bound = "--binding-type", type
    refused_by_server(PLUS, type, version, "wrong password", "proof", *bound, password=WRONG)
    refused_by_server(PLUS, type, version, "the server has other data", "channel binding", *bound,
                      bindings=lambda bindings: {type: bytes(len(data)) for type, data in bindings.items()})
refused_by_server(BARE, None, "1.3", "wrong password", "proof", "--channel-binding", "disable", password=WRONG)
refused_by_server(PLUS, EXPORTER, "1.3", "unknown user", "proof", user="nobody")
refused_by_server(BARE, None, "1.3", "-PLUS taken off the list", "downgrade", "--channel-binding", "prefer",
                  listed=lambda offer: UNBOUND)
refused_by_server(BARE, None, "1.3", "the server requires channel binding", "unbound", "--channel-binding", "disable",
                  requires_binding=True)

# What it was told to do without never becomes a login.
refused_by_client(PLUS, None, "1.3", "-PLUS taken off the list", "took those off the list", None,
                  listed=lambda offer: UNBOUND)
refused_by_client("SCRAM-SHA-1-PLUS", None, "1.3", "only SHA-1 is offered", "SCRAM-SHA-1", None,
                  offer=Offer(("SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"), TYPES))
refused_by_client("PLAIN", None, "1.3", "only PLAIN is offered", "PLAIN", None, "--channel-binding", "prefer",
                  offer=Offer(("PLAIN",), ()))

# A server that does not prove itself.
for what, change, reason, ended in (
    ("a success without v=", lambda final: None, "has not proved itself", "accepted"),
    ("another v=", lambda final: b"v=" + b"A" * 86 + b"==", "did not prove", "cancelled"),
    ("an empty v=", lambda final: b"v=", "a letter, = and a value", "cancelled"),
    ("half of v=", lambda final: final[:46], "did not prove", "cancelled"),
    ("e= in place of v=", lambda final: b"e=other-error", "the server says other-error", "cancelled"),
):
    refused_by_client(PLUS, EXPORTER, "1.3", what, reason, ended, server_final=change)
refused_by_client(PLUS, EXPORTER, "1.3", "a success in place of the challenge", "before the client proved anything",
                  None, answer=lambda tag: f"{tag} OK Logged in.")

# What it is asked to stretch its password with.
for iterations in 1, 4095, 5_000_001, 4_294_967_295:
    limit = "floor" if iterations < 4096 else "cap"
    refused_by_client(PLUS, EXPORTER, "1.3", f"i={iterations}", limit, "cancelled",
                      server_first=lambda first, i=iterations: first.replace(b",i=4096", b",i=%d" % i))
refused_by_client(PLUS, EXPORTER, "1.3", "a salt of 4 bytes", "salt has 4 bytes", "cancelled",
                  stretching={"salt": b"salt"})
firsts = {
    "i=04096": (lambda first: first.replace(b",i=", b",i=0"), "leading zero"),
    "i= twice": (lambda first: first + b",i=1", "twice"),
    "m=": (lambda first: b"m=x," + first, "demands an extension"),
    "a nonce that is not a continuation": (lambda first: b"r=x" + first[2:], "does not continue"),
    "e=unknown-user in place of the challenge": (lambda first: b"e=unknown-user", "unknown-user"),
}
for what, (change, reason) in firsts.items():
    refused_by_client(PLUS, EXPORTER, "1.3", what, reason, "cancelled", server_first=change)
refused_by_server(PLUS, EXPORTER, "1.3", "an attribute added to the challenge on the way", "proof",
                  server_first=lambda first: first + b",x=y")
