"""Our programs, and what the cases do with them: log in to passbind-server, and have passbind-client log in here."""
import itertools
import json
import os
import subprocess
import time

from case import log
from line_client import LineClient
from line_server import Behaviour, LineServer
from tls import TLS

PASSWORD, WRONG = "pencil", "crayon"


class World:
    """`programs` is the folder of our programs, `scratch` one with certs, and the server's ports and log."""

    def __init__(self, programs, scratch):
        self.programs, self.scratch = programs, scratch
        self.certificates = os.path.join(scratch, "certs")
        with open(os.path.join(scratch, "server.port")) as file:
            self.tls_port, self.starttls_port = [int(line) for line in file]
        self.numbers = itertools.count(1)

    def user(self):
        """An account of our server's that no other case uses."""
        return f"user{next(self.numbers)}"

    def connect(self, version="1.3", starttls=False):
        """A connection to our server."""
        port = self.starttls_port if starttls else self.tls_port
        return LineClient(port, TLS(self.certificates, version), starttls)

    def audited(self, connection):
        """What our server's log says of the one login on a connection."""
        for _ in range(100):
            with open(os.path.join(self.scratch, "server.log")) as file:
                lines = [json.loads(line) for line in file if '"message":"login ' in line and line.endswith("\n")]
            lines = [line for line in lines if line["address"] == connection.address]
            if lines:
                [line] = lines
                return line
            time.sleep(0.02)
        raise AssertionError(f"the server logged no login from {connection.address}")

    def serve(self, accounts, offer, version="1.3", starttls=False, **behaviour):
        """Our own server, for passbind-client."""
        return LineServer(accounts, offer, TLS(self.certificates, version), starttls, Behaviour(**behaviour))

    def passbind_client(self, server, user, password, *options):
        """What passbind-client says of its login."""
        file = os.path.join(self.scratch, f"password-of-{server.port}")
        with open(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
            opened.write(password + "\n")
        authority = os.path.join(self.certificates, "authority.pem")
        done = subprocess.run(
            [os.path.join(self.programs, "passbind-client"), "login", f"localhost:{server.port}", "--ca-file", authority,
             "--user", user, "--password-file", file, "--json", *(["--starttls"] if server.starttls else []), *options],
            capture_output=True, encoding="utf-8", timeout=60)
        log("passbind-client", *options, done.returncode, done.stdout, done.stderr)
        report = json.loads(done.stdout)
        assert done.returncode == (0 if report["outcome"] == "accepted" else 1)
        return report
