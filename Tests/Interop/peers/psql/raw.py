"""What no client of PostgreSQL sends, to postgresql-front. usage: raw.py PORT CASE; without a case, their names."""

import socket
import ssl
import struct
import sys

SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST, VERSION = 80877103, 80877104, 80877102, 3 << 16
CASES = {}


def case(name):
    return lambda function: CASES.setdefault(name, function)


class Client:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data):
        self.socket.sendall(data)
        return self

    def startup(self, code, body=b"", length=None):
        return self.send(struct.pack("!II", 8 + len(body) if length is None else length, code) + body)

    def message(self, kind, body=b"", length=None):
        return self.send(kind + struct.pack("!I", 4 + len(body) if length is None else length) + body)

    def first(self, mechanism, message, count=None):
        return self.message(
            b"p", mechanism + b"\0" + struct.pack("!I", len(message) if count is None else count) + message)

    def read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise EOFError(data)
            data += more
        return data

    def receive(self):
        kind, length = struct.unpack("!cI", self.read(5))
        return kind, self.read(length - 4)

    def start_tls(self):
        assert self.startup(SSL_REQUEST).read(1) == b"S"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)
        return self

    def begin(self, parameters=b"user\0user\0\0"):
        """Up to the list of mechanisms."""
        self.start_tls().startup(VERSION, parameters)
        kind, body = self.receive()
        assert (kind, body[:4]) == (b"R", struct.pack("!I", 10)), (kind, body)
        self.mechanisms = body[4:].rstrip(b"\0").split(b"\0")
        return self

    def is_closed(self):
        """Whether the server has hung up, and has said nothing before."""
        try:
            data = self.socket.recv(1)
        except (ConnectionResetError, ssl.SSLError):
            return True
        assert not data, data
        return True

    def is_refused(self, code):
        """Whether the server has said this and hung up."""
        kind, body = self.receive()
        assert kind == b"E" and b"C" + code + b"\0" in body, (kind, body)
        return self.is_closed()


@case("a session in the clear")
def _():
    return Client().startup(VERSION, b"user\0user\0\0").is_refused(b"28000")


@case("a query to cancel, in the clear")
def _():
    return Client().startup(CANCEL_REQUEST, bytes(8)).is_refused(b"28000")


for length in (0, 7, 0x7FFFFFFF, 0xFFFFFFFF):
    case(f"a first message that says it has {length} bytes")(
        lambda length=length: Client().startup(SSL_REQUEST, length=length).is_closed())


@case("a message in the clear behind the wish for TLS")
def _():
    startup = struct.pack("!II", 19, VERSION) + b"user\0user\0\0"
    return Client().send(struct.pack("!II", 8, SSL_REQUEST) + startup).is_closed()


@case("a wish for TLS inside TLS")
def _():
    return Client().start_tls().startup(SSL_REQUEST).is_refused(b"0A000")


for length in (0, 3, 0x7FFFFFFF, 0xFFFFFFFF):
    case(f"a login message that says it has {length} bytes")(
        lambda length=length: Client().begin().message(b"p", b"SCRAM-SHA-256\0", length).is_closed())


for words, parameters in [
    ("no name", b"database\0user\0\0"), ("two names", b"user\0a\0user\0b\0\0"), ("a name without an end", b"user\0user"),
    ("a name that is not UTF-8", b"user\0\xff\0\0"), ("something behind its end", b"user\0user\0\0x"),
]:
    case(f"a first message with {words}")(
        lambda parameters=parameters: Client().start_tls().startup(VERSION, parameters).is_refused(b"08P01"))


@case("a query before the login")
def _():
    return Client().begin().message(b"Q", b"select current_user\0").is_refused(b"08P01")


@case("a query in the midst of the login")
def _():
    client = Client().begin().first(b"SCRAM-SHA-256", b"n,,n=,r=0123456789abcdefghij")
    assert client.receive()[1][:4] == struct.pack("!I", 11)
    return client.message(b"Q", b"select current_user\0").is_refused(b"08P01")


for count in (100, 0x7FFFFFFF):
    case(f"a login whose first message says it has {count} bytes")(
        lambda count=count: Client().begin().first(b"SCRAM-SHA-256", b"n,,", count).is_refused(b"08P01"))


@case("a mechanism that is not offered")
def _():
    return Client().begin().first(b"SCRAM-SHA-512", b"n,,n=,r=0123456789abcdefghij").is_refused(b"28P01")


@case("an unbound login")
def _():
    client = Client().begin()
    assert client.mechanisms == [b"SCRAM-SHA-256-PLUS"], client.mechanisms
    return client.first(b"SCRAM-SHA-256", b"n,,n=,r=0123456789abcdefghij").is_refused(b"28P01")


@case("a binding that PostgreSQL has not")
def _():
    first = b"p=tls-exporter,,n=,r=0123456789abcdefghij"
    return Client().begin().first(b"SCRAM-SHA-256-PLUS", first).is_refused(b"28P01")


@case("unknown names look like accounts, each the same every time")
def _():
    def challenge(name):
        client = Client().begin(b"user\0" + name + b"\0\0").first(b"SCRAM-SHA-256", b"n,,n=,r=0123456789abcdefghij")
        kind, body = client.receive()
        nonce, salt, count = body[4:].split(b",")
        return salt, count

    user, nobody, other = challenge(b"user"), challenge(b"nobody"), challenge(b"other")
    assert len({user[1], nobody[1], other[1]}) == 1 and len(user[0]) == len(nobody[0]), (user, nobody, other)
    assert nobody == challenge(b"nobody") and len({user[0], nobody[0], other[0]}) == 3
    return True


@case("a wish for Kerberos, and then for TLS, byte for byte")
def _():
    client = Client()
    assert client.startup(GSS_REQUEST).read(1) == b"N"
    for byte in struct.pack("!I", 8):
        client.send(bytes([byte]))
    client.send(struct.pack("!I", SSL_REQUEST))
    return client.read(1) == b"S"


if len(sys.argv) < 3:
    print(*CASES, sep="\n")
else:
    sys.exit(not CASES[sys.argv[2]]())
