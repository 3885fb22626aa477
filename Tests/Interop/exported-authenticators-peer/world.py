"""Both ways to meet passbind-authenticator-peer: its server, which runs, or its client, which is started for each connection."""
import os
import re
import socket
import subprocess
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

import authenticators
from case import case, equal, log
from lines import SECONDS, Stream
from tls import TLS


class World:
    def __init__(self, program, certificates, port):
        self.program, self.certificates, self.port = program, certificates, int(port)

    def der(self, name):
        with open(os.path.join(self.certificates, name + ".pem"), "rb") as file:
            return x509.load_pem_x509_certificate(file.read()).public_bytes(Encoding.DER)

    def key(self, name):
        with open(os.path.join(self.certificates, name + ".key"), "rb") as file:
            return load_pem_private_key(file.read(), None)

    def connect(self, is_server, suite="TLS_AES_256_GCM_SHA384", version="1.3", identities=("client",), host=None):
        """A connection whose server is this end, if is_server, else our program's. The identities and the host that it wants
        are those of our program's client."""
        tls = TLS(self.certificates, version, suite=suite)
        if not is_server:
            return Connection(socket.create_connection(("127.0.0.1", self.port)), tls.connect, is_server)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(SECONDS)
            command = [self.program, "connect", str(listening.getsockname()[1])]
            command += ["--ca-file", os.path.join(self.certificates, "authorities.pem")] + (["--host", host] if host else [])
            for name in identities:
                command += ["--identity", os.path.join(self.certificates, name + ".pem")]
            client = subprocess.Popen(command)
            connected, _ = listening.accept()
            connected.setblocking(True)
            return Connection(connected, tls.accept, is_server, client)


class Connection(Stream):
    """One end of a TLS connection, for one with statement: a letter, a length in 4 bytes, the content."""

    def __init__(self, connected, handshake, is_server, client=None):
        super().__init__(connected)
        self.is_server, self.client = is_server, client
        self.start(handshake)
        if self.stream.get_protocol_version_name() == "TLSv1.3":
            self.authenticators = authenticators.Authenticators.on(self.stream, is_server)
            self.own, self.peer = self.authenticators.own, self.authenticators.peer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
        if self.client:
            self.client.wait(timeout=SECONDS)

    def read(self):
        while len(self.received) < 5 or len(self.received) < 5 + int.from_bytes(self.received[1:5], "big"):
            self.read_more()
        end = 5 + int.from_bytes(self.received[1:5], "big")
        letter, content, self.received = self.received[:1], self.received[5:end], self.received[end:]
        return letter.decode(), content

    def ask(self, letter, content=b""):
        self.stream.sendall(letter.encode() + len(content).to_bytes(4, "big") + content)
        return self.read()

    def answer(self, letter, content=b""):
        """An authenticator of our program's."""
        got, content = self.ask(letter, content)
        equal(got, "A")
        return content

    def taken(self, authenticator, subject, letter="A"):
        """Our program takes it, as one of this subject."""
        got = self.ask(letter, authenticator)
        assert got[0] == "V" and f"CN={subject}," in got[1].decode(), got

    def refused(self, letter, content, code, words):
        """Our program refuses, with this code and a reason in which this pattern is found."""
        got, error = self.ask(letter, content)
        log(got, error)
        got_code, _, reason = error.decode().partition(": ")
        equal((got, got_code), ("E", code))
        assert re.search(words, reason), reason


class Asked(NamedTuple):
    """A request that our program made."""

    bytes: bytes
    context: bytes
    extensions: dict

    @classmethod
    def by(cls, connection, parameters=""):
        letter, request = connection.ask("W", parameters.encode())
        assert letter == "Q", (letter, request)
        kind, context, extensions = authenticators.parse_request(request)
        # Their role decides the type.
        equal(kind, 17 if connection.is_server else 13)
        return cls(request, context, extensions)


def own_name(connection):
    """Whom this end proves to be."""
    return "second" if connection.is_server else "client"


def either_end(name, *arguments, **keywords):
    """A case for each end that our program can be; the body gets the world, whether this end is the server, and the arguments."""

    def add(body):
        for ours, is_server in ("client", True), ("server", False):
            case(f"{name}; ours is the {ours}", is_server, *arguments, **keywords)(body)
        return body

    return add


def proof(connection, world, asked, keys=None, request=None, context=None, name=None, scheme=0x0403, signer=None, more=()):
    """A good authenticator, but for what is said otherwise."""
    name = name or own_name(connection)
    certificate = authenticators.certificate(asked.context if context is None else context, [world.der(name)], more)
    return (keys or connection.own).authenticator(
        asked.bytes if request is None else request, certificate, world.key(signer or name), scheme)
