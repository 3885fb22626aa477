"""What goes over a socket and later over TLS, with a time limit for every wait: lines that end in CRLF."""
import socket
import struct

from OpenSSL import SSL

SECONDS = 60


class Closed(Exception):
    """The other side closed the connection."""


class Stream:
    """Bytes; `received` are those that nobody has taken yet."""

    def __init__(self, connected):
        # Within the system, since a socket with Python's own time limits does not wait for pyOpenSSL.
        for option in socket.SO_RCVTIMEO, socket.SO_SNDTIMEO:
            connected.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", SECONDS, 0))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = self.stream = connected
        self.received = b""

    def start(self, handshake):
        """Goes over to TLS; gives the connection's bindings."""
        assert not self.received, "plaintext behind STARTTLS"
        self.stream, bindings = handshake(self.socket)
        return bindings

    def read_more(self):
        try:
            more = self.stream.recv(4096)
        except (SSL.ZeroReturnError, SSL.SysCallError, ConnectionError):
            more = b""
        except (SSL.WantReadError, BlockingIOError):
            raise TimeoutError(f"nothing came for {SECONDS} seconds") from None
        if not more:
            raise Closed
        self.received += more

    def close(self):
        self.socket.close()


class Lines(Stream):
    def write(self, line):
        self.stream.sendall(line.encode() + b"\r\n")

    def read(self):
        while b"\r\n" not in self.received:
            self.read_more()
        line, self.received = self.received.split(b"\r\n", 1)
        return line.decode()
