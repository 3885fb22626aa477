"""The cases in which a client refuses m2, or what comes behind m3."""
import os
import re

import group
from bad_elements import BAD_ELEMENTS
from case import case, equal
from changes import BYTES, PROOFS, UNKNOWN, added, cut, extension, flip, more, number, put, twice, without
from line_world import PASSWORD, WRONG
from logins import ACCOUNTS, OFFER, Login, Meeting, PythonServer, at_either_client, request_of
from messages import (
    AUTHORIZATION_IDENTITY, CLIENT_AUTH, KEY_STRETCHING, MECHANISM, SERVER_AUTH, of_name, of_server_share)
from server import Server

# What our client says of them, by what the client in Python says.
OURS = {
    "form": "malformed", "context": "context", "Finished": "Finished", "entry": "malformed", "declined": "declines",
    "scheme": "scheme", "signature": "signature", "server key": "key", "names": "name", "element": "element",
    "reflected": "own blinded",
    "stretching": "floor|cap", "envelope": "envelope does not open", "grammar": "stretching"}


def refused(what, theirs, ours=None, **how):
    @at_either_client(f"m2: {what}", ours or OURS[theirs], theirs)
    def _(world, is_ours, reason):
        Meeting(world, is_ours, **how).refused_by_client(reason)


def behind(change):
    """Changes the request that stands behind the authenticator."""
    return lambda second: second.removesuffix(request_of(second)) + change(request_of(second))


for what, (change, theirs) in BYTES.items():
    refused(what, theirs, server_first=change)
