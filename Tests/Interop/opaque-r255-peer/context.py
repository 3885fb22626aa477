"""What goes into RFC 9807's context: everything that both ends must have seen alike."""
from oprf import prefixed
from refusal import Refused


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
