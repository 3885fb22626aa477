"""The client's side of OPAQUE-R255 and OPAQUE-R255-PLUS."""
import messages
import saslprep
from context import context
from login import ClientLogin
from refusal import Refused
from stretching import Limits

PLAIN, PLUS = "OPAQUE-R255", "OPAQUE-R255-PLUS"


class Client:
    """A login; `first` is its first message. With `binding`, a type and the connection's data, it is a bound one."""

    def __init__(self, offer, user, password, binding=None, authorization_identity=None, can_bind=True, limits=Limits(),
                 **fixed):
        self.mechanism = PLUS if binding else PLAIN
        if self.mechanism not in offer.mechanisms:
            raise Refused("mechanism", f"the server does not offer {self.mechanism}")
        if binding:
            flag = "p=" + binding[0]
        else:
            flag = "y" if can_bind and not offer.has_plus else "n"
        self.offer, self.binding_data, self.limits = offer, binding[1] if binding else b"", limits
        self.login = ClientLogin(saslprep.password(password), **fixed)
        self.first = messages.client_first(flag, authorization_identity, user, self.login.ke1)

    def respond(self, server_first, believes=False):
        """The last message; then `session_key` and `export_key` are there."""
        ke2, stretching = messages.read_server_first(server_first)
        self.limits.check(stretching)
        self.context = context(self.mechanism, self.first, stretching, self.binding_data, self.offer)
        ke3, self.session_key, self.export_key = self.login.finish(ke2, self.context, stretching, believes)
        return messages.client_final(ke3)
