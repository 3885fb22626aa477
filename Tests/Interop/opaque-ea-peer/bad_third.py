"""The cases in which a server refuses m3."""
from contextlib import ExitStack

from case import case, equal
from changes import (
    ANNOUNCED, BYTES, CONTEXT, EMPTY, ENTRY, FINISHED, LEFT_OVER, PROOFS, SIGNATURE, UNKNOWN, added, extension, flip, is_twice,
    more, out_of_place, put, twice, without)
from logins import Login, at_either_server, either_server, request_of
from messages import AUTHORIZATION_IDENTITY, CLIENT_AUTH, KEY_STRETCHING, SERVER_AUTH, of_name, read_asked

# The code in our server's log, by what the server in Python says.
CODES = {
    "form": "malformedMessage", "context": "wrongContext", "Finished": "notAuthentic", "entry": "malformedMessage",
    "declined": "declined", "scheme": "malformedMessage", "signature": "clientAuthentication",
    "client key": "clientAuthentication"}


def refused(what, words, theirs, code=None, **login):
    @at_either_server(f"m3: {what}", (code or CODES[theirs], words), theirs)
    def _(world, is_ours, reason):
        with either_server(world, is_ours) as server, server.connect() as connection:
            server.refused(Login(connection, server.user(), **login), connection, reason)


for what, (change, words, theirs) in BYTES.items():
    refused(what, words, theirs, third=change)
refused("a bit of the signature", FINISHED, "Finished", third=flip(-60))
refused("a bit of Finished", FINISHED, "Finished", third=flip(-1))
for what, (change, words, _, theirs) in PROOFS.items():
    refused(what, words, theirs, "malformedMessage" if what == "no key" else None, proof=change)
refused("no opaque_client_auth, but another one", out_of_place(UNKNOWN), "entry",
        proof=lambda proof: more(UNKNOWN)(without(CLIENT_AUTH)(proof)))
refused("opaque_server_auth in place of opaque_client_auth", out_of_place(SERVER_AUTH), "entry",
        proof=lambda proof: proof._replace(extensions=[(SERVER_AUTH, content) for _, content in proof.extensions]))
refused("opaque_key_stretching", out_of_place(KEY_STRETCHING), "entry", proof=more(KEY_STRETCHING))
refused("an authorization identity", out_of_place(AUTHORIZATION_IDENTITY), "entry",
        proof=more(AUTHORIZATION_IDENTITY, of_name(b"root")))
refused("an authorization identity, which was asked for", ENTRY, "entry", authorization_identity="root",
        proof=more(AUTHORIZATION_IDENTITY, of_name(b"root")))
refused("opaque_client_auth twice", is_twice(CLIENT_AUTH), "form", proof=twice(CLIENT_AUTH))
refused("another name than m1's", "^the client proves to be somebody else$", "entry",
        proof=extension(CLIENT_AUTH, lambda _: of_name(b"root")))
refused("a byte behind the name", LEFT_OVER, "form", proof=extension(CLIENT_AUTH, added(b"\0")))
refused("no name", EMPTY, "form", proof=extension(CLIENT_AUTH, lambda _: of_name(b"")))


def forged(what, words, theirs, code=None):
    """`body` gets the connection, and what makes another connection, and gives Login's keywords."""

    def add(body):
        @at_either_server(f"m3: {what}", (code or CODES[theirs], words), theirs)
        def _(world, is_ours, reason):
            with either_server(world, is_ours) as server, ExitStack() as stack:
                connect = lambda: stack.enter_context(server.connect())
                connection, user = connect(), server.user()
                login = Login(connection, user, **body(connection, connect, user))
                server.refused(login, connection, reason)

    return add


def keys(**chosen):
    return {"proof": put(**chosen)}


@forged("the keys of the server's role", FINISHED, "Finished")
def _(connection, connect, user):
    return keys(keys=connection.authenticators.peer)


@forged("the keys of another connection", FINISHED, "Finished")
def _(connection, connect, user):
    return keys(keys=connect().authenticators.own)


@forged("a signature over another connection, and Finished for this one", SIGNATURE, "signature")
def _(connection, connect, user):
    return keys(signing_keys=connect().authenticators.own)


@forged("a signature in the server's role, and Finished in the client's", SIGNATURE, "signature")
def _(connection, connect, user):
    return keys(signing_keys=connection.authenticators.peer)


@forged("that of the same user's other connection", CONTEXT, "context")
def _(connection, connect, user):
    login = Login(connect(), user)
    equal(login.refusal, None)
    return {"third": lambda third: login.third}


@forged("the server's own authenticator", CONTEXT, "context")
def _(connection, connect, user):
    return {"answer": lambda login: login.challenge.removesuffix(request_of(login.challenge))}


@forged("the server's own message", LEFT_OVER, "context", "malformedMessage")
def _(connection, connect, user):
    return {"answer": lambda login: login.challenge}


@forged("m1", ANNOUNCED, "form")
def _(connection, connect, user):
    return {"answer": lambda login: login.client.first}


@forged("an empty authenticator", "^the peer declines to authenticate$", "declined")
def _(connection, connect, user):
    asked = lambda login: read_asked(request_of(login.challenge))
    return {"answer": lambda login: connection.authenticators.own.empty(*asked(login)[:2])}


@forged("an empty authenticator for m1", FINISHED, "Finished")
def _(connection, connect, user):
    return {"answer": lambda login: connection.authenticators.own.empty(login.client.first, login.client.context)}


@at_either_server("m3: that of an earlier login on the connection", ("wrongContext", CONTEXT), "context")
def _(world, is_ours, reason):
    with either_server(world, is_ours) as server, server.connect() as connection:
        # Right but for whom the client acts as.
        user = server.user()
        first = Login(connection, user, authorization_identity="root")
        equal(first.refusal.code, "server")
        server.refused(Login(connection, user, third=lambda _: first.third), connection, reason, count=2)


@case("our server, m3: sent again once it was taken")
def _(world):
    with world.connect() as connection:
        login = Login(connection, "alice")
        equal(login.identity, "alice")
        connection.message(login.third)
        assert connection.lines.read().startswith("* BAD ")
        equal(connection.who_am_i(), "alice")
    equal(world.audited(connection)["outcome"], "accepted")
