"""The cases in which a client refuses m2, or what comes behind m3."""
import os
import re

import group
from authenticators import Reader
from bad_elements import BAD_ELEMENTS
from case import case, equal
from changes import (
    ANNOUNCED, BYTES, CONTEXT, EMPTY, FINISHED, LEFT_OVER, PROOFS, SIGNATURE, UNKNOWN, added, cut, extension, flip, is_twice,
    missing, more, number, out_of_place, put, twice, without)
from line_world import PASSWORD, WRONG
from logins import ACCOUNTS, OFFER, Login, Meeting, PythonServer, at_either_client, request_of
from messages import (
    AUTHORIZATION_IDENTITY, CLIENT_AUTH, KEY_STRETCHING, MECHANISM, SERVER_AUTH, of_name, of_server_share)
from server import Server

def refused(what, words, theirs, **how):
    """The words of our client, and the reason of the one in Python."""

    @at_either_client(f"m2: {what}", words, theirs)
    def _(world, is_ours, reason):
        Meeting(world, is_ours, **how).refused_by_client(reason)


def behind(change):
    """Changes the request that stands behind the authenticator."""
    return lambda second: second.removesuffix(request_of(second)) + change(request_of(second))


for what, (change, words, theirs) in BYTES.items():
    refused(what, words, theirs, server_first=change)
