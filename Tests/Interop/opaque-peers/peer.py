"""What every OPAQUE peer looks like to the cases: ours and the foreign ones.

Clients and servers have the same eight methods, named after the messages they take and give. States and setups are the
peer's own affair. All else is bytes: request 32, response 64, record 192, KE1 96, KE2 320, KE3 64, keys 64.

    client_request(password) -> state, request
    client_record(state, response, terms) -> record, export_key
    client_ke1(password) -> state, ke1
    client_ke3(state, ke2, terms) -> ke3, session_key, export_key

    server_setup(setup_bytes=None) -> setup             new, or opaque-ke's 128 bytes
    server_response(setup, request, user) -> response
    server_ke2(setup, ke1, record, user, terms) -> state, ke2
    server_session(state, ke3) -> session_key
    setup_bytes(setup) -> bytes                         opaque-ke's 128 bytes

A step that fails raises Refused.
"""
import dataclasses


class Refused(Exception):
    """A peer's refusal: who refused, its own code for why, and its words."""

    def __init__(self, who, code, reason=""):
        super().__init__(f"{who} refused: {code} {reason}")
        self.who, self.code = who, code


@dataclasses.dataclass(frozen=True)
class Terms:
    """What both ends must agree on beforehand; empty identities stand for the public keys."""

    context: bytes = b""
    client: bytes = b""
    server: bytes = b""
