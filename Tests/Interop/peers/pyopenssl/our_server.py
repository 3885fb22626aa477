"""The cases in which the client in Python meets passbind-server."""
from typing import NamedTuple

from case import equal, log, row
from line_world import PASSWORD, WRONG
from refusal import Refused
from scram import Client

FAILURE = "server: NO [AUTHENTICATIONFAILED] Authentication failed."
BARE, PLUS = "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS"
EXPORTER, UNIQUE, END_POINT = "tls-exporter", "tls-unique", "tls-server-end-point"
same = lambda message: message


class Login:
    """One login on a connection of its own. The keywords are what this client, or somebody between, does otherwise."""

    def __init__(self, world, mechanism, type=None, version="1.3", user=None, password=PASSWORD, starttls=False,
                 named=None, data=same, first=same, final=same, has_ems=True, at_once=True, **client):
        user = user or world.user()
        with world.connect(version, starttls, has_ems=has_ems) as connection:
            self.connection, self.refusal = connection, None
            binding = (type, data(connection.bindings.get(type, bytes(48)))) if type else None
            scram = Client(mechanism, user, password, binding, **client)
            try:
                self.first = first(scram.first)
                self.server_first = connection.challenge(named or mechanism, self.first, at_once)
                self.final = final(scram.respond(self.server_first))
                connection.message(self.final)
                scram.verify(connection.challenged())
                connection.finish(b"")
                self.identity = connection.who_am_i()
            except Refused as refusal:
                log(refusal)
                self.refusal = refusal
        self.audit = world.audited(connection)
        log(self.audit)


def accepted(mechanism, type, version, expected="accepted", user="user", **keywords):
    @row("server", mechanism, type, version, expected)
    def _(world):
        login = Login(world, mechanism, type, version, user, **keywords)
        equal(login.refusal, None)
        equal(login.identity, user)
        seen = [login.audit.get(field) for field in ("outcome", "mechanism", "binding", "tls")]
        equal(seen, ["accepted", mechanism, type, version])


def is_refused(login, reason, detail=""):
    """The client is told what all are told; the reason is in the log."""
    equal(str(login.refusal), FAILURE)
    equal((login.audit["outcome"], login.audit["reason"]), ("refused", reason))
    assert detail in login.audit["detail"], login.audit["detail"]


def refused(mechanism, type, version, expected, reason, detail="", **keywords):
    @row("server", mechanism, type, version, "refused: " + expected)
    def _(world):
        is_refused(Login(world, mechanism, type, version, **keywords), reason, detail)


BOUND = (EXPORTER, "1.3"), (EXPORTER, "1.2"), (UNIQUE, "1.2"), (END_POINT, "1.3"), (END_POINT, "1.2")
for hash in "SHA-512", "SHA-256":
    for type, version in BOUND:
        accepted(f"SCRAM-{hash}-PLUS", type, version)
    for version in "1.3", "1.2":
        accepted(f"SCRAM-{hash}", None, version)
accepted(PLUS, EXPORTER, "1.3", "accepted, by STARTTLS", starttls=True)
accepted(PLUS, UNIQUE, "1.2", "accepted, by STARTTLS", starttls=True)
accepted(PLUS, EXPORTER, "1.3", "accepted, without an initial response", at_once=False)
accepted(PLUS, EXPORTER, "1.3", "accepted, acting as oneself", authorization_identity="user")
accepted(PLUS, END_POINT, "1.2", "accepted, without the extended master secret", has_ems=False)

# The ends disagree.
for type, version in BOUND:
    refused(PLUS, type, version, "wrong password", "invalidProof", password=WRONG)
    refused(PLUS, type, version, "other data", "channelBindingMismatch", data=lambda data: bytes(len(data)))
    refused(PLUS, type, version, "data with a byte more", "channelBindingMismatch", data=lambda data: data + b"\0")
    refused(PLUS, type, version, "no data", "channelBindingMismatch", data=lambda data: b"")
refused(BARE, None, "1.3", "wrong password", "invalidProof", password=WRONG)
refused(PLUS, EXPORTER, "1.3", "unknown user", "unknownUser", user="nobody")
refused(PLUS, EXPORTER, "1.3", "acting as somebody else", "authorizationRefused", authorization_identity="root")

