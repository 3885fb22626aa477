"""SASLprep (RFC 4013), on Python's own tables of RFC 3454 and Unicode 3.2."""
import stringprep
import unicodedata

from refusal import Refused

PROHIBITED = [
    stringprep.in_table_c12, stringprep.in_table_c21, stringprep.in_table_c22, stringprep.in_table_c3,
    stringprep.in_table_c4, stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7,
    stringprep.in_table_c8, stringprep.in_table_c9,
]


def saslprep(text, allows_unassigned):
    """The prepared text, which may be empty."""
    mapped = ("" if stringprep.in_table_b1(c) else " " if stringprep.in_table_c12(c) else c for c in text)
    text = unicodedata.ucd_3_2_0.normalize("NFKC", "".join(mapped))
    if any(prohibits(c) for prohibits in PROHIBITED for c in text):
        raise Refused("saslprep", "a prohibited character")
    if any(map(stringprep.in_table_d1, text)):  # RFC 3454 section 6
        ends_are_right_to_left = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
        if any(map(stringprep.in_table_d2, text)) or not ends_are_right_to_left:
            raise Refused("saslprep", "text in both directions")
    if not allows_unassigned and any(map(stringprep.in_table_a1, text)):
        raise Refused("saslprep", "a code point that Unicode 3.2 does not assign")
    return text


def user_name(text):
    """A credential_identifier."""
    prepared = saslprep(text, allows_unassigned=True).encode()
    if not prepared:
        raise Refused("name", "nothing is left of it")
    return prepared


def password(text):
    prepared = saslprep(text, allows_unassigned=False).encode()
    if not 1 <= len(prepared) <= 65_535:
        raise Refused("password", "1 to 65,535 bytes, please")
    return prepared
