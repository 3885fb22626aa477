"""What is no ristretto255 element that one end may send the other."""
import group

BAD_ELEMENTS = {
    "the identity": bytes(32),
    "the field's prime": group.FIELD_PRIME.to_bytes(32, "little"),
    "a negative number": (1).to_bytes(32, "little"),
    "the highest bit set": (4 + 2**255).to_bytes(32, "little"),
    "no square": (2).to_bytes(32, "little"),
}
