"""Messages of text, matched whole, and the base64 in them."""
import base64

from refusal import Refused


def read(grammar, message):
    match = grammar.fullmatch(message) if len(message) <= 8192 else None
    if match is None:
        raise Refused("grammar", "of a message")
    return match.groups()


def read_base64(text, size):
    """`size` is a number of bytes, or a range of them."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("grammar", "of base64") from None
    if base64.b64encode(data) != text:
        raise Refused("grammar", "base64 in another than its only form")
    if len(data) not in (size if isinstance(size, range) else (size,)):
        raise Refused("length", f"{len(data)} bytes for {size}")
    return data
