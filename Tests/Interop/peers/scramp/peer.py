"""PyPI's scramp as either side of SCRAM: an end, as Tests/Interop/cases/login.py wants it."""
import scramp
from login import Answer
from scramp import core

# Python itself cannot read tls-exporter from a connection, which is why scramp has it switched off; here it is a value.
core.CbName.SUPPORTED_TYPES |= {"tls-exporter"}
core.CbName.UNSUPPORTED_TYPES = frozenset()


class Scramp:
    def begin(self, side, mechanism, user, password, binding=None, iterations=None):
        self.mechanism, self.user = mechanism, "-"
        if side == "client":
            client = scramp.ScramClient([mechanism], user, password, channel_binding=binding)
            self.steps = iter((
                lambda message: (client.set_server_first(message), client.get_client_final()),
                lambda message: (client.set_server_final(message), None),
            ))
            return Answer("message", client.get_client_first().encode())
        scheme = scramp.ScramMechanism(mechanism)
        known = {user: scheme.make_auth_info(password, iteration_count=iterations)}
        self.server = server = scheme.make_server(known.get, channel_binding=binding)
        self.steps = iter((
            lambda message: (server.set_client_first(message), server.get_server_first()),
            lambda message: (server.set_client_final(message), server.get_server_final()),
        ))
        self.user = user.encode().hex()
        return Answer("ready")

    def step(self, message):
        step = next(self.steps)
        try:
            _, answer = step(message.decode())
        except scramp.ScramException as error:
            says = self.server.get_server_final().encode() if self.user != "-" else None  # e=, at whatever stage
            return Answer("refused", says, str(error))
        answer = answer and answer.encode()
        if answer is None or answer.startswith(b"v="):
            return Answer("accepted", answer, f"{self.mechanism} - {self.user} -")
        return Answer("message", answer)
