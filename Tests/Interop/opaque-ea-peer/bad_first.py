"""The cases in which a server refuses m1."""
import os

from authenticators import SIGNATURE_ALGORITHMS, vector
from bad_elements import BAD_ELEMENTS
from case import case, equal
from changes import (
    ANNOUNCED, EMPTY, LEFT_OVER, UNKNOWN, added, cut, extension, is_twice, missing, more, number, out_of_place, put, twice,
    without)
from lines import Closed
from logins import Login, accepted, at_either_server, either_server, request_of
from messages import (
    AUTHORIZATION_IDENTITY, CLIENT_AUTH, KEY_STRETCHING, SERVER_AUTH, of_client_share, of_name, read_asked, same)
from oprf import hash_to_group

ELEMENT = hash_to_group(b"")


def share(name=b"nobody", blinded=ELEMENT, **keywords):
    content = of_client_share(name, blinded, **keywords)
    return extension(SERVER_AUTH, lambda _: content)


def two_shares(content):
    one, types = content[2:-3], content[-3:]
    return vector(2, 2 * one) + types


def refused(what, code, words, theirs, first=same, request=same):
    """The code and the words of our server, and the reason of the one in Python."""

    @at_either_server(what, (code, words), theirs)
    def _(world, is_ours, reason):
        with either_server(world, is_ours) as server, server.connect() as connection:
            server.refused(Login(connection, "nobody", first=first, request=request), connection, reason)


BYTES = {
    "the last byte is missing": (cut, ANNOUNCED),
    "four bytes of it": (lambda first: first[:4], ANNOUNCED),
    "nothing at all": (lambda first: b"", ANNOUNCED),
    "a byte behind it": (added(b"\0"), LEFT_OVER),
    "twice behind each other": (lambda first: 2 * first, LEFT_OVER),
    "the other end's type of request": (lambda first: bytes([13]) + first[1:], "^this request is for the other end$"),
    "a type that is no request": (lambda first: bytes([11]) + first[1:], "^this is no request for an authenticator$"),
    "a length that lies, of the message": (number(3, 1), ANNOUNCED),
    "a length that lies, of the context": (number(4, -1), ANNOUNCED),
    "a length that lies, of the extensions": (number(38, -1), ANNOUNCED),
    "a length that lies, of an extension": (number(42, 1), ANNOUNCED),
}
for what, (change, words) in BYTES.items():
    refused(f"m1: {what}", "malformedMessage", words, "form", first=change)

TERMS = "^the client's request has no context of 32 bytes, or not Ed25519$"
TYPE, SHARE = "^the client does not want signatures$", "^a field of 35 bytes or more has"
LONG = b"n" * 1025
REQUESTS = {
    "a context of 31 bytes": (put(context=bytes(31)), TERMS),
    "a context of 33 bytes": (put(context=bytes(33)), TERMS),
    "no context": (put(context=b""), TERMS),
    "no signature schemes": (put(schemes=()), EMPTY),
    "ECDSA alone among the schemes": (put(schemes=(0x0403,)), TERMS),
    "opaque_server_auth twice": (twice(SERVER_AUTH), is_twice(SERVER_AUTH)),
    "opaque_key_stretching twice": (twice(KEY_STRETCHING), is_twice(KEY_STRETCHING)),
    "signature_algorithms twice": (more(SIGNATURE_ALGORITHMS, bytes.fromhex("00020807")), is_twice(SIGNATURE_ALGORITHMS)),
    "an extension twice that nobody knows": (lambda request: more(UNKNOWN)(more(UNKNOWN)(request)), is_twice(UNKNOWN)),
    "no opaque_server_auth": (without(SERVER_AUTH), missing(SERVER_AUTH)),
    "no opaque_key_stretching": (without(KEY_STRETCHING), missing(KEY_STRETCHING)),
    "a text in opaque_key_stretching": (
        extension(KEY_STRETCHING, lambda _: b"scrypt,n=2,r=1,p=1"), "^the client does not choose the key stretching$"),
    "opaque_client_auth": (more(CLIENT_AUTH, of_name(b"nobody")), out_of_place(CLIENT_AUTH)),
    "no share": (extension(SERVER_AUTH, lambda content: vector(2, b"") + content[-3:]), SHARE),
    "two shares": (extension(SERVER_AUTH, two_shares), LEFT_OVER),
    "no type": (share(types=b""), EMPTY),
    "two types": (share(types=b"\1\2"), TYPE),
    "a type that there is not": (share(types=b"\2"), TYPE),
    "an element of 31 bytes": (share(blinded=ELEMENT[1:]), ANNOUNCED),
    "an element of 33 bytes": (share(blinded=ELEMENT + b"\0"), LEFT_OVER),
    "a length that lies, of the shares": (extension(SERVER_AUTH, number(1, 1)), LEFT_OVER),
    "a length that lies, of the name": (extension(SERVER_AUTH, number(3, -1)), LEFT_OVER),
    "a length that lies, of the types": (extension(SERVER_AUTH, number(-2, 1)), ANNOUNCED),
    "a byte behind the types": (extension(SERVER_AUTH, added(b"\0")), LEFT_OVER),
    "an empty name": (share(b""), SHARE),
    "an empty authorization identity": (more(AUTHORIZATION_IDENTITY, of_name(b"")), EMPTY),
    "an authorization identity without its length": (more(AUTHORIZATION_IDENTITY, b"root"), ANNOUNCED),
    "a byte behind the authorization identity": (more(AUTHORIZATION_IDENTITY, of_name(b"root") + b"\0"), LEFT_OVER),
}
for what, (request, words) in REQUESTS.items():
    refused(f"m1: {what}", "malformedMessage", words, "form", request=request)

