"""libopaque's 256-byte records, made and served by RFC 9807 as written here on libsodium.

libopaque itself is in no package. What it has beyond the RFC: a random OPRF key for each account, kept in the record
beside the server's private key (kU 32, skS 32, record 192), and the "interactive" Argon2id of crypto_pwhash.
"""
import ctypes
import ctypes.util
import hashlib
import hmac
import os
import struct

from peer import Refused, Terms

STRETCHING = "argon2id,m=65536,t=2,p=1"
sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
if sodium.sodium_init() < 0:
    raise ImportError("libsodium does not start")


def group(function, *arguments, size=32):
    """What one of libsodium's functions writes."""
    out = ctypes.create_string_buffer(size)
    if getattr(sodium, "crypto_" + function)(out, *arguments) not in (0, None):
        raise Refused("sodium", function)
    return out.raw


def is_element(encoding):
    """Whether this encodes a group element other than the identity."""
    is_canonical = encoding[31] < 128  # which libsodium 1.0.18 overlooks
    return is_canonical and encoding != bytes(32) and sodium.crypto_core_ristretto255_is_valid_point(encoding) == 1


def times(scalar, element):
    return group("scalarmult_ristretto255", scalar, element)


def public_key(scalar):
    return group("scalarmult_ristretto255_base", scalar)


def random_scalar():
    out = ctypes.create_string_buffer(32)
    sodium.crypto_core_ristretto255_scalar_random(out)
    return out.raw


def u16(data):
    return struct.pack(">H", len(data)) + data


def mac(key, data):
    return hmac.digest(key, data, "sha512")


def expand(key, info, length=64):
    blocks = [b""]
    while 64 * (len(blocks) - 1) < length:
        blocks.append(mac(key, blocks[-1] + info + bytes([len(blocks)])))
    return b"".join(blocks)[:length]


def expand_label(key, label, context, length=64):
    label = b"OPAQUE-" + label
    return expand(key, struct.pack(">HB", length, len(label)) + label + bytes([len(context)]) + context, length)


def expand_message(message, tag):
    """RFC 9380's expand_message_xmd with SHA-512, for 64 bytes."""
    tag += bytes([len(tag)])
    first = hashlib.sha512(bytes(128) + message + struct.pack(">HB", 64, 0) + tag).digest()
    return hashlib.sha512(first + b"\x01" + tag).digest()


SUITE = b"OPRFV1-\x00-ristretto255-SHA512"


def hash_to_group(message):
    return group("core_ristretto255_from_hash", expand_message(message, b"HashToGroup-" + SUITE))


def derive_private_key(seed):
    """DeriveDiffieHellmanKeyPair, without the second attempt that never comes."""
    uniform = expand_message(seed + u16(b"OPAQUE-DeriveDiffieHellmanKeyPair") + b"\x00", b"DeriveKeyPair" + SUITE)
    out = ctypes.create_string_buffer(32)
    sodium.crypto_core_ristretto255_scalar_reduce(out, uniform)
    return out.raw


def interactive(oprf_output):
    """STRETCHING."""
    sizes = ctypes.c_ulonglong(64), oprf_output, ctypes.c_ulonglong(64)
    return group("pwhash", *sizes, bytes(16), ctypes.c_ulonglong(2), ctypes.c_size_t(2**26), 2, size=64)


def register(password, terms=Terms(), stretch=interactive):
    """A record of 256 bytes in one step from the password, and the export key."""
    oprf_key, private_key = random_scalar(), random_scalar()
    server_public_key = public_key(private_key)
    evaluated = times(oprf_key, hash_to_group(password))
    output = hashlib.sha512(u16(password) + u16(evaluated) + b"Finalize").digest()
    randomized = mac(b"", output + stretch(output))

    nonce = os.urandom(32)
    export_key = expand(randomized, nonce + b"ExportKey")
    client_public_key = public_key(derive_private_key(expand(randomized, nonce + b"PrivateKey", 32)))
    cleartext = server_public_key + u16(terms.server or server_public_key) + u16(terms.client or client_public_key)
    tag = mac(expand(randomized, nonce + b"AuthKey"), nonce + cleartext)
    record = client_public_key + expand(randomized, b"MaskingKey") + nonce + tag
    return oprf_key + private_key + record, export_key


def server_ke2(record, ke1, terms=Terms()):
    """The server's answer from a record of 256 bytes; the state is the KE3 that is due, and the session key."""
    if len(record) != 256 or len(ke1) != 96:
        raise Refused("sodium", "length")
    oprf_key, private_key, record = record[:32], record[32:64], record[64:]
    client_public_key, masking_key, envelope = record[:32], record[32:96], record[96:]
    server_public_key, masking_nonce, ephemeral = public_key(private_key), os.urandom(32), random_scalar()
    pad = expand(masking_key, masking_nonce + b"CredentialResponsePad", 128)
    masked = bytes(a ^ b for a, b in zip(pad, server_public_key + envelope))
    response = times(oprf_key, ke1[:32]) + masking_nonce + masked + os.urandom(32) + public_key(ephemeral)

    preamble = (
        b"OPAQUEv1-" + u16(terms.context) + u16(terms.client or client_public_key) + ke1
        + u16(terms.server or server_public_key) + response
    )
    keys = times(ephemeral, ke1[64:]) + times(private_key, ke1[64:]) + times(ephemeral, client_public_key)
    secret, transcript = mac(b"", keys), hashlib.sha512(preamble).digest()
    handshake = expand_label(secret, b"HandshakeSecret", transcript)
    server_mac = mac(expand_label(handshake, b"ServerMAC", b""), transcript)
    client_mac = mac(
        expand_label(handshake, b"ClientMAC", b""), hashlib.sha512(preamble + server_mac).digest())
    return (client_mac, expand_label(secret, b"SessionKey", transcript)), response + server_mac


def server_session(state, ke3):
    if not hmac.compare_digest(state[0], ke3):
        raise Refused("sodium", "client_mac")
    return state[1]
