"""The cases in which the one end proves itself, and the other believes it, or is told that there is nothing to prove."""
import os

from cryptography import x509

import authenticators
from authenticators import Reader
from case import equal
from refusal import Refused
from world import Asked, either_end, own_name, proof

SCHEMES = {"ed25519": 0x0807, "p256": 0x0403, "p384": 0x0503, "rsae-sha256": 0x0804, "rsae-sha384": 0x0805, "rsae-sha512": 0x0806,
           "pss-sha256": 0x0809, "pss-sha384": 0x080a, "pss-sha512": 0x080b}
SERVERS = {"ed25519": "ed25519", "p256": "server", "p384": "p384-sha384", "rsae": "rsa-sha256", "pss": "pss-key"}
CLIENTS = {"ed25519": "client-ed25519", "p256": "client", "p384": "client-p384", "rsae": "client-rsa", "pss": "client-rsa-pss"}


# This end proves, ours validates.


@either_end("we prove, by SHA-384", "TLS_AES_256_GCM_SHA384")
@either_end("we prove, by SHA-256", "TLS_AES_128_GCM_SHA256")
@either_end("we prove, by SHA-256 and ChaCha20", "TLS_CHACHA20_POLY1305_SHA256")
def _(world, is_server, suite):
    with world.connect(is_server, suite) as connection:
        for _ in range(3):
            asked = Asked.by(connection)
            equal(len(asked.context), 32)
            connection.taken(proof(connection, world, asked), own_name(connection))


for scheme, number in SCHEMES.items():

    @either_end(f"we prove, by {scheme}", scheme.partition("-")[0], number)
    def _(world, is_server, family, number):
        with world.connect(is_server, host="localhost") as connection:
            name, parameters = (SERVERS[family], "name=localhost") if is_server else (CLIENTS[family], "")
            asked = Asked.by(connection, parameters)
            connection.taken(proof(connection, world, asked, name=name, scheme=number), name)
            wrong = proof(connection, world, Asked.by(connection, parameters), name=name, scheme=number, request=b"")
            connection.refused("A", wrong, "notAuthentic", "Finished")


@either_end("a context of our program's choice, a scheme and an extension of its choice")
def _(world, is_server):
    with world.connect(is_server) as connection:
        asked = Asked.by(connection, "context=00ff,schemes=0403,extension=ff4f")
        equal((asked.context, asked.extensions[13], asked.extensions[0xff4f]), (b"\x00\xff", b"\x00\x02\x04\x03", b""))
        connection.taken(proof(connection, world, asked, more=[(0xff4f, b"content")]), own_name(connection))
        connection.refused("W", b"context=00ff", "contextReused", "used")


# Ours proves, this end validates.


def demand(connection, context=None, schemes=tuple(SCHEMES.values()), name=None, more=()):
    """A context, and a request with it."""
    context = os.urandom(32) if context is None else context
    if name is None and not connection.is_server:
        name = "second.example"
    return context, authenticators.request(connection.is_server, context, schemes, name, more)


def chain(connection, asked, context, schemes, data):
    """The certificates of an authenticator that is good; None if it is a good empty one."""
    reader = Reader(data)
    received = connection.peer.read(asked, context, reader)
    reader.end()
    if received is None:
        return None
    if any(extensions for _, extensions in received.entries):
        raise Refused("extensions", "none was asked for")
    certificates = [certificate for certificate, _ in received.entries]
    received.verify(x509.load_der_x509_certificate(certificates[0]).public_key(), schemes)
    return certificates


@either_end("ours proves, by SHA-384", "TLS_AES_256_GCM_SHA384")
@either_end("ours proves, by SHA-256", "TLS_AES_128_GCM_SHA256")
def _(world, is_server, suite):
    schemes = SCHEMES.values()
    with world.connect(is_server, suite) as connection:
        for context in (os.urandom(32), b"", bytes(255)):
            context, asked = demand(connection, context)
            answer = connection.answer("Q", asked)
            equal(chain(connection, asked, context, schemes, answer), [world.der("client" if is_server else "second")])
            # The check is one: changed anywhere, it fails here too.
            for at in range(0, len(answer), 7):
                changed = bytearray(answer)
                changed[at] ^= 1
                try:
                    chain(connection, asked, context, schemes, bytes(changed))
                except Refused:
                    continue
                raise AssertionError(f"byte {at} changed, and taken")


@either_end("ours proves by each scheme that is asked of it")
def _(world, is_server):
    # The server has them all; a client is started with them.
    with world.connect(is_server, identities=SERVERS.values()) as connection:
        for scheme, number in SCHEMES.items():
            name = None if is_server else "localhost"
            context, asked = demand(connection, schemes=[0x0401, number, 0xfe00], name=name)
            certificates = chain(connection, asked, context, [number], connection.answer("Q", asked))
            equal(certificates, [world.der(SERVERS[scheme.partition("-")[0]])])


@either_end("ours declines what it has not")
def _(world, is_server):
    # A name in DER that nobody has.
    authorities = authenticators.vector(2, authenticators.vector(2, bytes.fromhex("300d310b300906035504060c025858")))
    ways = [{"schemes": [0x0401, 0x0603]}, {"more": [(47, authorities)]}]
    if not is_server:
        ways.append({"name": "third.example"})
    with world.connect(is_server) as connection:
        for way in ways:
            context, asked = demand(connection, **way)
            equal(chain(connection, asked, context, [], connection.answer("Q", asked)), None)
