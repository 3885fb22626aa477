"""Cases of RFC 9261 between this implementation and ours, over live TLS 1.3. Without arguments, prints their names; with the program,
the certificates' folder and the port of its server, reads names, and says after each: passed, or failed."""

import os, sys, traceback
from cryptography import x509
from cryptography.hazmat.primitives import serialization

CODES = {"malformed", "limitExceeded", "illegalParameter", "wrongContext", "contextReused", "notAuthentic", "invalidSignature",
         "untrustedPeer", "refused"}
SCHEMES = {"ed25519": 0x0807, "p256": 0x0403, "p384": 0x0503, "rsae-sha256": 0x0804, "rsae-sha384": 0x0805, "rsae-sha512": 0x0806,
           "pss-sha256": 0x0809, "pss-sha384": 0x080a, "pss-sha512": 0x080b}
SERVERS = {"ed25519": "ed25519", "p256": "server", "p384": "p384-sha384", "rsae": "rsa-sha256", "pss": "pss-key"}
cases = {}


def case(name, **arguments):
    """For each end that the other implementation can be."""
    def wrap(function):
        for end in ("client", "server"):
            cases[f"{name}; ours is the {end}"] = lambda world, end=end: function(world, end == "client", **arguments)
        return function
    return wrap


def der(world, name):
    with open(f"{world.certificates}/{name}.pem", "rb") as file:
        return x509.load_pem_x509_certificate(file.read()).public_bytes(serialization.Encoding.DER)


def key(world, name):
    with open(f"{world.certificates}/{name}.key", "rb") as file:
        return serialization.load_pem_private_key(file.read(), None)


def public_key(certificate):
    return x509.load_der_x509_certificate(certificate).public_key()


class Asked:
    """A request that our program made."""

    def __init__(self, connection, parameters=""):
        letter, self.bytes = connection.ask("W", parameters.encode())
        assert letter == "Q", (letter, self.bytes)
        self.kind, self.context, self.extensions = messages.parse_request(self.bytes)
        # Their role decides the type.
        assert self.kind == (17 if connection.is_server else 13), self.kind


def expect(connection, answer, letter, text):
    got = connection.ask("A", answer)
    assert got[0] == letter and text in got[1].decode(), got


def own_name(connection):
    """Whom this end proves to be."""
    return "second" if connection.is_server else "client"


def proof(connection, world, asked, keys=None, request=None, context=None, name=None, scheme=0x0403, signer=None, more=()):
    """A good authenticator, but for what is said otherwise."""
    name = name or own_name(connection)
    certificate = messages.certificate(asked.context if context is None else context, [der(world, name)], more)
    return (keys or connection.own).authenticator(
        asked.bytes if request is None else request, certificate, key(world, signer or name), scheme)


# ---- This end proves, ours validates

@case("we prove, by SHA-384", suite="TLS_AES_256_GCM_SHA384")
@case("we prove, by SHA-256", suite="TLS_AES_128_GCM_SHA256")
@case("we prove, by SHA-256 and ChaCha20", suite="TLS_CHACHA20_POLY1305_SHA256")
def prove(world, is_server, suite):
    connection = world.connect(is_server, suite)
    for _ in range(3):
        asked = Asked(connection)
        assert len(asked.context) == 32
        expect(connection, proof(connection, world, asked), "V", f"CN={own_name(connection)},")
    connection.close()


def by_scheme(family, scheme):
    @case(f"we prove, by {scheme}")
    def prove(world, is_server):
        connection = world.connect(is_server)
        asked = Asked(connection, "name=second.example" if is_server else "")
        # The certificates of the other kinds are for localhost, and for servers: signature and Finished are good, the name is not.
        answer = proof(connection, world, asked, name=SERVERS[family], scheme=SCHEMES[scheme])
        expect(connection, answer, "E", "untrustedPeer")
        wrong = proof(connection, world, Asked(connection), name=SERVERS[family], scheme=SCHEMES[scheme], request=b"")
        expect(connection, wrong, "E", "notAuthentic")
        connection.close()


for scheme in SCHEMES:
    by_scheme(scheme.split("-")[0], scheme)


@case("we decline, and it is no success")
def decline(world, is_server):
    connection = world.connect(is_server)
    asked = Asked(connection)
    expect(connection, connection.own.empty(asked.bytes, asked.context), "E", "refused")
    asked = Asked(connection)
    expect(connection, connection.own.empty(asked.bytes, b"other"), "E", "notAuthentic")
    connection.close()


@case("a context of our program's choice, a scheme and an extension of its choice")
def parameters(world, is_server):
    connection = world.connect(is_server)
    asked = Asked(connection, "context=00ff,schemes=0403,extension=ff4f")
    assert asked.context == b"\x00\xff" and asked.extensions[13] == b"\x00\x02\x04\x03" and asked.extensions[0xff4f] == b""
    expect(connection, proof(connection, world, asked, more=[(0xff4f, b"content")]), "V", own_name(connection))
    assert connection.ask("W", b"context=00ff") == ("E", b"contextReused")
    connection.close()


