"""The worked examples of OPAQUE-EA.md and of its registration, read out of the documents and made again, byte for byte."""
import hashlib

import registration
import saslprep
from accounts import Account, Accounts
from authenticators import Authenticators, Keys
from case import case
from client import Client
from messages import MECHANISM
from offer import Offer
from registration_exchange import ClientRegistration, ServerRegistration
from server import Server, keys_of
from stretching import Stretching
from worked_example import Values, sections

SECTION, _ = sections("ExportedAuthenticators/OPAQUE-EA/OPAQUE-EA.md", "Worked example")
VALUES = Values(SECTION, {"user_name", "authorization_identity", "password", "key_stretching"})


REGISTRATION_TEXTS = {"user_name", "new password", "key_stretching", "client-1", "server-1", "client-2"}


def ends(values):
    """The authenticators of both ends of the example's connection."""
    client, server = [
        Keys(hashlib.sha256, values[f"{role} authenticator handshake context"], values[f"{role} authenticator finished key"])
        for role in ("client", "server")]
    return Authenticators(client, server, False), Authenticators(server, client, True)


@case("worked example")
def _(world):
    """Makes everything that the example shows, from what it says is given."""
    values, equal = VALUES, VALUES.equal
    keys = keys_of(values["OPAQUE's oprf_seed"], values["OPAQUE's decoy seed"])
    equal("oprf_seed", keys.oprf_seed)
    equal("server_signing_seed", keys.private_key)
    equal("server_public_key", keys.public_key)
    stretching, name = Stretching(values["key_stretching"]), saslprep.user_name(values["user_name"])
    record, export_key = registration.register(
        keys, saslprep.password(values["password"]), name, stretching, values["envelope_nonce"])
    equal("record", record)
    equal("export_key", export_key)

    at_client, at_server = ends(values)
    identity = values["authorization_identity"]
    client = Client(
        at_client, values["user_name"], values["password"], identity, blind=values["blind"], context=values["client_context"])
    equal("m1", client.first)

    accounts = Accounts(keys, stretching)
    accounts.accounts[name] = Account(record, stretching, may_act_as=(identity,))
    server = Server(
        accounts, Offer((MECHANISM,), ()), at_server, masking_nonce=values["masking_nonce"],
        context=values["server_context"])
    second = server.challenge(MECHANISM, client.first)
    equal("m2", second)
    third = client.respond(second)
    equal("m3", third)
    equal("export_key", client.export_key)
    assert server.accept(third) == identity
    assert set(values) == CHECKED | GIVEN, set(values) - CHECKED - GIVEN


@case("worked example: registration over the wire")
def _(world):
    _, named = sections("OPAQUE/SASL/REGISTRATION.md", "Worked examples")
    values = Values(named["OPAQUE-EA, to the byte"], REGISTRATION_TEXTS)
    keys = keys_of(values["OPAQUE's oprf_seed"], values["OPAQUE's decoy seed"])
    values.equal("server_public_key", keys.public_key)
    user = values["user_name"]
    client = ClientRegistration(
        user, values["new password"], mechanism=MECHANISM, blind=values["blind"], envelope_nonce=values["envelope_nonce"])
    server = ServerRegistration(Accounts(keys, Stretching(values["key_stretching"])), user, {})
    values.equal("client-1", client.first)
    challenge = server.respond(client.first)
    values.equal("server-1", challenge)
    record = client.respond(challenge)
    values.equal("client-2", record)
    values.equal("export_key", client.export_key)
    assert server.respond(record) is None and client.is_finished


CHECKED = {
    "oprf_seed", "server_signing_seed", "server_public_key", "record", "export_key", "m1", "m2", "m3"}
GIVEN = {
    "OPAQUE's oprf_seed", "OPAQUE's decoy seed", "user_name", "authorization_identity", "password", "key_stretching",
    "envelope_nonce", "blind", "client_context", "masking_nonce", "server_context",
    *(f"{role} authenticator {value}" for role in ("client", "server") for value in ("handshake context", "finished key"))}
