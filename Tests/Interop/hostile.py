"""Servers of XMPP or PostgreSQL that do what no honest one does: each case has a port of its own.

usage: hostile.py PROTOCOL CERTIFICATE KEY PORT-FILE
Writes a line a case, tab-separated: the port, the case, who refuses it, and what is in the reason.
"""

import base64
import os
import socket
import ssl
import struct
import sys
import threading

protocol, certificate, key, port_file = sys.argv[1:]
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(certificate, key)
CASES = []


def case(name, reason, by="client"):
    return lambda function: CASES.append((name, by, reason, function))


class Peer:
    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""

    def send(self, data):
        self.connection.sendall(data)

    def read_until(self, end):
        while end not in self.buffer:
            data = self.connection.recv(4096)
            if not data:
                raise EOFError
            self.buffer += data
        data, _, self.buffer = self.buffer.partition(end)
        return data

    def read(self, count):
        while len(self.buffer) < count:
            data = self.connection.recv(4096)
            if not data:
                raise EOFError
            self.buffer += data
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def wrap(self):
        self.connection = tls.wrap_socket(self.connection, server_side=True)


# What a server's first message of SCRAM can get wrong, given the client's nonce; and what the client says of it.
FIRST = {
    "a nonce that is not the client's": (lambda r: b"r=x" + r + b",s=AAAAAAAAAAAAAAAAAAAAAA==,i=4096", "nonce"),
    "a nonce with nothing of the server's": (lambda r: b"r=" + r + b",s=AAAAAAAAAAAAAAAAAAAAAA==,i=4096", "nonce"),
    "one iteration": (lambda r: b"r=" + r + b"x,s=AAAAAAAAAAAAAAAAAAAAAA==,i=1", "iteration"),
    "a billion iterations": (lambda r: b"r=" + r + b"x,s=AAAAAAAAAAAAAAAAAAAAAA==,i=1000000000", "iteration"),
    "an empty challenge": (lambda r: b"", "missing\\|attribute"),
}


def good_first(nonce):
    return b"r=" + nonce + b"x,s=AAAAAAAAAAAAAAAAAAAAAA==,i=4096"


def nonce_in(message):
    return message.split(b"r=", 1)[1]


# --- XMPP --------------------------------------------------------------------------------------------------------------

HEADER = (b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
          b"version='1.0' from='localhost'>")
TLS_FEATURES = b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"
SASL = b"urn:ietf:params:xml:ns:xmpp-sasl"


def features(*mechanisms):
    names = b"".join(b"<mechanism>" + name + b"</mechanism>" for name in mechanisms)
    return b"<stream:features><mechanisms xmlns='" + SASL + b"'>" + names + b"</mechanisms></stream:features>"


def element(name, data=b""):
    return b"<" + name + b" xmlns='" + SASL + b"'>" + base64.b64encode(data) + b"</" + name + b">"


def xmpp_open(peer):
    peer.read_until(b"streams'>")
    peer.send(HEADER)