def tampered(name, code, make):
    @case(f"refused: {name}")
    def refused(world, is_server):
        connection = world.connect(is_server)
        asked = Asked(connection, "schemes=0403 0807")
        expect(connection, make(connection, world, asked), "E", code)
        connection.close()


def flipped(at):
    def make(connection, world, asked):
        data = bytearray(proof(connection, world, asked))
        data[at] ^= 1
        return bytes(data)
    return make


def no_certificate(connection, world, asked):
    certificate = messages.certificate(asked.context, [])
    return connection.own.authenticator(asked.bytes, certificate, key(world, own_name(connection)), 0x0403)


def cut(data):
    return data[:-1]


tampered("one bit of Finished", "notAuthentic", flipped(-1))
tampered("one bit of the context", "wrongContext", flipped(10))
tampered("one bit of the certificate", "notAuthentic", flipped(200))
tampered("one bit of the signature", "notAuthentic", flipped(-60))
tampered("the last byte is missing", "malformed", lambda *a: cut(proof(*a)))
tampered("a byte too many", "malformed", lambda *a: proof(*a) + b"\0")
tampered("twice behind each other", "malformed", lambda *a: 2 * proof(*a))
tampered("no Certificate in front", "malformed", lambda *a: proof(*a)[4 + int.from_bytes(proof(*a)[1:4], "big"):])
tampered("more than 64 KiB", "limitExceeded", lambda *a: proof(*a) + bytes(65536))
tampered("no certificate, and a rest that is valid", "illegalParameter", no_certificate)
tampered("the other role's keys", "notAuthentic", lambda c, w, a: proof(c, w, a, keys=c.peer))
tampered("without the request in the transcript", "notAuthentic", lambda c, w, a: proof(c, w, a, request=b""))
tampered("without the request's header in the transcript", "notAuthentic", lambda c, w, a: proof(c, w, a, request=a.bytes[4:]))
tampered("the other request's type in the transcript", "notAuthentic",
         lambda c, w, a: proof(c, w, a, request=bytes([30 - a.kind]) + a.bytes[1:]))
tampered("another context", "wrongContext", lambda c, w, a: proof(c, w, a, context=b"other"))
tampered("an extension that was not asked for", "illegalParameter", lambda c, w, a: proof(c, w, a, more=[(5, b"")]))
tampered("an extension of the request that no certificate has", "illegalParameter",
         lambda c, w, a: proof(c, w, a, more=[(13, b"")]))
tampered("an extension twice", "illegalParameter", lambda c, w, a: proof(c, w, a, more=[(5, b""), (5, b"")]))
tampered("a scheme that was not asked for", "illegalParameter",
         lambda c, w, a: proof(c, w, a, name="p384-sha384", scheme=0x0503))
tampered("a signature by another key", "invalidSignature", lambda c, w, a: proof(c, w, a, signer="server"))
tampered("somebody else's certificate authority", "untrustedPeer",
         lambda c, w, a: proof(c, w, a, name="rogue" if c.is_server else "client-rogue"))
tampered("an expired certificate", "untrustedPeer", lambda c, w, a: proof(c, w, a, name="expired"))
tampered("a certificate for another host, or for a server", "untrustedPeer", lambda c, w, a: proof(c, w, a, name="server"))


@case("refused: made on another connection")
def replayed(world, is_server):
    first, second = world.connect(is_server), world.connect(is_server)
    # The same request on both, byte for byte.
    asked, again = Asked(first, "context=77"), Asked(second, "context=77")
    assert asked.bytes == again.bytes
    answer = proof(first, world, asked)
    expect(second, answer, "E", "notAuthentic")
    expect(first, answer, "V", own_name(first))
    first.close()
    second.close()


# ---- Ours proves, this end validates

def demand(connection, context=None, schemes=None, name=None, more=()):
    context = os.urandom(32) if context is None else context
    if name is None and not connection.is_server:
        name = "second.example"
    return context, messages.request(connection.is_server, context, schemes or list(SCHEMES.values()), name or None, more)


@case("ours proves, by SHA-384", suite="TLS_AES_256_GCM_SHA384")
@case("ours proves, by SHA-256", suite="TLS_AES_128_GCM_SHA256")
def proved(world, is_server, suite):
    connection = world.connect(is_server, suite)
    name = "client" if is_server else "second"
    for context in (os.urandom(32), b"", bytes(255)):
        context, asked = demand(connection, context)
        letter, answer = connection.ask("Q", asked)
        assert letter == "A", answer
        schemes = list(SCHEMES.values())
        assert connection.peer.validate(asked, context, schemes, answer, public_key) == [der(world, name)]
        # The check is one: changed anywhere, it fails here too.
        for at in range(0, len(answer), 7):
            changed = bytearray(answer)
            changed[at] ^= 1
            try:
                connection.peer.validate(asked, context, schemes, bytes(changed), public_key)
            except messages.Refused:
                continue
            raise AssertionError(f"byte {at} changed, and taken")
    connection.close()