NO_NAME = "^a name has 1 to 1,024 bytes of UTF-8, and no NUL$"
NAMES = {
    "of 1,025 bytes": LONG, "with NUL": b"no\0body", "that is not UTF-8": b"nobody\xff", "with a surrogate": b"\xed\xa0\x80",
}
for what, name in NAMES.items():
    for field, request in ("a name", share(name)), ("an authorization identity", more(AUTHORIZATION_IDENTITY, of_name(name))):
        refused(f"m1: {field} {what}", "invalidName", NO_NAME, "form", request=request)

NOT_PREPARED = {
    "a name of which SASLprep leaves nothing": ("\u00ad", "^empty:", "name"),
    "a name with a control character": ("a\x07b", "^prohibited:", "saslprep"),
    "a name in both directions": ("a\u0627", "^bidirectional:", "saslprep"),
}
for what, (name, words, theirs) in NOT_PREPARED.items():
    refused(f"m1: {what}", "invalidName", words, theirs, request=share(name.encode()))

for what, encoding in BAD_ELEMENTS.items():
    refused(f"m1, blinded_message: {what}", "invalidElement", "^blinded_message ", "element", request=share(blinded=encoding))


REUSED = "contextReused", "^the context was used on this connection before$"


@at_either_server("m1's context again, in the next login on the connection", REUSED, "context", "own")
@at_either_server("m1's context again, as that of m2 was", REUSED, "context", "the server's")
def _(world, is_ours, reason, whose):
    with either_server(world, is_ours) as server, server.connect() as connection:
        first = Login(connection, "nobody")
        equal(first.refusal.code, "envelope")
        used = first.client.context if whose == "own" else read_asked(request_of(first.challenge)).context
        connection.authenticators.used.clear()
        second = Login(connection, "nobody", context=used)
        server.refused(second, connection, reason, count=2)


@case("our server, m1 with schemes and extensions that it need not know")
def _(world):
    accepted(world, request=lambda request: more(UNKNOWN, os.urandom(5000))(request)._replace(schemes=(0x0403, 0x0807, 0xfe00)))


@case("our server, m1 of more than 8,192 bytes: more than a line has")
def _(world):
    with world.connect() as connection:
        try:
            Login(connection, "nobody", request=more(UNKNOWN, bytes(8192)))
        except Closed:
            pass
        else:
            raise AssertionError("the server went on")


@case("the server in Python, m1 of more than 8,192 bytes")
def _(world):
    with either_server(world, False) as server, server.connect() as connection:
        server.refused(Login(connection, "nobody", request=more(UNKNOWN, bytes(8192))), connection, "form")