def xmpp_tls(peer):
    xmpp_open(peer)
    peer.send(TLS_FEATURES)
    peer.read_until(b"/>")
    peer.send(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    peer.wrap()
    xmpp_open(peer)


def xmpp_login(peer):
    """Up to the client's first message, whose nonce it returns."""
    xmpp_tls(peer)
    peer.send(features(b"SCRAM-SHA-256-PLUS", b"SCRAM-SHA-256"))
    text = peer.read_until(b"</auth>")
    return nonce_in(base64.b64decode(text.rpartition(b">")[2]))


def xmpp_cases():
    for name, reason, data in [
        ("a stream without STARTTLS", "offers no STARTTLS", HEADER + features(b"SCRAM-SHA-256-PLUS")),
        ("a document type", "no document types", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY x 'y'>]>" + HEADER),
        ("a comment", "no comments", HEADER + b"<!-- x -->"),
        ("an entity of its own", "unknown entity", HEADER + b"<a>&x;</a>"),
        ("a thousand elements in each other", "too deep", HEADER + b"<a>" * 1000),
        ("an element that never ends", "more than 16384 bytes", HEADER + b"<a>" + b"x" * 70000),
        ("a prefix that means nothing", "no known namespace", HEADER + b"<x:features/>"),
        ("an end tag of another name", "another name", HEADER + b"<stream:features></stream:feature>"),
        ("text that is not UTF-8", "not UTF-8", HEADER + b"<a>\xff</a>"),
        ("an attribute twice", "stands twice", HEADER + b"<a b='1' b='2'/>"),
        ("another version of XMPP", "not a stream of XMPP 1.0", HEADER.replace(b"version='1.0' from", b"from")),
    ]:
        case(name, reason)(lambda peer, data=data: (peer.read_until(b"streams'>"), peer.send(data)))

    @case("a stream error", "host-unknown", by="server")
    def _(peer):
        xmpp_open(peer)
        peer.send(b"<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")

    @case("PLAIN alone", "offers PLAIN")
    def _(peer):
        xmpp_tls(peer)
        peer.send(features(b"PLAIN"))

    @case("a mechanism's name that is none", "name that is none")
    def _(peer):
        xmpp_tls(peer)
        peer.send(features(b"SCRAM-SHA-256-PLUS", b"plain text"))

    @case("a success before any proof", "before the client proved anything")
    def _(peer):
        xmpp_login(peer)
        peer.send(element(b"success"))

    @case("a success without the server's own proof", "has not proved itself")
    def _(peer):
        peer.send(element(b"challenge", good_first(xmpp_login(peer))))
        peer.read_until(b"</response>")
        peer.send(element(b"success"))

    @case("a success with a wrong proof", "did not prove")
    def _(peer):
        peer.send(element(b"challenge", good_first(xmpp_login(peer))))
        peer.read_until(b"</response>")
        peer.send(element(b"success", b"v=" + base64.b64encode(bytes(32))))

    for name, (first, reason) in FIRST.items():
        case(name, reason)(lambda peer, first=first: peer.send(element(b"challenge", first(xmpp_login(peer)))))


# --- PostgreSQL --------------------------------------------------------------------------------------------------------


def frame(kind, body=b"", length=None):
    return kind + struct.pack("!I", 4 + len(body) if length is None else length) + body


def authentication(kind, body=b""):
    return frame(b"R", struct.pack("!I", kind) + body)


def postgresql_tls(peer):
    peer.read(8)
    peer.send(b"S")
    peer.wrap()
    peer.read(struct.unpack("!I", peer.read(4))[0] - 4)


def postgresql_message(peer):
    _, length = struct.unpack("!cI", peer.read(5))
    return peer.read(length - 4)


def postgresql_login(peer):
    postgresql_tls(peer)
    peer.send(authentication(10, b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"))
    return nonce_in(postgresql_message(peer))


def postgresql_cases():
    error = frame(b"E", b"SFATAL\0C28000\0Mthe password, please\0\0")
    for name, reason, data in [
        ("no TLS", "the server has no TLS", b"N"), ("an error in the clear", "no yes and no no", error),
        ("an answer that is none", "no yes and no no", b"x"),
    ]:
        case(name, reason)(lambda peer, data=data: (peer.read(8), peer.send(data)))
    for name, reason, data in [
        ("a message that says it has 3 bytes", "says it has 3 bytes", frame(b"R", length=3)),
        ("a message that says it has 2147483647 bytes", "says it has 2147483647 bytes", frame(b"R", length=0x7FFFFFFF)),
        ("an authentication of two bytes", "shorter than what it says", frame(b"R", b"\0\0")),
        ("mechanisms without an end", "does not end", authentication(10, b"SCRAM-SHA-256-PLUS")),
        ("something behind the mechanisms", "bytes too many", authentication(10, b"SCRAM-SHA-256-PLUS\0\0x")),
        ("a mechanism's name that is none", "name that is none", authentication(10, b"scram\0\0")),
        ("no -PLUS among the mechanisms", "took those off the list", authentication(10, b"SCRAM-SHA-256\0\0")),
        ("Kerberos", "authentication of kind 7", authentication(7)),
        ("a challenge before the mechanisms", "proves nothing", authentication(11, b"r=")),
        ("readiness before the login", "before the login is over", frame(b"Z", b"I")),
    ]:
        case(name, reason)(lambda peer, data=data: (postgresql_tls(peer), peer.send(data)))

    case("an error of two fields and no end", "shorter than what it says")(
        lambda peer: (postgresql_tls(peer), peer.send(frame(b"E", b"SFATAL\0Mno\0"))))

    @case("a success before any proof", "without a challenge")
    def _(peer):
        postgresql_login(peer)
        peer.send(authentication(0) + frame(b"Z", b"I"))

    @case("a success without the server's own proof", "has not proved itself")
    def _(peer):
        peer.send(authentication(11, good_first(postgresql_login(peer))))
        postgresql_message(peer)
        peer.send(authentication(0) + frame(b"Z", b"I"))

    @case("a success with a wrong proof", "did not prove")
    def _(peer):
        peer.send(authentication(11, good_first(postgresql_login(peer))))
        postgresql_message(peer)
        peer.send(authentication(12, b"v=" + base64.b64encode(bytes(32))) + authentication(0) + frame(b"Z", b"I"))

    for name, (first, reason) in FIRST.items():
        case(name, reason)(lambda peer, first=first: peer.send(authentication(11, first(postgresql_login(peer)))))


def serve(listener, play):
    while True:
        connection, _ = listener.accept()
        connection.settimeout(60)
        try:
            peer = Peer(connection)
            play(peer)
            while peer.connection.recv(4096):  # until the client has had enough
                pass
        except (OSError, EOFError):
            pass
        finally:
            connection.close()
            peer.connection.close()


{"xmpp": xmpp_cases, "postgresql": postgresql_cases}[protocol]()
lines = []
for name, by, reason, play in CASES:
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, play)).start()
    lines.append(f"{listener.getsockname()[1]}\t{name}\t{by}\t{reason}\n")
with open(port_file + ".new", "w") as file:
    file.writelines(lines)
os.rename(port_file + ".new", port_file)
