"""The worked examples of OPAQUE-R255.md and REGISTRATION.md, read out of them and made again, byte for byte."""
import registration
import registration_exchange
import sasl_client
import sasl_server
import saslprep
from accounts import Account, Accounts
from case import case
from offer import Offer
from stretching import Stretching
from vault import Vault
from worked_example import Values, sections

TEXTS = {
    "mechanism", "offered mechanisms", "offered binding types", "user_name", "authorization_identity", "password",
    "key_stretching", "client-first", "server-first", "client-final", "new password", "name", "note", "client-1",
    "server-1", "client-2", "server-note 1", "server-note 2", "client-note 2",
}


def example(document, heading):
    """The values of an example, with those that all in the document share."""
    shared, named = sections("OPAQUE/SASL/" + document, "Worked examples")
    return Values(shared + named[heading], TEXTS)


def offer(values):
    return Offer(tuple(values["offered mechanisms"].split()), tuple(values.get("offered binding types", "").split()))


@case("worked example: bound", "Bound")
@case("worked example: unbound", "Unbound")
def _(world, heading):
    """Makes everything that the example shows, from what it says is given."""
    values = example("OPAQUE-R255.md", heading)
    equal = values.equal
    keys = registration.ServerKeys(values["oprf_seed"], values["server_private_key"])
    equal("server_public_key", keys.public_key)
    stretching, name = Stretching(values["key_stretching"]), saslprep.user_name(values["user_name"])
    record, export_key = registration.register(
        keys, saslprep.password(values["password"]), name, stretching, values["envelope_nonce"])
    equal("record", record)
    equal("export_key", export_key)

    bound = [name for name in values if name in ("tls-exporter", "tls-unique", "tls-server-end-point")]
    bindings = {type: values[type] for type in bound}
    client = sasl_client.Client(
        offer(values), values["user_name"], values["password"], next(iter(bindings.items()), None),
        values.get("authorization_identity"), blind=values["blind"], nonce=values["client_nonce"],
        keyshare_seed=values["client_keyshare_seed"])
    equal("mechanism", client.mechanism.encode())
    equal("client-first", client.first)

    accounts = Accounts(keys, stretching)
    identity = values.get("authorization_identity", values["user_name"])
    accounts.accounts[name] = Account(record, stretching, may_act_as=(identity,))
    server = sasl_server.Server(accounts, offer(values), bindings)
    server_first = server.challenge(
        client.mechanism, client.first, masking_nonce=values["masking_nonce"], nonce=values["server_nonce"],
        keyshare_seed=values["server_keyshare_seed"])
    equal("context", server.context)
    equal("server-first", server_first)

    client_final = client.respond(server_first)
    equal("context", client.context)
    equal("client-final", client_final)
    equal("session_key", client.session_key)
    equal("export_key", client.export_key)
    assert server.accept(client_final) == identity
    equal("session_key", server.session_key)


@case("worked example: registration over the wire")
def _(world):
    values = example("REGISTRATION.md", "OPAQUE-R255")
    equal = values.equal
    keys = registration.ServerKeys(values["oprf_seed"], values["server_private_key"])
    accounts = Accounts(keys, Stretching(values["key_stretching"]))
    user, note = values["user_name"], values["note"].encode()
    old_vault = Vault(values["old export_key"], saslprep.user_name(user))
    sealed = old_vault.seal(values["name"], note, values["old nonce"])
    equal("sealed note", sealed)

    client = registration_exchange.ClientRegistration(
        user, values["new password"], values["old export_key"], blind=values["blind"],
        envelope_nonce=values["envelope_nonce"], note_nonce=values["new nonce"])
    notes = {values["name"]: sealed, "damaged": b"\1\2\3"}
    server = registration_exchange.ServerRegistration(accounts, user, notes)
    sent = client.first
    for message, name in ("client-1", "server-1"), ("client-2", "server-note 1"), (None, "server-note 2"):
        if message:
            equal(message, sent)
        challenge = server.respond(sent)
        equal(name, challenge)
        sent = client.respond(challenge)
    equal("client-note 2", sent)
    assert server.respond(sent) is None and client.is_finished and client.lost == ["damaged"]
    equal("export_key", client.export_key)
    assert Vault(client.export_key, saslprep.user_name(user)).open(values["name"], notes[values["name"]]) == note
