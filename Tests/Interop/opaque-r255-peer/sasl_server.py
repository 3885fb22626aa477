"""The server's side of OPAQUE-R255 and OPAQUE-R255-PLUS."""
import messages
import saslprep
from context import context
from login import ServerLogin
from refusal import Refused
from sasl_client import PLUS


class Server:
    """One login. `bindings` is the connection's data by type; `offer` what was offered on it."""

    final = None  # the server's proof is in its challenge

    def __init__(self, accounts, offer, bindings, requires_binding=False):
        self.accounts, self.offer, self.bindings = accounts, offer, bindings
        self.requires_binding = requires_binding

    def challenge(self, mechanism, client_first, **fixed):
        """The answer to the client's first message."""
        first = messages.read_client_first(client_first)
        data = self.check_flag(mechanism, first)
        if mechanism not in self.offer.mechanisms:
            raise Refused("mechanism", "not offered")
        name = saslprep.user_name(first.user)
        self.account, self.may_succeed = self.accounts.shown(name)
        self.context = context(mechanism, client_first, self.account.stretching, data, self.offer)
        self.login = ServerLogin(self.accounts.keys, self.account.record, name, first.ke1, self.context, **fixed)
        self.first, self.user, self.is_bound = first, first.user, first.flag == "p"
        return messages.server_first(self.login.ke2, self.account.stretching)

    def check_flag(self, mechanism, first):
        """The binding data; empty for an unbound login."""
        if (first.flag == "p") != (mechanism == PLUS):
            raise Refused("flag", "not that of the mechanism")
        if first.flag == "y" and self.offer.has_plus:
            raise Refused("downgrade", "somebody took the mechanisms that bind off the list")
        if first.flag != "p":
            if self.requires_binding:
                raise Refused("unbound")
            return b""
        is_offered = not self.offer.binding_types or first.binding_type in self.offer.binding_types
        if not is_offered or first.binding_type not in self.bindings:
            raise Refused("binding type")
        return self.bindings[first.binding_type]

    def accept(self, client_final):
        """Whom the client acts as; then `session_key` is there."""
        self.session_key = self.login.finish(messages.read_client_final(client_final))
        if not self.may_succeed:
            raise Refused("no account", "or one that is locked")
        identity = self.first.authorization_identity or self.first.user
        if identity not in (self.first.user, *self.account.may_act_as):
            raise Refused("authorization identity")
        return identity
