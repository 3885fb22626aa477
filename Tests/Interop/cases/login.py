"""SCRAM between two ends, message by message. An end is a Program, or an object of Python with begin and step too."""
import subprocess
from typing import NamedTuple

from case import log


class Answer(NamedTuple):
    """What an end says: `message`, `ready`, `accepted` or `refused`; what it sends, if anything; and words about it."""

    word: str
    message: bytes | None = None
    about: str = ""


class Program:
    """A program that speaks the lines of `passbind-interop-peer --help`."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def begin(self, side, binding=None, **values):
        """Begins a login; `side` is client or server. User and password are text, and the binding a type and bytes."""
        values = {key: value for key, value in values.items() if value}
        if binding:
            values["binding"] = f"{binding[0]}:{binding[1].hex()}"
        for secret in "user", "password":
            if secret in values:
                values[secret] = values[secret].encode().hex()
        return self.ask(side, **values)

    def step(self, message):
        return self.ask("step", message=message.hex())

    def ask(self, *words, **values):
        self.process.stdin.write(" ".join([*words, *(f"{key}={value}" for key, value in values.items())]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().rstrip("\n")
        assert line and not line.startswith("error"), f"{words} {values}: {line or 'the program ended'}"
        word, message, about = (line + "  ").split(" ", 2)
        return Answer(word, None if message in ("", "-") else bytes.fromhex(message), about.strip())


def log_in(client, server, of_client, of_server):
    """The last answers of a client and a server, which begin with these values.

    A client whose `offer` is True chooses from the mechanisms that the server names when it is ready.
    """
    waiting = server.begin("server", **of_server)
    log("server:", *waiting)
    if offer := of_client.get("offer"):
        offer = ",".join(waiting.about.split()) if offer is True else offer
        of_client = {**of_client, "offer": offer, "mechanism": None}
    sent = client.begin("client", **of_client)
    log("client:", *sent)
    while sent.word == "message":
        waiting = server.step(sent.message)
        log("server:", *waiting)
        if waiting.message is None:
            break
        sent = client.step(waiting.message)
        log("client:", *sent)
    return sent, waiting