# A binding that the connection does not have.
refused(PLUS, UNIQUE, "1.3", "TLS 1.3 has no tls-unique", "unsupportedBindingType", "TLS 1.3")
for type in EXPORTER, UNIQUE:
    refused(PLUS, type, "1.2", "no extended master secret", "unsupportedBindingType", "RFC 7627", has_ems=False)
refused(PLUS, "tls-new", "1.3", "a type that nobody knows", "unsupportedBindingType")

# Flags and headers.
refused(BARE, None, "1.3", "y, where the server offers -PLUS", "channelBindingDowngrade", flag="y")
refused(BARE, None, "1.2", "y, where the server offers -PLUS", "channelBindingDowngrade", flag="y")
refused(BARE, None, "1.3", "y made n on the way", "channelBindingMismatch", flag="y",
        first=lambda first: first.replace(b"y,,", b"n,,", 1))
refused(PLUS, EXPORTER, "1.3", "p= made n on the way, and the mechanism bare", "channelBindingMismatch", named=BARE,
        first=lambda first: first.replace(b"p=tls-exporter,,", b"n,,", 1))
refused(PLUS, EXPORTER, "1.3", "that, and c= too", "invalidProof", named=BARE,
        first=lambda first: first.replace(b"p=tls-exporter,,", b"n,,", 1),
        final=lambda final: b"c=biws,r=" + final.partition(b",r=")[2])
refused(PLUS, EXPORTER, "1.3", "n under -PLUS", "mechanismMismatch", flag="n")
refused(PLUS, EXPORTER, "1.3", "p= under the bare name", "mechanismMismatch", named=BARE)
refused(PLUS, EXPORTER, "1.3", "another type in c=", "channelBindingMismatch", header_in_final="p=tls-unique,,")
refused(PLUS, EXPORTER, "1.3", "no type in c=", "channelBindingMismatch", header_in_final="n,,")
refused(PLUS, EXPORTER, "1.3", "a type with a space behind it", "malformedMessage", flag="p=tls-exporter ")
refused(PLUS, EXPORTER, "1.3", "a short nonce", "weakNonce", nonce="abc")
refused(PLUS, EXPORTER, "1.3", "another nonce at last", "nonceMismatch",
        final=lambda final: final.replace(b",r=", b",r=x", 1))
refused(PLUS, EXPORTER, "1.3", "a proof of one byte", "invalidProof",
        final=lambda final: final.partition(b",p=")[0] + b",p=AA==")
refused(PLUS, EXPORTER, "1.3", "an extension that must be known", "unsupportedExtension",
        first=lambda first: first.replace(b"n=", b"m=x,n=", 1))


class Recorded(NamedTuple):
    """A conversation that an eavesdropper has: of a login that succeeded."""

    user: str
    first: bytes
    server_first: bytes
    final: bytes


def recorded(world, type, version):
    user = world.user()
    login = Login(world, PLUS, type, version, user)
    equal(login.refusal, None)
    return Recorded(user, login.first, login.server_first, login.final)


def replayed(world, old, version, final):
    with world.connect(version) as connection:
        try:
            server_first = connection.challenge(PLUS, old.first)
            connection.message(final(server_first))
            refusal = connection.challenged()
        except Refused as refused:
            refusal = refused
    audit = world.audited(connection)
    log(audit)
    equal(str(refusal), FAILURE)
    return audit["reason"]


def nonce(server_first):
    return server_first.partition(b",")[0].removeprefix(b"r=")


for type, version in BOUND:

    @row("server", PLUS, type, version, "refused: a conversation replayed on a new connection", type, version)
    def _(world, type, version):
        old = recorded(world, type, version)
        equal(replayed(world, old, version, lambda _: old.final), "nonceMismatch")

    # The certificate is the same on both connections; the rest is not.
    reason = "invalidProof" if type == END_POINT else "channelBindingMismatch"

    @row("server", PLUS, type, version, f"refused: that, with the new nonce put in ({reason})", type, version, reason)
    def _(world, type, version, reason):
        old = recorded(world, type, version)
        put = lambda server_first: old.final.replace(nonce(old.server_first), nonce(server_first))
        equal(replayed(world, old, version, put), reason)

    if type == END_POINT:
        continue

    @row("server", PLUS, type, version, "refused: the data of the same client's other connection", type, version)
    def _(world, type, version):
        with world.connect(version) as other:
            is_refused(Login(world, PLUS, type, version, data=lambda _: other.bindings[type]), "channelBindingMismatch")