@case("ours proves by each scheme that is asked of it")
def proved_by(world, is_server):
    # The server has them all; a client is started with them.
    names = list(SERVERS.values())
    connection = world.connect(is_server, identities=names)
    for scheme, number in SCHEMES.items():
        context, asked = demand(connection, schemes=[0x0401, number, 0xfe00], name="localhost" if not is_server else None)
        letter, answer = connection.ask("Q", asked)
        assert letter == "A", answer
        chain = connection.peer.validate(asked, context, [number], answer, public_key)
        assert chain == [der(world, SERVERS[scheme.split("-")[0]])], scheme
    connection.close()


@case("ours declines what it has not")
def declined(world, is_server):
    connection = world.connect(is_server)
    ways = [{"schemes": [0x0401, 0x0603]}]
    # A name in DER that nobody has.
    ways.append({"more": [(47, messages.vector(2, messages.vector(2, bytes.fromhex("300d310b300906035504060c025858"))))]})
    if not is_server:
        ways.append({"name": "third.example"})
    for way in ways:
        context, asked = demand(connection, **way)
        letter, answer = connection.ask("Q", asked)
        assert letter == "A" and connection.peer.validate(asked, context, [], answer, public_key) is None, answer
    connection.close()


@case("ours refuses a bad request")
def bad_requests(world, is_server):
    connection = world.connect(is_server)
    context, good = demand(connection)
    schemes = (13, bytes.fromhex("00020807"))
    bad = {
        "contextReused": [good],
        "illegalParameter": [
            messages.request(not is_server, b"1", [0x0403]),
            messages.request(is_server, b"2", [0x0403], more=[schemes]),
            messages.request(is_server, b"3", [0x0403], more=[(51, b"")]),
            messages.message(good[0], messages.vector(1, b"4") + messages.extensions([(0xff4f, b"")])),
        ] + ([messages.request(True, b"5", [0x0403], name="second.example")] if is_server else []),
        "malformed": [b"", good[:-1], good + b"\0", bytes([11]) + good[1:],
                      messages.message(good[0], messages.vector(1, b"6") + b"\0\0"),
                      messages.message(good[0], messages.vector(1, b"7") + messages.extensions([(13, b"\0\1\4")]))],
        "limitExceeded": [messages.request(is_server, b"8", [0x0403], more=[(0xff4f, bytes(17000))]),
                          messages.request(is_server, b"9", [0x0403], more=[(0xff00 + i, b"") for i in range(40)])],
    }
    assert connection.ask("Q", good)[0] == "A"
    for code, requests in bad.items():
        for request in requests:
            got = connection.ask("Q", request)
            assert got == ("E", code.encode()), (code, request, got)
    connection.close()


# ---- Without being asked: servers alone

def spontaneous_from_ours(world):
    connection = world.connect(False)
    letter, answer = connection.ask("S")
    assert letter == "A", answer
    reader = messages.Reader(messages.Reader(answer).message()[1][4:])
    context = reader.vector(1)
    assert len(context) == 32
    assert connection.peer.validate(b"", context, list(SCHEMES.values()), answer, public_key) == [der(world, "second")]
    connection.close()


def spontaneous_to_ours(world):
    connection = world.connect(True)
    certificate = messages.certificate(b"once", [der(world, "second")])
    answer = connection.own.authenticator(b"", certificate, key(world, "second"), 0x0403)
    assert connection.ask("U", answer)[0] == "V"
    assert connection.ask("U", answer) == ("E", b"contextReused")
    with_status = messages.certificate(b"twice", [der(world, "second")], [(5, b"")])
    assert connection.ask("U", connection.own.authenticator(b"", with_status, key(world, "second"), 0x0403)) == (
        "E", b"illegalParameter")
    assert connection.ask("U", connection.own.empty(b"", b"thrice")) == ("E", b"illegalParameter")
    assert connection.ask("S") == ("E", b"invalidConfiguration")
    connection.close()


cases["spontaneously, from our server"] = spontaneous_from_ours
cases["spontaneously, to our client"] = spontaneous_to_ours


def tls12(world):
    """Our server has no authenticators on TLS 1.2, and says so."""
    import socket
    from OpenSSL import SSL
    context = world.context(False, None, SSL.TLS1_2_VERSION)
    connection = SSL.Connection(context, socket.create_connection(("127.0.0.1", world.port)))
    connection._socket.settimeout(None)
    connection.set_connect_state()
    connection.set_tlsext_host_name(b"localhost")
    connection.do_handshake()
    assert connection.get_protocol_version_name() == "TLSv1.2"
    assert connection.recv(100) == b"E\0\0\0\x0bunavailable"
    connection.close()


cases["TLS 1.2 has none; ours is the server"] = tls12

if len(sys.argv) < 2:
    print("\n".join(cases))
    sys.exit()

import messages
from tls import World

world = World(sys.argv[1], sys.argv[2], int(sys.argv[3]))
for line in sys.stdin:
    try:
        cases[line.rstrip("\n")](world)
        world.finish()
        print("passed", flush=True)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print("failed", flush=True)
