"""The cases in which a server refuses m3."""
from contextlib import ExitStack

from case import case, equal
from changes import BYTES, PROOFS, UNKNOWN, added, extension, flip, more, put, twice, without
from logins import Login, at_either_server, either_server, request_of
from messages import CLIENT_AUTH, KEY_STRETCHING, SERVER_AUTH, of_name, read_asked
from refusal import Refused

# What our server says of them, by what the server in Python says.
OURS = {
    "form": "^malformedMessage", "context": "^wrongContext", "Finished": "^notAuthentic", "entry": "^malformedMessage",
    "declined": "^declined", "scheme": "^malformedMessage", "signature": "^clientAuthentication",
    "client key": "^clientAuthentication"}


def refused(what, theirs, ours=None, third=None, proof=None):
    keywords = {name: change for name, change in (("third", third), ("proof", proof)) if change}

    @at_either_server(f"m3: {what}", ours or OURS[theirs], theirs, keywords)
    def _(world, is_ours, reason, keywords):
        with either_server(world, is_ours) as server, server.connect() as connection:
            server.refused(Login(connection, server.user, **keywords), connection, reason)


for what, (change, theirs) in BYTES.items():
    refused(what, theirs, third=change)
refused("a byte behind it", "form", third=added(b"\0"))
refused("a bit of the signature", "Finished", third=flip(-60))
refused("a bit of Finished", "Finished", third=flip(-1))
for what, (change, _, theirs) in PROOFS.items():
    refused(what, theirs, proof=change)
refused("no opaque_client_auth, but another one", "entry", proof=lambda proof: more(UNKNOWN)(without(CLIENT_AUTH)(proof)))
refused("opaque_server_auth in place of opaque_client_auth", "entry",
        proof=lambda proof: proof._replace(extensions=[(SERVER_AUTH, content) for _, content in proof.extensions]))
refused("opaque_key_stretching", "entry", proof=more(KEY_STRETCHING))
refused("opaque_client_auth twice", "form", proof=twice(CLIENT_AUTH))
refused("another name than m1's", "entry", proof=extension(CLIENT_AUTH, lambda _: of_name(b"root")))
refused("a byte behind the name", "form", proof=extension(CLIENT_AUTH, added(b"\0")))
refused("no name", "form", proof=extension(CLIENT_AUTH, lambda _: of_name(b"")))


def forged(what, theirs, **keywords):
    """`body` gets the connection, and what makes another connection, and gives Login's keywords."""

    def add(body):
        @at_either_server(f"m3: {what}", OURS[theirs], theirs)
        def _(world, is_ours, reason):
            with either_server(world, is_ours) as server, ExitStack() as stack:
                connect = lambda: stack.enter_context(server.connect())
                connection = connect()
                login = Login(connection, server.user, **body(connection, connect, server.user), **keywords)
                server.refused(login, connection, reason)

    return add


def keys(**chosen):
    return {"proof": put(**chosen)}


@forged("the keys of the server's role", "Finished")
def _(connection, connect, user):
    return keys(keys=connection.authenticators.peer)


@forged("the keys of another connection", "Finished")
def _(connection, connect, user):
    return keys(keys=connect().authenticators.own)


@forged("a signature over another connection, and Finished for this one", "signature")
def _(connection, connect, user):
    return keys(signing_keys=connect().authenticators.own)


@forged("a signature in the server's role, and Finished in the client's", "signature")
def _(connection, connect, user):
    return keys(signing_keys=connection.authenticators.peer)


@forged("that of the same user's other connection", "context")
def _(connection, connect, user):
    login = Login(connect(), user)
    equal(login.refusal, None)
    return {"third": lambda third: login.third}


@forged("the server's own authenticator", "context")
def _(connection, connect, user):
    return {"answer": lambda login: login.challenge.removesuffix(request_of(login.challenge))}


@forged("the server's own message", "context")
def _(connection, connect, user):
    return {"answer": lambda login: login.challenge}


@forged("m1", "form")
def _(connection, connect, user):
    return {"answer": lambda login: login.client.first}


@forged("an empty authenticator", "declined")
def _(connection, connect, user):
    asked = lambda login: read_asked(request_of(login.challenge))
    return {"answer": lambda login: connection.authenticators.own.empty(*asked(login)[:2])}


@forged("an empty authenticator for m1", "Finished")
def _(connection, connect, user):
    return {"answer": lambda login: connection.authenticators.own.empty(login.client.first, login.client.context)}


@at_either_server("m3: that of an earlier login on the connection", "^wrongContext", "context")
def _(world, is_ours, reason):
    with either_server(world, is_ours) as server, server.connect() as connection:
        # Right but for whom the client acts as.
        first = Login(connection, server.user, authorization_identity="root")
        equal(first.refusal.code, "server")
        server.refused(Login(connection, server.user, third=lambda _: first.third), connection, reason, count=2)


@case("our server, m3: sent again once it was taken")
def _(world):
    with world.connect() as connection:
        login = Login(connection, "alice")
        equal(login.identity, "alice")
        connection.message(login.third)
        try:
            connection.answer()
        except (Refused, AssertionError) as refusal:
            assert " BAD " in str(refusal), refusal
        equal(connection.who_am_i(), "alice")
    equal(world.audited(connection)["outcome"], "accepted")
