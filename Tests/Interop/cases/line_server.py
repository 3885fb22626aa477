"""The server's side of the line profile; what its clients did is looked up afterwards."""
import base64
import binascii
import functools
import queue
import socket
import threading

from OpenSSL import SSL

from authenticators import Authenticators
from lines import Closed, Lines
from refusal import Refused


class Behaviour:
    """What an honest server does; the keywords are what another one does instead."""

    requires_binding = False

    def __init__(self, **instead):
        self.__dict__.update(instead)

    def listed(self, offer):
        """What is shown to the client of what is offered."""
        return offer

    def bindings(self, bindings):
        return bindings

    def received(self, client_first):
        pass

    def server_first(self, message):
        return message

    def server_final(self, message):
        """What is sent of the server's last message; None for nothing."""
        return message

    def answer(self, tag):
        """What to answer the client's first message with, instead of a challenge; None for a challenge."""

    def registration(self, challenge):
        """What is sent of a registration."""
        return challenge

    def success(self, tag):
        """What to answer the client's last message with, if it is right."""
        return f"{tag} OK Logged in."


class LineServer:
    """Serves in a thread until it is closed. `sasl` makes the exchanges (opaque/opaque_world.py has some), of logins
    and, if it has a mechanism for them, of registrations. Each login's end goes into `outcomes`: the exchange that
    accepted it, or the refusal, whose code is "cancelled" where the client gave up, and "closed" where it just went. So
    does each registration's."""

    def __init__(self, sasl, offer, tls, starttls=False, behaviour=Behaviour()):
        self.sasl, self.offer, self.tls, self.starttls = sasl, offer, tls, starttls
        self.behaviour, self.outcomes, self.notes = behaviour, queue.Queue(), {}
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.threads = []
        self.start(self.serve)

    def start(self, *call):
        self.threads.append(threading.Thread(target=call[0], args=call[1:], daemon=True))
        self.threads[-1].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for thread in self.threads:
            thread.join()

    def serve(self):
        while True:
            try:
                connected, _ = self.listening.accept()
            except OSError:
                return
            self.start(self.serve_one, connected)

    def serve_one(self, connected):
        try:
            Connection(self, Lines(connected)).serve()
        except (Closed, SSL.Error, OSError):
            pass  # the client went; what became of its login is known
        finally:
            connected.close()


class Connection:
    def __init__(self, server, lines):
        self.server, self.lines, self.bindings = server, lines, None
        self.user, self.registers = None, False

    def serve(self):
        if not self.server.starttls:
            self.start_tls()
        self.lines.write("* OK ready")
        while True:
            tag, command, *arguments = self.lines.read().split(" ")
            if command == "LOGOUT":
                self.lines.write(f"* BYE\r\n{tag} OK bye")
                return
            if command == "CAPABILITY":
                self.lines.write(f"* CAPABILITY {self.capabilities()}\r\n{tag} OK done")
            elif command == "STARTTLS" and self.bindings is None:
                self.lines.write(f"{tag} OK begin")
                self.start_tls()
            elif command == "WHOAMI" and self.user is not None:
                quoted = self.user.replace("\\", "\\\\").replace('"', '\\"')
                self.lines.write(f'* WHOAMI "{quoted}"\r\n{tag} OK done')
            elif command == "AUTHENTICATE" and self.bindings is not None:
                self.authenticate(tag, *arguments)
            elif command == "REGISTER" and self.registers:
                self.register(tag, *arguments)
            else:
                self.lines.write(f"{tag} BAD not now")

    def start_tls(self):
        self.bindings = self.server.behaviour.bindings(self.lines.start(self.server.tls.accept))

    @property
    def offered(self):
        """What a login depends on."""
        return self.server.offer, self.bindings, self.server.behaviour.requires_binding

    @functools.cached_property
    def authenticators(self):
        return Authenticators.on(self.lines.stream, is_server=True)

    def capabilities(self):
        words = ["IMAP4rev1", "SASL-IR"]
        if self.bindings is None:
            return " ".join(words + ["STARTTLS"])
        if self.user is not None:
            return " ".join(words + (["REGISTER=" + self.server.sasl.registers] if self.registers else []))
        offer = self.server.behaviour.listed(self.server.offer)
        words += ["AUTH=" + name for name in offer.mechanisms] + ["SASL-CB=" + name for name in offer.binding_types]
        return " ".join(words)

    def authenticate(self, tag, mechanism, first=None):
        behaviour = self.server.behaviour
        login = self.server.sasl.login(self)
        try:
            first = self.decoded(self.ask(b"") if first is None else first.removeprefix("="))  # RFC 4959 section 3
            behaviour.received(first)
            if answer := behaviour.answer(tag):
                self.lines.write(answer)
                return
            challenge = behaviour.server_first(login.challenge(mechanism, first))
            user = login.accept(self.decoded(self.ask(challenge)))
            final = behaviour.server_final(login.final)
            if final is not None and self.decoded(self.ask(final)):
                raise Refused("grammar", "words in answer to the server's last message")
        except Refused as refusal:
            self.server.outcomes.put(refusal)
            self.lines.write(f"{tag} {'BAD' if refusal.code == 'cancelled' else 'NO'} login failed")
        except Closed:
            self.server.outcomes.put(Refused("closed"))
            raise
        else:
            self.user = user
            self.registers = self.server.sasl.registers and login.is_bound and user == login.user
            self.server.outcomes.put(login)
            self.lines.write(behaviour.success(tag))

    def register(self, tag, mechanism, first=None):
        exchange = self.server.sasl.registration(self.user, self.server.notes)
        try:
            message = self.decoded(self.ask(b"") if first is None else first)
            while (challenge := exchange.respond(message)) is not None:
                message = self.decoded(self.ask(self.server.behaviour.registration(challenge)))
        except Refused as refusal:
            self.server.outcomes.put(refusal)
            self.lines.write(f"{tag} {'BAD' if refusal.code == 'cancelled' else 'NO'} not registered")
        else:
            self.server.outcomes.put(exchange)
            self.lines.write(f"{tag} OK registered")

    def ask(self, challenge):
        self.lines.write("+ " + base64.b64encode(challenge).decode())
        return self.lines.read()

    def decoded(self, line):
        if line == "*":
            raise Refused("cancelled")
        try:
            return base64.b64decode(line, validate=True)
        except binascii.Error:
            raise Refused("grammar", "of a line") from None
