"""Our programs, and what the cases do with them: log in to passbind-server, and have passbind-client log in here."""
import itertools
import json
import os
import subprocess
import time

from case import equal, log
from line_client import LineClient
from line_server import Behaviour, LineServer
from lines import SECONDS
from tls import TLS

PASSWORD, WRONG = "pencil", "crayon"


class LineWorld:
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

    def connect(self, version="1.3", starttls=False, **tls):
        """A connection to our server."""
        port = self.starttls_port if starttls else self.tls_port
        return LineClient(port, TLS(self.certificates, version, **tls), starttls)

    def audited(self, connection):
        """What our server's log says of the one login on a connection."""
        [line] = self.all_audited(connection, 1)
        return line

    def all_audited(self, connection, count):
        """What it says of so many logins on a connection, and no more."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            with open(os.path.join(self.scratch, "server.log")) as file:
                lines = [json.loads(line) for line in file if '"message":"login ' in line and line.endswith("\n")]
            lines = [line for line in lines if line["address"] == connection.address]
            if len(lines) >= count:
                equal(len(lines), count)
                return lines
            time.sleep(0.02)
        raise AssertionError(f"the server logged {len(lines)} logins from {connection.address}, not {count}")

    def serve(self, sasl, offer, version="1.3", starttls=False, **behaviour):
        """Our own server, for passbind-client."""
        return LineServer(sasl, offer, TLS(self.certificates, version), starttls, Behaviour(**behaviour))

    def passbind_client(self, server, user, password, *options, new_password=None, is_token=False):
        """What passbind-client says of its login, or of its change of the password, or of its enrolment with a token."""
        if new_password is None:
            command, files = ["login"], {"--password-file": password}
        elif is_token:
            command, files = ["enrol"], {"--token-file": password, "--password-file": new_password}
        else:
            command, files = ["passwd"], {"--password-file": password, "--new-password-file": new_password}
        command += [f"localhost:{server.port}", "--ca-file", os.path.join(self.certificates, "authority.pem")]
        command += ["--user", user, "--json", *options] + (["--starttls"] if server.starttls else [])
        for option, text in files.items():
            command += [option, os.path.join(self.scratch, f"{option.strip('-')}-{server.port}")]
            private = os.open(command[-1], os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with open(private, "w", encoding="utf-8") as file:
                file.write(text + "\n")
        done = self.run("passbind-client", *command)
        report = json.loads(done.stdout)
        assert done.returncode == (0 if report["outcome"] == "accepted" else 1)
        return report

    def run(self, program, *arguments):
        done = subprocess.run(
            [os.path.join(self.programs, program), *arguments], capture_output=True, encoding="utf-8", timeout=SECONDS)
        log(program, *arguments, done.returncode, done.stdout, done.stderr)
        return done
