"""passbind-opaque-peer, a command a line, as a peer."""
import subprocess

from peer import Refused, Terms


class Ours:
    name, takes_terms = "ours", True

    def __init__(self, program, stretching):
        self.stretching = stretching
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii", bufsize=1)

    def ask(self, command, **values):
        """The values of the answer to one command; bytes travel as hexadecimal digits, and None not at all."""
        words = [command]
        for key, value in values.items():
            if value is not None:
                words.append(f"{key.replace('_', '-')}={value.hex() if isinstance(value, bytes) else value}")
        self.process.stdin.write(" ".join(words) + "\n")
        outcome, _, rest = self.process.stdout.readline().rstrip("\n").partition(" ")
        if outcome == "error":
            raise Refused(self.name, *rest.split(" ", 1))
        if outcome != "ok":
            raise EOFError(f"passbind-opaque-peer answered {outcome!r} to {command}")
        answer = dict(word.split("=") for word in rest.split())
        return {key: value if key == "id" else bytes.fromhex(value) for key, value in answer.items()}

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait() != 0:
            raise EOFError(f"passbind-opaque-peer ended with {self.process.returncode}")

    def client_request(self, password):
        answer = self.ask("client-register", password=password)
        return answer["id"], answer["request"]

    def client_record(self, state, response, terms=Terms()):
        answer = self.ask(
            "client-register-finish", id=state, response=response, stretching=self.stretching, **identities(terms))
        return answer["record"], answer["export-key"]

    def client_ke1(self, password):
        answer = self.ask("client-login", password=password)
        return answer["id"], answer["ke1"]

    def client_ke3(self, state, ke2, terms=Terms()):
        answer = self.ask(
            "client-login-finish", id=state, ke2=ke2, context=terms.context, stretching=self.stretching,
            **identities(terms))
        return answer["ke3"], answer["session-key"], answer["export-key"]

    def server_setup(self, setup_bytes=None):
        return self.ask("setup", bytes=setup_bytes)["id"]

    def setup_bytes(self, setup):
        return self.ask("setup-bytes", id=setup)["bytes"]

    def server_response(self, setup, request, user):
        return self.ask("server-register", setup=setup, request=request, credential=user)["response"]

    def server_ke2(self, setup, ke1, record, user, terms=Terms()):
        answer = self.ask(
            "server-login", setup=setup, ke1=ke1, record=record, credential=user, context=terms.context,
            **identities(terms))
        return answer["id"], answer["ke2"]

    def server_session(self, state, ke3):
        return self.ask("server-login-finish", id=state, ke3=ke3)["session-key"]


def identities(terms):
    return {"client_identity": terms.client or None, "server_identity": terms.server or None}
