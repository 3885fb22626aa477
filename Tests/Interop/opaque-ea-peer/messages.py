"""The three messages of OPAQUE-EA.md: what they are made of, and how they are read."""
from typing import Any, Callable, NamedTuple, Optional

import authenticators
from authenticators import ED25519, Reader, vector
from credentials import RESPONSE
from refusal import Refused
from stretching import Stretching

MECHANISM = "OPAQUE-EA"
SERVER_AUTH, CLIENT_AUTH, KEY_STRETCHING, AUTHORIZATION_IDENTITY = range(0xFF4F, 0xFF53)
SIGN = 1
LONGEST, LONGEST_NAME = 8192, 1024
KEY_INFO = bytes.fromhex("302a300506032b6570032100")  # in front of an Ed25519 key, RFC 8410 section 4
same = lambda value: value


class Request(NamedTuple):
    """A request in the making: m1, or that of m2."""

    is_server: bool
    context: bytes
    extensions: list  # numbers and contents
    schemes: tuple = (ED25519,)

    def made(self):
        return authenticators.request(self.is_server, self.context, self.schemes, more=self.extensions)


class Proof(NamedTuple):
    """An authenticator in the making: that of m2, or m3. What has a default is right so; an attacker takes something else."""

    keys: authenticators.Keys
    asked: bytes
    context: bytes
    entries: list  # cert_data
    extensions: list  # those of each entry
    signer: Any
    scheme: int = ED25519
    label: Optional[int] = None  # of a scheme that was not used
    signing_keys: Optional[authenticators.Keys] = None
    certificate: Callable = same
    signature: Callable = same

    def made(self):
        certificate = self.certificate(authenticators.certificate(self.context, self.entries, self.extensions))
        signed = authenticators.content((self.signing_keys or self.keys).digest(self.asked, certificate))
        signature = self.signature(authenticators.sign(self.signer, self.scheme, signed))
        return self.keys.signed(self.asked, certificate, self.label or self.scheme, signature)


# The extensions' contents.


def of_client_share(name, blinded, types=bytes([SIGN])):
    """opaque_server_auth in m1."""
    return vector(2, vector(2, name) + blinded) + vector(2, types)


def of_server_share(response, identity=b"", type=SIGN):
    """opaque_server_auth in m2."""
    return vector(2, identity) + response + bytes([type])


def of_name(name):
    return vector(2, name)


# Reading.


def read_name(reader):
    name = reader.vector(2)
    if not 1 <= len(name) <= LONGEST_NAME or b"\0" in name:
        raise Refused("form", "a name that is empty, too long, or has NUL in it")
    try:
        name.decode()
    except UnicodeDecodeError:
        raise Refused("form", "a name that is not UTF-8") from None
    return name


def read_whole(content, read):
    """All of an extension."""
    reader = Reader(content)
    value = read(reader)
    reader.end()
    return value


class First(NamedTuple):
    """m1."""

    bytes: bytes
    context: bytes
    name: bytes
    blinded: bytes
    authorization_identity: Optional[bytes]


class Asked(NamedTuple):
    """The request of m2."""

    bytes: bytes
    context: bytes
    name: bytes
    authorization_identity: Optional[bytes]


def reader_of(message):
    if len(message) > LONGEST:
        raise Refused("form", f"over {LONGEST} bytes")
    return Reader(message)


def read_request(message, is_servers, needed):
    """The context, and those extensions that are known: the needed ones and perhaps the authorization identity."""
    kind, context, extensions = authenticators.parse_request(message)
    if kind != (authenticators.CERTIFICATE_REQUEST if is_servers else authenticators.CLIENT_CERTIFICATE_REQUEST):
        raise Refused("form", "another type of message")
    if len(context) != 32:
        raise Refused("form", "a context that has not 32 bytes")
    schemes = read_whole(extensions.get(authenticators.SIGNATURE_ALGORITHMS, b""), lambda reader: reader.vector(2))
    if len(schemes) % 2 or ED25519.to_bytes(2, "big") not in (schemes[at : at + 2] for at in range(0, len(schemes), 2)):
        raise Refused("form", "ed25519 is not asked for")
    ours = {number for number in range(SERVER_AUTH, AUTHORIZATION_IDENTITY + 1) if number in extensions}
    if ours - {AUTHORIZATION_IDENTITY} != needed:
        raise Refused("form", "an extension that is missing, or may not stand here")
    identity = extensions.get(AUTHORIZATION_IDENTITY)
    return context, extensions, None if identity is None else read_whole(identity, read_name)


def read_first(message):
    reader_of(message)
    context, extensions, identity = read_request(message, False, {SERVER_AUTH, KEY_STRETCHING})

    def share(reader):
        shares, types = Reader(reader.vector(2)), reader.vector(2)
        name, blinded = read_name(shares), shares.take(32)
        shares.end()
        if types != bytes([SIGN]):
            raise Refused("form", "not the one type that there is")
        return name, blinded

    name, blinded = read_whole(extensions[SERVER_AUTH], share)
    if extensions[KEY_STRETCHING]:
        raise Refused("form", "a request that says how to stretch keys")
    return First(message, context, name, blinded, identity)


def read_asked(message):
    context, extensions, identity = read_request(message, True, {CLIENT_AUTH})
    return Asked(message, context, read_whole(extensions[CLIENT_AUTH], read_name), identity)


def read_entry(received, needed):
    """The one entry's key and extensions."""
    if received is None:
        raise Refused("declined", "an empty authenticator")
    if len(received.entries) != 1:
        raise Refused("entry", "not one")
    [(cert_data, extensions)] = received.entries
    if set(extensions) != needed:
        raise Refused("entry", "an extension that is missing, or may not stand here")
    return cert_data, extensions


def read_server_share(content):
    """The CredentialResponse."""

    def share(reader):
        if reader.vector(2):
            raise Refused("entry", "an identity of the server")
        response = reader.take(RESPONSE)
        if reader.number(1) != SIGN:
            raise Refused("entry", "another type")
        return response

    return read_whole(content, share)


def read_stretching(content):
    try:
        return Stretching(content.decode("ascii"))
    except UnicodeDecodeError:
        raise Refused("grammar", "of the key stretching") from None
