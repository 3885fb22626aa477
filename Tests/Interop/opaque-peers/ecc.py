"""PyPI's libecc: an independent OPAQUE in C on libsodium, with context and identities, without key stretching.

Context and identities (public keys count as such) must not exceed some 150 bytes together: it says 200 each, and then
writes past the end of its stack buffer.
"""
import importlib.machinery
import importlib.util
import os
import sys

from peer import Refused, Terms

OPAQUE = "ecc_opaque_ristretto255_sha512_"


def load():
    """The module, whose wheel carries its C part built for one version of Python under that version's name. It uses
    the stable ABI alone (cffi's default), so that any Python from 3.10 on can load it; only the name is in the way."""
    folder = importlib.util.find_spec("libecc").submodule_search_locations[0]
    files = [file for file in os.listdir(folder) if file.endswith("-x86_64-linux-gnu.so")]
    if len(files) != 1:
        raise ImportError(f"libecc has {files} for this machine")
    name = "libecc._libecc_cffi"
    loader = importlib.machinery.ExtensionFileLoader(name, os.path.join(folder, files[0]))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    sys.modules[name] = module
    import libecc

    return libecc


class LibECC:
    name, stretching, takes_terms = "libecc", "insecure-identity", True

    def __init__(self):
        self.lib = load()

    def call(self, function, *arguments):
        """One of its functions, with the length after each input that has a variable one: those given as (bytes,)."""
        flat = []
        for argument in arguments:
            flat += [argument[0], len(argument[0])] if isinstance(argument, tuple) else [argument]
        if getattr(self.lib, OPAQUE + function)(*flat) not in (0, None):
            raise Refused(self.name, function)

    def fitting(self, message, length):
        """The message, if it has the length that the C code reads: it asks for none."""
        if len(message) != length:
            raise Refused(self.name, "length", f"{len(message)} for {length}")
        return message

    def client_request(self, password):
        request, blind = bytearray(32), bytearray(32)
        self.call("CreateRegistrationRequest", request, blind, (password,))
        return (password, bytes(blind)), bytes(request)

    def client_record(self, state, response, terms=Terms()):
        password, blind = state
        record, export_key = bytearray(192), bytearray(64)
        self.call(
            "FinalizeRegistrationRequest", record, export_key, (password,), blind, self.fitting(response, 64),
            (terms.server,), (terms.client,), 0, (b"",),
        )
        return bytes(record), bytes(export_key)

    def client_ke1(self, password):
        ke1, state = bytearray(96), bytearray(getattr(self.lib, OPAQUE + "CLIENTSTATESIZE"))
        self.call("GenerateKE1", ke1, state, (password,))
        return state, bytes(ke1)

    def client_ke3(self, state, ke2, terms=Terms()):
        ke3, session_key, export_key = bytearray(64), bytearray(64), bytearray(64)
        self.call(
            "GenerateKE3", ke3, session_key, export_key, state, (terms.client,), (terms.server,),
            self.fitting(ke2, 320), 0, (b"",), (terms.context,),
        )
        return bytes(ke3), bytes(session_key), bytes(export_key)

    def server_setup(self, setup_bytes=None):
        private, public = bytearray(32), bytearray(32)
        if setup_bytes is None:
            seed = bytearray(64)
            self.lib.ecc_randombytes(seed, 64)
            self.call("GenerateAuthKeyPair", private, public)
            return bytes(seed), bytes(private), bytes(public)
        seed, private = setup_bytes[:64], setup_bytes[64:96]
        self.call("RecoverPublicKey", public, private)
        return seed, private, bytes(public)

    def setup_bytes(self, setup):
        """In opaque-ke's form, whose last 32 bytes are the public key that fake records get."""
        return setup[0] + setup[1] + setup[2]

    def server_response(self, setup, request, user):
        response = bytearray(64)
        seed, _, public = setup
        self.call("CreateRegistrationResponse", response, self.fitting(request, 32), public, (user,), seed)
        return bytes(response)

    def server_ke2(self, setup, ke1, record, user, terms=Terms()):
        seed, private, public = setup
        ke2, state = bytearray(320), bytearray(getattr(self.lib, OPAQUE + "SERVERSTATESIZE"))
        self.call(
            "GenerateKE2", ke2, state, (terms.server,), private, public, self.fitting(record, 192), (user,), seed,
            self.fitting(ke1, 96), (terms.client,), (terms.context,),
        )
        return state, bytes(ke2)

    def server_session(self, state, ke3):
        session_key = bytearray(64)
        self.call("ServerFinish", session_key, state, self.fitting(ke3, 64))
        return bytes(session_key)
