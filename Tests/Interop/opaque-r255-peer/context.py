"""What goes into RFC 9807's context: everything that both ends must have seen alike."""
from typing import NamedTuple

from oprf import prefixed
from refusal import Refused


class Offer(NamedTuple):
    """The mechanisms and the binding types that a server listed, in its order."""

    mechanisms: tuple
    binding_types: tuple

    @property
    def has_plus(self):
        return any(name.endswith("-PLUS") for name in self.mechanisms)


def context(mechanism, client_first, stretching, binding_data, offer):
    """`binding_data` is empty for an unbound login."""
    parts = [
        b"PassBind-SASL-OPAQUE-v1",
        mechanism.encode(),
        client_first,
        stretching.text.encode(),
        binding_data,
        b",".join(sorted(name.encode() for name in offer.mechanisms)),
        ",".join(offer.binding_types).encode(),
    ]
    if sum(2 + len(part) for part in parts) > 65_535:
        raise Refused("context", "an offer that is too long")
    return b"".join(map(prefixed, parts))
