"""The client's side of the line profile: IMAP's CAPABILITY, STARTTLS and AUTHENTICATE (RFC 3501, RFC 4959)."""
import base64
import functools
import itertools
import socket

from authenticators import Authenticators
from lines import Lines
from offer import Offer
from refusal import Refused

NUMBERS = itertools.count(1)


class LineClient:
    """A connection to a server on this machine, inside TLS; `offer` and `bindings` are the connection's.

    Each comes from an address of its own, so that no server counts one test's failures for another.
    """

    def __init__(self, port, tls, starttls=False):
        number = next(NUMBERS)
        self.address = f"127.0.{1 + number // 200}.{1 + number % 200}"
        self.lines = Lines(socket.create_connection(("127.0.0.1", port), source_address=(self.address, 0)))
        self.commands = 0
        if not starttls:
            self.bindings = self.lines.start(tls.connect)
        assert self.lines.read().startswith("* OK ")
        if starttls:
            assert "STARTTLS" in self.capabilities() and not self.offer.mechanisms
            self.command("STARTTLS")
            self.bindings = self.lines.start(tls.connect)
        self.capabilities()

    @functools.cached_property
    def authenticators(self):
        return Authenticators.on(self.lines.stream, is_server=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lines.close()

    def command(self, words):
        """What the server says of itself in answer to a command that succeeds."""
        self.send(words)
        return self.answer()

    def send(self, words):
        self.commands += 1
        self.lines.write(f"a{self.commands} {words}")

    def answer(self):
        untagged = []
        while True:
            line = self.lines.read()
            first, status, *rest = line.split(" ", 2)
            if first == "*":
                untagged.append(line[2:])
            elif first == "+":
                raise Unfinished(line[2:])
            elif first != f"a{self.commands}":
                raise AssertionError(f"an answer to nothing: {line}")
            elif status != "OK":
                raise Refused("server", f"{status} {rest[0]}")
            else:
                return untagged

    def capabilities(self):
        [line] = self.command("CAPABILITY")
        words = line.split(" ")[1:]
        named = lambda prefix: tuple(word[len(prefix):] for word in words if word.startswith(prefix))
        self.offer = Offer(named("AUTH="), named("SASL-CB="))
        return words

    def challenge(self, mechanism, first, at_once=True, command="AUTHENTICATE"):
        """Begins a login; the server's challenge."""
        if at_once:
            self.send(f"{command} {mechanism} {base64.b64encode(first).decode() or '='}")
            return self.challenged()
        self.send(f"{command} {mechanism}")
        assert self.challenged() == b""
        self.message(first)
        return self.challenged()

    def challenged(self):
        try:
            self.answer()
            raise Refused("success", "in place of a challenge")
        except Unfinished as unfinished:
            return base64.b64decode(unfinished.text, validate=True)

    def message(self, message):
        self.lines.write(base64.b64encode(message).decode())

    def finish(self, final):
        """Ends a login with the last message; it succeeds unless this raises."""
        self.message(final)
        try:
            self.answer()
        except Unfinished:
            self.cancel()
            raise Refused("challenge", "in place of a success") from None

    def register(self, exchange):
        """Registers the account anew; it is done unless this raises."""
        challenge = self.challenge(exchange.mechanism, exchange.first, command="REGISTER")
        while True:
            message = exchange.respond(challenge)
            if exchange.is_finished:
                return self.finish(message)
            self.message(message)
            challenge = self.challenged()

    def cancel(self):
        """Gives a login up, to which IMAP's answer is BAD."""
        self.lines.write("*")
        try:
            self.answer()
        except Refused as refusal:
            assert str(refusal).startswith("server: BAD "), refusal
        else:
            raise AssertionError("a login that was given up succeeded")

    def put_note(self, name, sealed):
        self.command(f"VAULT PUT {name} {base64.b64encode(sealed).decode()}")

    def note(self, name):
        [line] = self.command(f"VAULT GET {name}")
        return base64.b64decode(line.removeprefix(f"VAULT {name} "), validate=True)

    def who_am_i(self):
        [line] = self.command("WHOAMI")
        return line.removeprefix('WHOAMI "').removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")


class Unfinished(Exception):
    """The server waits for a line."""

    def __init__(self, text):
        self.text = text