refused("a byte behind it", "form", server_first=added(b"\0"))
refused("no request behind it", "form", server_first=behind(lambda request: b""))
refused("half the request behind it", "form", server_first=behind(lambda request: request[: len(request) // 2]))
refused("the request in front", "form",
        server_first=lambda second: request_of(second) + second.removesuffix(request_of(second)))
refused("a bit of the signature", "Finished", server_first=lambda second: flip(-len(request_of(second)) - 60)(second))
refused("a bit of Finished", "Finished", server_first=lambda second: flip(-len(request_of(second)) - 1)(second))

def proof(what, theirs, change, **how):
    refused(what, theirs, instead=lambda login: {"proof": change}, **how)


for what, (change, theirs, _) in PROOFS.items():
    proof(what, theirs, change)
proof("no opaque_server_auth", "entry", without(SERVER_AUTH))
proof("no opaque_key_stretching", "entry", without(KEY_STRETCHING))
proof("opaque_client_auth in the certificate", "entry", more(CLIENT_AUTH, of_name(b"user")))
proof("opaque_server_auth twice", "form", twice(SERVER_AUTH))
proof("opaque_key_stretching twice", "form", twice(KEY_STRETCHING))


def share(**keywords):
    return extension(SERVER_AUTH, lambda content: of_server_share(content[2:-1], **keywords))


def response(change):
    return extension(SERVER_AUTH, lambda content: of_server_share(change(content[2:-1])))


proof("an identity of the server", "entry", share(identity=b"server"))
proof("a type that there is not", "entry", share(type=2))
proof("a length that lies, of the identity", "entry", extension(SERVER_AUTH, number(1, 192)))
proof("a response of 191 bytes", "form", response(cut))
proof("a response of 193 bytes", "entry", response(added(b"\0")))
proof("a byte behind the type", "form", extension(SERVER_AUTH, added(b"\1")))
for what, encoding in BAD_ELEMENTS.items():
    proof(f"evaluated_message: {what}", "element", response(lambda response, encoding=encoding: encoding + response[32:]))
proof("another evaluated_message", "envelope",
      response(lambda response: group.multiply_base(group.random_scalar()) + response[32:]))
for field, at in ("masking_nonce", 32), ("masked server_public_key", 64), ("masked envelope_nonce", 96), ("masked auth_tag", 128):
    proof(f"a bit of {field}", "envelope", response(flip(at)))

STRETCHINGS = {
    "scrypt under the floor": ("stretching", "floor", "scrypt,n=2,r=1,p=1"),
    "scrypt above the cap": ("stretching", "cap", "scrypt,n=16777216,r=8,p=1"),
    "scrypt that there is not": ("stretching", None, "scrypt,n=32769,r=8,p=1"),
    "Argon2id under the floor": ("stretching", "floor", "argon2id,m=8,t=1,p=1"),
    "Argon2id just under the floor": ("stretching", "floor", "argon2id,m=16383,t=1,p=1"),
    "Argon2id above the cap of memory": ("stretching", "cap", "argon2id,m=4294967295,t=1,p=1"),
    "Argon2id above the cap of work": ("stretching", "cap", "argon2id,m=65536,t=4294967295,p=1"),
    "a number beyond 64 bits": ("stretching", None, "argon2id,m=18446744073709551617,t=2,p=1"),
    "other parameters than those of the account": ("envelope", None, "argon2id,m=19456,t=3,p=1"),
    "a number with a zero in front": ("grammar", None, "scrypt,n=032768,r=8,p=1"),
    "a byte behind it": ("grammar", None, "scrypt,n=32768,r=8,p=1\n"),
    "a function that nobody knows": ("grammar", None, "pbkdf2,n=32768,r=8,p=1"),
    "no text": ("grammar", None, ""),
    "a text that is not ASCII": ("grammar", None, "scrypt,n=32768,r=8,p=\u0661"),
}
for what, (theirs, ours, text) in STRETCHINGS.items():
    change = extension(KEY_STRETCHING, lambda _, text=text: text.encode())
    proof(f"key stretching: {what}", theirs, change, ours=ours)


def request(what, theirs, change, **keywords):
    refused("request: " + what, theirs, instead=lambda login: {"request": change}, **keywords)


request("the client's type", "form", put(is_server=False))
request("no signature schemes", "form", put(schemes=()))
request("ECDSA alone among the schemes", "form", put(schemes=(0x0403,)))
request("a context of 31 bytes", "form", put(context=bytes(31)))
request("no context", "form", put(context=b""))
request("no opaque_client_auth", "form", without(CLIENT_AUTH))
request("opaque_client_auth twice", "form", twice(CLIENT_AUTH))
request("an extension twice that nobody knows", "form", lambda made: more(UNKNOWN)(more(UNKNOWN)(made)))
request("opaque_server_auth", "form", more(SERVER_AUTH))
request("opaque_key_stretching", "form", more(KEY_STRETCHING))
request("a byte behind the name", "form", extension(CLIENT_AUTH, added(b"\0")))
request("an empty name", "form", extension(CLIENT_AUTH, lambda _: of_name(b"")))
request("another name than m1's", "names", extension(CLIENT_AUTH, lambda _: of_name(b"root")))
request("an authorization identity that m1 has not", "names", more(AUTHORIZATION_IDENTITY, of_name(b"root")))
request("no authorization identity, but m1 has one", "names", without(AUTHORIZATION_IDENTITY), authorization_identity="other")
request("another authorization identity than m1's", "names", extension(AUTHORIZATION_IDENTITY, lambda _: of_name(b"root")),
        authorization_identity="other")


@at_either_client("m2: its own blinded element sent back", OURS["reflected"], "reflected")
def _(world, is_ours, reason):
    reflected = lambda login: {"proof": lambda made: response(lambda it: login.first.blinded + it[32:])(made)}
    Meeting(world, is_ours, instead=reflected).refused_by_client(reason)


@at_either_client("m2: the keys of the client's role", OURS["Finished"], "Finished")
def _(world, is_ours, reason):
    exchanged = lambda login: {"proof": put(keys=login.authenticators.peer)}
    Meeting(world, is_ours, instead=exchanged).refused_by_client(reason)


@at_either_client("m2: m1 sent back", OURS["form"], "form")
def _(world, is_ours, reason):
    sent = []
    Meeting(world, is_ours, received=sent.append, server_first=lambda _: sent[0]).refused_by_client(reason)


@at_either_client("m2: an empty authenticator", OURS["declined"], "declined")
def _(world, is_ours, reason):
    def declined(login):
        empty = lambda second: login.authenticators.own.empty(login.first.bytes, login.first.context) + request_of(second)
        login.challenge, made = lambda *message: empty(made(*message)), login.challenge
        return {}

    Meeting(world, is_ours, instead=declined).refused_by_client(reason)


@at_either_client("m2: the keys of another connection", OURS["Finished"], "Finished", "keys")
@at_either_client("m2: a signature over another connection", OURS["signature"], "signature", "signing_keys")
def _(world, is_ours, reason, field):
    with world.serve(ACCOUNTS, OFFER) as other, PythonServer(world, other).connect() as connection:
        keys = connection.authenticators.peer  # of that connection's server
        Meeting(world, is_ours, instead=lambda login: {"proof": put(**{field: keys})}).refused_by_client(reason)


@at_either_client("m2: that of another connection", OURS["context"], "context")
def _(world, is_ours, reason):
    sent = []
    Meeting(world, is_ours, server_first=lambda second: sent.append(second) or second).accepted()
    Meeting(world, is_ours, server_first=lambda _: sent[0]).refused_by_client(reason)


@at_either_client("request: m1's context again", OURS["context"], "context")
def _(world, is_ours, reason):
    again = lambda login: {"request": lambda made: made._replace(context=login.first.context)}
    Meeting(world, is_ours, instead=again).refused_by_client(reason)


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


@at_either_client("a success in place of m2", "before", "success")
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

    @at_either_client(f"a challenge behind m3: {what}", "finished|challenge|data", "challenge", data)
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