refused("no request behind it", ANNOUNCED, "form", server_first=behind(lambda request: b""))
refused("half the request behind it", ANNOUNCED, "form", server_first=behind(lambda request: request[: len(request) // 2]))
refused("the request in front", "^this is not Certificate", "form",
        server_first=lambda second: request_of(second) + second.removesuffix(request_of(second)))
refused("a bit of the signature", FINISHED, "Finished", server_first=lambda second: flip(-len(request_of(second)) - 60)(second))
refused("a bit of Finished", FINISHED, "Finished", server_first=lambda second: flip(-len(request_of(second)) - 1)(second))


# The server's proof.


def proof(what, words, theirs, change, **how):
    refused(what, words, theirs, instead=lambda login: {"proof": change}, **how)


for what, (change, words, theirs, _) in PROOFS.items():
    proof(what, words, theirs, change)
proof("no opaque_server_auth", missing(SERVER_AUTH), "entry", without(SERVER_AUTH))
proof("no opaque_key_stretching", missing(KEY_STRETCHING), "entry", without(KEY_STRETCHING))
proof("opaque_client_auth in the certificate", out_of_place(CLIENT_AUTH), "entry", more(CLIENT_AUTH, of_name(b"user")))
proof("an authorization identity in the certificate", out_of_place(AUTHORIZATION_IDENTITY), "entry",
      more(AUTHORIZATION_IDENTITY, of_name(b"root")))
proof("an authorization identity in the certificate, which was asked for", "certificate says more than it may", "entry",
      more(AUTHORIZATION_IDENTITY, of_name(b"root")), authorization_identity="root")
proof("opaque_server_auth twice", is_twice(SERVER_AUTH), "form", twice(SERVER_AUTH))
proof("opaque_key_stretching twice", is_twice(KEY_STRETCHING), "form", twice(KEY_STRETCHING))


def share(**keywords):
    return extension(SERVER_AUTH, lambda content: of_server_share(content[2:-1], **keywords))


def response(change):
    return extension(SERVER_AUTH, lambda content: of_server_share(change(content[2:-1])))


NO_TYPE, ENVELOPE = "^the server does not sign$", "^the envelope does not open: a wrong password"
proof("an identity of the server", "certificate says more than it may", "entry", share(identity=b"server"))
proof("a type that there is not", NO_TYPE, "entry", share(type=2))
proof("a length that lies, of the identity", ANNOUNCED, "entry", extension(SERVER_AUTH, number(1, 192)))
proof("a response of 191 bytes", ANNOUNCED, "form", response(cut))
proof("a response of 193 bytes", NO_TYPE, "entry", response(added(b"\0")))
proof("a byte behind the type", LEFT_OVER, "form", extension(SERVER_AUTH, added(b"\1")))
for what, encoding in BAD_ELEMENTS.items():
    proof(f"evaluated_message: {what}", "^evaluated_message ", "element",
          response(lambda response, encoding=encoding: encoding + response[32:]))
proof("another evaluated_message", ENVELOPE, "envelope",
      response(lambda response: group.multiply_base(group.random_scalar()) + response[32:]))
for field, at in ("masking_nonce", 32), ("masked server_public_key", 64), ("masked envelope_nonce", 96), ("masked auth_tag", 128):
    proof(f"a bit of {field}", ENVELOPE, "envelope", response(flip(at)))

NO_STRETCHING = "^not key stretching parameters"
STRETCHINGS = {
    "scrypt under the floor": ("scrypt,n=2,r=1,p=1", "the floor", "stretching"),
    "scrypt above the cap": ("scrypt,n=16777216,r=8,p=1", "the cap", "stretching"),
    "scrypt that there is not": ("scrypt,n=32769,r=8,p=1", "^scrypt has no such parameters", "stretching"),
    "Argon2id under the floor": ("argon2id,m=8,t=1,p=1", "the floor", "stretching"),
    "Argon2id just under the floor": ("argon2id,m=16383,t=1,p=1", "the floor", "stretching"),
    "Argon2id above the cap of memory": ("argon2id,m=4294967295,t=1,p=1", "memory .* the cap", "stretching"),
    "Argon2id above the cap of work": ("argon2id,m=65536,t=4294967295,p=1", "work .* the cap", "stretching"),
    "a number beyond 64 bits": ("argon2id,m=18446744073709551617,t=2,p=1", NO_STRETCHING, "stretching"),
    "other parameters than those of the account": ("argon2id,m=19456,t=3,p=1", ENVELOPE, "envelope"),
    "a number with a zero in front": ("scrypt,n=032768,r=8,p=1", NO_STRETCHING, "grammar"),
    "a byte behind it": ("scrypt,n=32768,r=8,p=1\n", NO_STRETCHING, "grammar"),
    "a function that nobody knows": ("pbkdf2,n=32768,r=8,p=1", NO_STRETCHING, "grammar"),
    "no text": ("", NO_STRETCHING, "grammar"),
    "a text that is not ASCII": ("scrypt,n=32768,r=8,p=\u0661", NO_STRETCHING, "grammar"),
}
for what, (text, words, theirs) in STRETCHINGS.items():
    proof(f"key stretching: {what}", words, theirs, extension(KEY_STRETCHING, lambda _, text=text: text.encode()))


# The request behind it.


def request(what, words, theirs, change, **keywords):
    refused("request: " + what, words, theirs, instead=lambda login: {"request": change}, **keywords)


TERMS = "^the server asks for somebody else, or in a way that is not OPAQUE-EA's$"
root = lambda _: of_name(b"root")
request("the client's type", "^this request is for the other end$", "form", put(is_server=False))
request("no signature schemes", EMPTY, "form", put(schemes=()))
request("ECDSA alone among the schemes", TERMS, "form", put(schemes=(0x0403,)))
request("a context of 31 bytes", TERMS, "form", put(context=bytes(31)))
request("no context", TERMS, "form", put(context=b""))
request("no opaque_client_auth", missing(CLIENT_AUTH), "form", without(CLIENT_AUTH))
request("opaque_client_auth twice", is_twice(CLIENT_AUTH), "form", twice(CLIENT_AUTH))
request("an extension twice that nobody knows", is_twice(UNKNOWN), "form", lambda made: more(UNKNOWN)(more(UNKNOWN)(made)))
request("opaque_server_auth", out_of_place(SERVER_AUTH), "form", more(SERVER_AUTH))
request("opaque_key_stretching", out_of_place(KEY_STRETCHING), "form", more(KEY_STRETCHING))
request("a byte behind the name", LEFT_OVER, "form", extension(CLIENT_AUTH, added(b"\0")))
request("an empty name", EMPTY, "form", extension(CLIENT_AUTH, lambda _: of_name(b"")))
request("another name than m1's", TERMS, "names", extension(CLIENT_AUTH, root))
request("an authorization identity that m1 has not", TERMS, "names", more(AUTHORIZATION_IDENTITY, of_name(b"root")))
request("no authorization identity, but m1 has one", TERMS, "names", without(AUTHORIZATION_IDENTITY),
        authorization_identity="other")
request("another authorization identity than m1's", TERMS, "names", extension(AUTHORIZATION_IDENTITY, root),
        authorization_identity="other")


# What needs more of a login than what it is about to send.


@at_either_client("m2: its own blinded element sent back", "^evaluated_message is the client's own blinded_message$", "reflected")
def _(world, is_ours, reason):
    reflected = lambda login: {"proof": lambda made: response(lambda it: login.first.blinded + it[32:])(made)}
    Meeting(world, is_ours, instead=reflected).refused_by_client(reason)


@at_either_client("m2: the keys of the client's role", FINISHED, "Finished")
def _(world, is_ours, reason):
    exchanged = lambda login: {"proof": put(keys=login.authenticators.peer)}
    Meeting(world, is_ours, instead=exchanged).refused_by_client(reason)


@at_either_client("m2: m1 sent back", ANNOUNCED, "form")
def _(world, is_ours, reason):
    sent = []
    Meeting(world, is_ours, received=sent.append, server_first=lambda _: sent[0]).refused_by_client(reason)


@at_either_client("m2: an empty authenticator", "^the peer declines to authenticate$", "declined")
def _(world, is_ours, reason):
    def declined(login):
        challenge = login.challenge
        empty = lambda: login.authenticators.own.empty(login.first.bytes, login.first.context)
        return {"challenge": lambda *message: (challenge(*message), empty())[1]}

    Meeting(world, is_ours, instead=declined).refused_by_client(reason)


@at_either_client("m2: the keys of another connection", FINISHED, "Finished", "keys")
@at_either_client("m2: a signature over another connection", SIGNATURE, "signature", "signing_keys")
def _(world, is_ours, reason, field):
    with world.serve(ACCOUNTS, OFFER) as other, PythonServer(world, other).connect() as connection:
        keys = connection.authenticators.peer  # of that connection's server
        Meeting(world, is_ours, instead=lambda login: {"proof": put(**{field: keys})}).refused_by_client(reason)


@at_either_client("m2: that of another connection", CONTEXT, "context")
def _(world, is_ours, reason):
    sent = []
    Meeting(world, is_ours, server_first=lambda second: sent.append(second) or second).accepted()
    Meeting(world, is_ours, server_first=lambda _: sent[0]).refused_by_client(reason)


@at_either_client("request: m1's context again", "^the context was used on this connection before$", "context")
def _(world, is_ours, reason):
    again = lambda login: {"request": lambda made: made._replace(context=login.first.context)}
    Meeting(world, is_ours, instead=again).refused_by_client(reason)


def finished_anew(login, first, second):
    """What somebody can make of m2 who has the keys of his own connection to the client."""
    reader = Reader(second)
    certificate, verification = reader.message()[1], reader.message()[1]
    return certificate + verification + login.authenticators.own.finished(first, certificate, verification) + request_of(second)


@at_either_client("passbind-server's m2, passed on by one who ends the TLS connection in between", FINISHED, "Finished",
                  lambda login, first, second: second)
@at_either_client("passbind-server's m2, passed on by such a one, with Finished made anew", SIGNATURE, "signature", finished_anew)
def _(world, is_ours, reason, passed_on):
    user = world.user()
    with world.connect() as other:
        relay = lambda login: {"challenge": lambda mechanism, first: passed_on(
            login, first, other.challenge(mechanism, first))}
        Meeting(world, is_ours, user=user, instead=relay).refused_by_client(reason)
    equal(world.audited(other)["reason"], "abandoned")


@case("the client in Python, request: the context of an earlier login on the connection")
def _(world):
    with world.serve(ACCOUNTS, OFFER, lambda login: {"context": bytes(32)}) as server:
        with PythonServer(world, server).connect() as connection:
            equal(Login(connection, "user", WRONG).refusal.code, "envelope")
            equal(Login(connection, "user").refusal.code, "context")


@at_either_client("request: extensions and schemes that it need not know", None, None)
def _(world, is_ours, *_):
    known = lambda made: more(UNKNOWN, os.urandom(3000))(made)._replace(schemes=(0x0403, 0x0807))
    Meeting(world, is_ours, instead=lambda login: {"request": known}).accepted()


@at_either_client("request: a context that is changed on the way is refused by the server", None, None)
def _(world, is_ours, *_):
    Meeting(world, is_ours, server_first=behind(flip(10))).refused_by_server("context")


# Behind m3, or in place of m2.


@at_either_client("a success in place of m2", "^the server claims success before", "success")
def _(world, is_ours, reason):
    with world.serve(ACCOUNTS, OFFER, answer=lambda tag: f"{tag} OK Logged in.") as server:
        if is_ours:
            report = world.passbind_client(server, "user", PASSWORD, "--mechanism", MECHANISM)
            equal((report["outcome"], report["by"]), ("refused", "client"))
            assert re.search(reason, report["reason"]), report["reason"]
        else:
            with PythonServer(world, server).connect() as connection:
                equal(Login(connection, "user").refusal.code, reason)
        assert server.outcomes.empty()


for what, data in ("data", b"v=data"), ("no data", b""), ("m2 again", None):

    @at_either_client(f"a challenge behind m3: {what}", "^a challenge after the client's proof", "challenge", data)
    def _(world, is_ours, reason, data):
        sent = []
        meeting = Meeting(
            world, is_ours, server_first=lambda second: sent.append(second) or second,
            server_final=lambda _: sent[0] if data is None else data)
        meeting.refused_by_client(reason)


@at_either_client("a right proof that the server refuses all the same", None, None)
def _(world, is_ours, *_):
    meeting = Meeting(world, is_ours, success=lambda tag: f"{tag} NO no.")
    assert isinstance(meeting.outcome, Server), meeting.outcome
    if is_ours:
        equal((meeting.report["outcome"], meeting.report["by"]), ("refused", "server"))
    else:
        equal(meeting.login.refusal.code, "server")
