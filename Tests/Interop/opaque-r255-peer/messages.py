"""The three messages of OPAQUE-R255.md, read and written."""
import base64
import re
from typing import NamedTuple, Optional

import login
from grammar import read, read_base64
from refusal import Refused
from stretching import Stretching

SASLNAME = rb"((?:[\x01-\x2b\x2d-\x3c\x3e-\xff]|=2C|=3D)+)"
FIRST = re.compile(
    rb"(?:p=([A-Za-z0-9.-]+)|([ny])),(?:a=" + SASLNAME + rb")?,n=" + SASLNAME + rb",k=([A-Za-z0-9+/=]+)")
SERVER_FIRST = re.compile(rb"k=([A-Za-z0-9+/=]+),s=(.+)", re.DOTALL)
FINAL = re.compile(rb"k=([A-Za-z0-9+/=]+)")


class ClientFirst(NamedTuple):
    """`binding_type` for the flag p, None for the others."""

    flag: str
    binding_type: Optional[str]
    authorization_identity: Optional[str]
    user: str
    ke1: bytes


def read_name(text):
    if text is None:
        return None
    try:
        name = text.decode()
    except UnicodeDecodeError:
        raise Refused("grammar", "a name that is not UTF-8") from None
    if len(text) > 1024:
        raise Refused("grammar", "a name that is too long")
    return name.replace("=2C", ",").replace("=3D", "=")


def read_client_first(message):
    binding_type, flag, identity, user, ke1 = read(FIRST, message)
    return ClientFirst(
        flag.decode() if flag else "p", binding_type.decode() if binding_type else None, read_name(identity),
        read_name(user), read_base64(ke1, login.KE1))


def read_server_first(message):
    """KE2 and the key stretching."""
    ke2, stretching = read(SERVER_FIRST, message)
    try:
        return read_base64(ke2, login.KE2), Stretching(stretching.decode("ascii"))
    except UnicodeDecodeError:
        raise Refused("grammar", "of the key stretching") from None


def read_client_final(message):
    return read_base64(*read(FINAL, message), login.KE3)


def saslname(name):
    return name.replace("=", "=3D").replace(",", "=2C").encode()


def client_first(flag, authorization_identity, user, ke1):
    """`flag` with the type behind p=."""
    identity = b"" if authorization_identity is None else b"a=" + saslname(authorization_identity)
    return flag.encode() + b"," + identity + b",n=" + saslname(user) + b",k=" + base64.b64encode(ke1)


def server_first(ke2, stretching):
    return b"k=" + base64.b64encode(ke2) + b",s=" + stretching.text.encode()


def client_final(ke3):
    return b"k=" + base64.b64encode(ke3)
