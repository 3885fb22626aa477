"""The cases in which a server refuses m1."""
import os

import authenticators
from authenticators import vector
from bad_elements import BAD_ELEMENTS
from case import case, equal
from changes import UNKNOWN, added, cut, extension, more, number, put, twice, without
from lines import Closed
from logins import Login, accepted, at_either_server, either_server, request_of
from messages import AUTHORIZATION_IDENTITY, CLIENT_AUTH, KEY_STRETCHING, SERVER_AUTH, of_client_share, of_name, read_asked
from oprf import hash_to_group

ELEMENT = hash_to_group(b"")


def share(name=b"nobody", blinded=ELEMENT, **keywords):
    content = of_client_share(name, blinded, **keywords)
    return extension(SERVER_AUTH, lambda _: content)


def two_shares(content):
    one, types = content[2:-3], content[-3:]
    return vector(2, 2 * one) + types


MALFORMED = "^malformedMessage"
BYTES = {
    "the last byte is missing": cut,
    "four bytes of it": lambda first: first[:4],
    "nothing at all": lambda first: b"",
    "a byte behind it": added(b"\0"),
    "twice behind each other": lambda first: 2 * first,
    "the other end's type of request": lambda first: bytes([13]) + first[1:],
    "a type that is no request": lambda first: bytes([11]) + first[1:],
    "a length that lies, of the message": number(3, 1),
    "a length that lies, of the context": number(4, -1),
    "a length that lies, of the extensions": number(38, -1),
    "a length that lies, of an extension": number(42, 1),
}
for what, change in BYTES.items():

    @at_either_server(f"m1: {what}", MALFORMED, "form", change)
    def _(world, is_ours, reason, change):
        with either_server(world, is_ours) as server, server.connect() as connection:
            server.refused(Login(connection, "nobody", first=change), connection, reason)


LONG = b"n" * 1025
REQUESTS = {
    "a context of 31 bytes": put(context=bytes(31)),
    "a context of 33 bytes": put(context=bytes(33)),
    "no context": put(context=b""),
    "no signature schemes": put(schemes=()),
    "ECDSA alone among the schemes": put(schemes=(0x0403,)),
    "opaque_server_auth twice": twice(SERVER_AUTH),
    "opaque_key_stretching twice": twice(KEY_STRETCHING),
    "signature_algorithms twice": more(authenticators.SIGNATURE_ALGORITHMS, bytes.fromhex("00020807")),
    "an extension twice that nobody knows": lambda request: more(UNKNOWN)(more(UNKNOWN)(request)),
    "no opaque_server_auth": without(SERVER_AUTH),
    "no opaque_key_stretching": without(KEY_STRETCHING),
    "a text in opaque_key_stretching": extension(KEY_STRETCHING, lambda _: b"scrypt,n=2,r=1,p=1"),
    "opaque_client_auth": more(CLIENT_AUTH, of_name(b"nobody")),
    "no share": extension(SERVER_AUTH, lambda content: vector(2, b"") + content[-3:]),
    "two shares": extension(SERVER_AUTH, two_shares),
    "no type": share(types=b""),
    "two types": share(types=b"\1\2"),
    "a type that there is not": share(types=b"\2"),
    "an element of 31 bytes": share(blinded=ELEMENT[1:]),
    "an element of 33 bytes": share(blinded=ELEMENT + b"\0"),
    "a length that lies, of the shares": extension(SERVER_AUTH, number(1, 1)),
    "a length that lies, of the name": extension(SERVER_AUTH, number(3, -1)),
    "a length that lies, of the types": extension(SERVER_AUTH, number(-2, 1)),
    "a byte behind the types": extension(SERVER_AUTH, added(b"\0")),
    "an empty name": share(b""),
    "a name of 1,025 bytes": share(LONG),
    "NUL in the name": share(b"no\0body"),
    "a name that is not UTF-8": share(b"nobody\xff"),
    "a surrogate in the name": share(b"\xed\xa0\x80"),
    "an empty authorization identity": more(AUTHORIZATION_IDENTITY, of_name(b"")),
    "an authorization identity of 1,025 bytes": more(AUTHORIZATION_IDENTITY, of_name(LONG)),
    "NUL in the authorization identity": more(AUTHORIZATION_IDENTITY, of_name(b"\0")),
    "an authorization identity that is not UTF-8": more(AUTHORIZATION_IDENTITY, of_name(b"\xff")),
    "an authorization identity without its length": more(AUTHORIZATION_IDENTITY, b"root"),
}
for what, request in REQUESTS.items():

    @at_either_server(f"m1: {what}", MALFORMED, "form", request)
    def _(world, is_ours, reason, request):
        with either_server(world, is_ours) as server, server.connect() as connection:
            server.refused(Login(connection, "nobody", request=request), connection, reason)


NAMES = {
    "a name of which SASLprep leaves nothing": ("\u00ad", "name"),
    "a name with a control character": ("a\x07b", "saslprep"),
    "a name in both directions": ("a\u0627", "saslprep"),
}
for what, (name, theirs) in NAMES.items():

    @at_either_server(f"m1: {what}", "^invalidName", theirs, share(name.encode()))
    def _(world, is_ours, reason, request):
        with either_server(world, is_ours) as server, server.connect() as connection:
            server.refused(Login(connection, "nobody", request=request), connection, reason)


for what, encoding in BAD_ELEMENTS.items():

    @at_either_server(f"m1, blinded_message: {what}", "^invalidElement", "element", share(blinded=encoding))
    def _(world, is_ours, reason, request):
        with either_server(world, is_ours) as server, server.connect() as connection:
            server.refused(Login(connection, "nobody", request=request), connection, reason)


@at_either_server("m1's context again, in the next login on the connection", "^contextReused", "context", "own")
@at_either_server("m1's context again, as that of m2 was", "^contextReused", "context", "the server's")
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
