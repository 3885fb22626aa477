"""What happens on their way to messages of text with base64 behind k=."""
import base64
import re

import group

KE2_FIELDS = {
    "evaluated_message": 0, "masking_nonce": 32, "masked server_public_key": 64, "masked envelope_nonce": 96,
    "masked auth_tag": 128, "server_nonce": 192, "server_public_keyshare": 224, "server_mac": 256,
}


def in_base64(change):
    """Changes the bytes behind a message's k=."""

    def changed(message):
        before, text, behind = re.fullmatch(rb"((?:.*,)?k=)([^,]+)(.*)", message).groups()
        return before + base64.b64encode(change(base64.b64decode(text))) + behind

    return changed


def put(start, value):
    """Puts these bytes in place of those from `start` on."""
    return in_base64(lambda data: data[:start] + value + data[start + len(value) :])


def flip(start):
    """Flips bits of the byte at `start`; if an element begins there, it may be one no more."""
    return in_base64(lambda data: data[:start] + bytes([data[start] ^ 2]) + data[start + 1 :])


def another_element(start):
    """Puts an element there that nobody sent."""
    return put(start, group.multiply_base(group.random_scalar()))


def replaced(old, new):
    """Replaces a part that must be there."""

    def changed(message):
        assert old in message, old
        return message.replace(old, new, 1)

    return changed


def added(end):
    return lambda message: message + end
