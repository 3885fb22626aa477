"""The cases of Tests/Interop/opaque: cases.py prints their names, cases.py PROGRAM runs those whose names it reads.

PROGRAM is passbind-opaque-peer. In each case one end is ours and the other is foreign: "libecc client" means their
client and our server. Each runs in a process of its own and ends with a line that says passed or failed.
"""
import os
import random
import signal
import sys

import ecc
import rust
import sodium
from ours import Ours, identities
from peer import Refused, Terms

PEERS = {"opaque-ke-py": rust.OpaqueKe, "opaque-snake": rust.OpaqueSnake, "libecc": ecc.LibECC}
RUST = ["opaque-ke-py", "opaque-snake"]
USER, PASSWORD, WRONG = b"alice@example.org", "pêche-42".encode(), b"peche-42"
TERMS = Terms(context=b"tls-exporter:" + bytes(range(32)), client=b"alice", server=b"mail.example.org")
CASES = {}


class Pair:
    """A client and a server, one of them ours, and the server's setup."""

    def __init__(self, program, peer, side):
        theirs = PEERS[peer]()
        ours = Ours(program, theirs.stretching)
        self.ours, self.theirs = ours, theirs
        self.client, self.server = (theirs, ours) if side == "client" else (ours, theirs)
        self.terms = TERMS if theirs.takes_terms else Terms()
        self.setup = self.server.server_setup()

    def register(self, password=PASSWORD, user=USER, terms=None, change={}):
        """The record and the export key of a new account. `change` maps messages to what happens to them on the way."""
        changed = lambda name, message: change.get(name, lambda same: same)(message)
        state, request = self.client.client_request(password)
        response = self.server.server_response(self.setup, changed("request", request), user)
        return self.client.client_record(state, changed("response", response), terms or self.terms)

    def login(self, record, password=PASSWORD, user=USER, terms=None, server_terms=None, change={}):
        """The session key and the export key of a login in which both ends end up with one session key."""
        changed = lambda name, message: change.get(name, lambda same: same)(message)
        terms = terms or self.terms
        state, ke1 = self.client.client_ke1(password)
        server_state, ke2 = self.server.server_ke2(
            self.setup, changed("ke1", ke1), changed("record", record), user, server_terms or terms)
        ke3, session_key, export_key = self.client.client_ke3(state, changed("ke2", ke2), terms)
        equal(session_key, self.server.server_session(server_state, changed("ke3", ke3)))
        return session_key, export_key

    def register_and_login(self, **arguments):
        record, export_key = self.register(**arguments)
        session_key, again = self.login(record, **arguments)
        equal(export_key, again)
        return record, session_key, export_key

    def refuses(self, side, code, step, *arguments, **keywords):
        """Expects a refusal by the client or the server; by ours with this code."""
        refuser = getattr(self, side)
        try:
            step(*arguments, **keywords)
        except Refused as refusal:
            print(refusal)
            if refusal.who != refuser.name or (refuser is self.ours and refusal.code != code):
                raise AssertionError(f"the {side} was to refuse: {code}") from refusal
            return refusal
        raise AssertionError(f"nobody refused; the {side} was to: {code}")


def equal(a, b):
    assert a == b, f"{a!r} is not {b!r}"


def case(name, peers=PEERS, sides=("client", "server"), **arguments):
    """Adds the function as a case for each of the peers on each of the sides."""

    def add(body):
        for peer in peers:
            for side in sides:
                CASES[f"{peer} {side}, {name}"] = (peer, side, body, arguments)
        return body

    return add


# Logins that succeed.


@case("registration and two logins")
def _(pair):
    record, first, export_key = pair.register_and_login()
    second, again = pair.login(record)
    equal(export_key, again)
    assert first != second and len(first) == len(second) == len(export_key) == 64


@case("no context, public keys as identities", peers=["libecc"], terms=Terms())
@case("a context alone", peers=["libecc"], terms=Terms(context=TERMS.context))
@case("a client identity alone", peers=["libecc"], terms=Terms(client=TERMS.client))
@case("a server identity alone", peers=["libecc"], terms=Terms(server=TERMS.server))
@case("identities of 60 bytes", peers=["libecc"], terms=Terms(b"", bytes(60), b"\xff" * 60))
@case("a password of 1 byte", password=b"x")
@case("a password of 200 bytes", peers=["libecc"], password=b"p" * 200)
@case("a password of 65,535 bytes", peers=RUST, password=b"p" * 65_535)
@case("a credential identifier of 200 bytes", user=b"u" * 200)
def _(pair, **arguments):
    pair.register_and_login(**arguments)


@case("a second registration replaces the first")
def _(pair):
    old, _ = pair.register()
    new, _, _ = pair.register_and_login(password=WRONG)
    pair.refuses("client", "envelopeRecovery", pair.login, new)
    pair.login(old)


# The ends disagree.


@case("wrong password")
def _(pair):
    record, _ = pair.register()
    pair.refuses("client", "envelopeRecovery", pair.login, record, WRONG)
    pair.login(record)


@case("KE3 of a client with the wrong password", sides=["client"])
def _(pair):
    record, _ = pair.register()
    state, _ = pair.server.server_ke2(pair.setup, pair.client.client_ke1(WRONG)[1], record, USER, pair.terms)
    pair.refuses("server", "clientAuthentication", pair.server.server_session, state, bytes(64))


OTHERS = {
    "context": Terms(TERMS.context[:-1], TERMS.client, TERMS.server),
    "client identity": Terms(TERMS.context, b"Alice", TERMS.server),
    "server identity": Terms(TERMS.context, TERMS.client, b"mail.example.com"),
    "boundary between context and identity": Terms(TERMS.context + b"a", b"lice", TERMS.server),
}
for what, terms in OTHERS.items():

    @case(f"other {what} at our end", peers=["libecc"], terms=terms, is_ours=True)
    @case(f"other {what} at their end", peers=["libecc"], terms=terms, is_ours=False)
    def _(pair, terms, is_ours):
        record, _ = pair.register()
        at_client = (pair.ours is pair.client) == is_ours
        changed = {"terms": terms, "server_terms": TERMS} if at_client else {"server_terms": terms}
        # To a client with other identities the envelope stays closed; whatever else differs shows in server_mac.
        other_identities = (terms.client, terms.server) != (TERMS.client, TERMS.server)
        code = "envelopeRecovery" if at_client and other_identities else "serverAuthentication"
        pair.refuses("client", code, pair.login, record, **changed)
        pair.login(record)


for what, terms in {
    "context": Terms(context=b"c"), "client identity": Terms(client=b"c"), "server identity": Terms(server=b"s")
}.items():

    @case(f"our end has a {what}, theirs can't", peers=RUST, terms=terms)
    def _(pair, terms):
        record, _ = pair.register()
        changed = {"terms": terms, "server_terms": Terms()} if pair.ours is pair.client else {"server_terms": terms}
        code = "serverAuthentication" if terms.context else "envelopeRecovery"
        pair.refuses("client", code, pair.login, record, **changed)


@case("identities other than at the registration", peers=["libecc"])
def _(pair):
    record, _ = pair.register()
    for terms in OTHERS["client identity"], OTHERS["server identity"]:
        pair.refuses("client", "envelopeRecovery", pair.login, record, terms=terms)


@case("one account's record at another's login")
def _(pair):
    bob, _ = pair.register(user=b"bob@example.org")
    pair.register_and_login()
    pair.refuses("client", "envelopeRecovery", pair.login, bob)


# Messages changed on the way. For each field, who refuses, and with which code if it is ours: other bytes, which for an
# element are another element; and for an element also what is none.

FIELDS = {
    "request's blinded_message": ("request", 0, 32, "client envelopeRecovery", "server invalidElement"),
    "response's evaluated_message": ("response", 0, 32, "client envelopeRecovery", "client invalidElement"),
    "response's server_public_key": ("response", 32, 64, "client envelopeRecovery", "client invalidElement"),
    "record's client_public_key": ("record", 0, 32, "client serverAuthentication", "server invalidElement"),
    "record's masking_key": ("record", 32, 96, "client envelopeRecovery", None),
    "record's envelope_nonce": ("record", 96, 128, "client envelopeRecovery", None),
    "record's auth_tag": ("record", 128, 192, "client envelopeRecovery", None),
    "KE1's blinded_message": ("ke1", 0, 32, "client envelopeRecovery", "server invalidElement"),
    "KE1's client_nonce": ("ke1", 32, 64, "client serverAuthentication", None),
    "KE1's client_public_keyshare": ("ke1", 64, 96, "client serverAuthentication", "server invalidElement"),
    "KE2's evaluated_message": ("ke2", 0, 32, "client envelopeRecovery", "client envelopeRecovery"),
    "KE2's masking_nonce": ("ke2", 32, 64, "client envelopeRecovery", None),
    "KE2's masked server_public_key": ("ke2", 64, 96, "client envelopeRecovery", None),
    "KE2's masked envelope_nonce": ("ke2", 96, 128, "client envelopeRecovery", None),
    "KE2's masked auth_tag": ("ke2", 128, 192, "client envelopeRecovery", None),
    "KE2's server_nonce": ("ke2", 192, 224, "client serverAuthentication", None),
    "KE2's server_public_keyshare": ("ke2", 224, 256, "client serverAuthentication", "client serverAuthentication"),
    "KE2's server_mac": ("ke2", 256, 320, "client serverAuthentication", None),
    "KE3's client_mac": ("ke3", 0, 64, "server clientAuthentication", None),
}


def flip(data, start, end, wanted, spared=0):
    """The bytes with one bit of a field flipped, not one of the last `spared`, such that the field is `wanted`."""
    bits = range(start * 8, end * 8 - spared)
    for bit in random.sample(bits, len(bits)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        if wanted(bytes(changed[start:end])):
            print("flipped bit", bit)
            return bytes(changed)
    raise AssertionError("no bit fits")


def changed(pair, message, changes, outcome):
    side, code = outcome.split()

    def register_and_login(change):
        change = {message: change}
        pair.login(pair.register(change=change)[0] if message in ("request", "response") else record, change=change)

    record, _ = pair.register()
    for change in changes:
        pair.refuses(side, code, register_and_login, change)


def put(start, end, value):
    return lambda data: data[:start] + value + data[end:]


FIELD_PRIME = (2**255 - 19).to_bytes(32, "little")
for field, (message, start, end, taken, refused) in FIELDS.items():
    if refused is None:
        flips = [lambda data, start=start, end=end: flip(data, start, end, lambda field: True)]
        case(f"a flipped bit in {field}", message=message, changes=flips, outcome=taken)(changed)
        continue
    flips = [lambda data, start=start, end=end: flip(data, start, end, sodium.is_element)]
    case(f"another element as {field}", message=message, changes=flips, outcome=taken)(changed)

    bad = [lambda data, start=start, end=end: flip(data, start, end, lambda field: not sodium.is_element(field), 1)]
    bad += [put(start, end, value) for value in (bytes(32), FIELD_PRIME, b"\xff" * 32)]  # the identity, twice
    high = [lambda data, end=end: put(end - 1, end, bytes([data[end - 1] | 128]))(data)]
    name, refuser = f"no element, or the identity, as {field}", refused.split()[0]
    other = "client" if refuser == "server" else "server"
    case(name, peers=RUST, message=message, changes=bad + high, outcome=refused)(changed)
    case(name, peers=["libecc"], sides=[other], message=message, changes=bad + high, outcome=refused)(changed)
    # libecc takes the high bit to be no part of an encoding, against RFC 9496; and as a server it takes whatever comes,
    # against RFC 9807 section 10.7: then our client does not believe what it gets.
    if refuser == "server":
        name += ", which libecc takes"
        refused = "client invalidElement" if message == "request" else taken
    case(name, peers=["libecc"], sides=[refuser], message=message, changes=bad, outcome=refused)(changed)


# The messages that ours takes, with a byte too few and too many, none at all, and twice. (opaque-ke takes longer ones.)

RESIZED = [lambda data: data[:-1], lambda data: data + b"\0", lambda data: b"", lambda data: data * 2]
for theirs, ours, messages in ("client", "server", ["request", "record", "ke1", "ke3"]), (
    "server", "client", ["response", "ke2"]
):
    for message in messages:
        arguments = {"message": message, "changes": RESIZED, "outcome": f"{ours} wrongLength"}
        case(f"{message} of another length", sides=[theirs], **arguments)(changed)


# Attacks with whole messages.


@case("KE2 of another session")
def _(pair):
    record, _ = pair.register()
    earlier = []
    pair.login(record, change={"ke2": lambda ke2: earlier.append(ke2) or ke2})
    pair.refuses("client", "envelopeRecovery", pair.login, record, change={"ke2": lambda ke2: earlier[0]})


@case("KE3 of another session")
def _(pair):
    record, _ = pair.register()
    earlier = []
    pair.login(record, change={"ke3": lambda ke3: earlier.append(ke3) or ke3})
    pair.refuses("server", "clientAuthentication", pair.login, record, change={"ke3": lambda ke3: earlier[0]})


@case("KE1 of another session")
def _(pair):
    record, _ = pair.register()
    earlier = []
    pair.login(record, change={"ke1": lambda ke1: earlier.append(ke1) or ke1})
    pair.refuses("client", "envelopeRecovery", pair.login, record, change={"ke1": lambda ke1: earlier[0]})


@case("KE3 twice", sides=["client"])
def _(pair):
    record, _ = pair.register()
    state, ke1 = pair.client.client_ke1(PASSWORD)
    server_state, ke2 = pair.server.server_ke2(pair.setup, ke1, record, USER, pair.terms)
    ke3, session_key, _ = pair.client.client_ke3(state, ke2, pair.terms)
    equal(pair.server.server_session(server_state, ke3), session_key)
    pair.refuses("server", "unknownID", pair.server.server_session, server_state, ke3)


@case("the right KE3 after a wrong one", sides=["client"])
def _(pair):
    record, _ = pair.register()
    state, ke1 = pair.client.client_ke1(PASSWORD)
    server_state, ke2 = pair.server.server_ke2(pair.setup, ke1, record, USER, pair.terms)
    ke3, _, _ = pair.client.client_ke3(state, ke2, pair.terms)
    pair.refuses("server", "clientAuthentication", pair.server.server_session, server_state, bytes(64))
    pair.refuses("server", "unknownID", pair.server.server_session, server_state, ke3)


@case("our own blinded element sent back", sides=["server"])
def _(pair):
    record, _ = pair.register()
    state, request = pair.client.client_request(PASSWORD)
    response = pair.server.server_response(pair.setup, request, USER)
    pair.refuses("client", "reflectedValue", pair.client.client_record, state, request + response[32:])
    state, ke1 = pair.client.client_ke1(PASSWORD)
    _, ke2 = pair.server.server_ke2(pair.setup, ke1, record, USER, pair.terms)
    pair.refuses("client", "reflectedValue", pair.client.client_ke3, state, ke1[:32] + ke2[32:], pair.terms)


@case("unknown user looks like a wrong password", sides=["client"])
def _(pair):
    record, _ = pair.register()
    wrong = pair.refuses("client", None, pair.login, record, WRONG)
    unknown = pair.refuses("client", None, pair.login, None, PASSWORD, b"nobody")
    equal(str(wrong), str(unknown))

    _, ke1 = pair.client.client_ke1(PASSWORD)
    answers = {}
    for user, known in (USER, record), (b"nobody", None), (b"no one", None):
        answers[user] = [pair.server.server_ke2(pair.setup, ke1, known, user, pair.terms) for _ in range(2)]
        (_, first), (state, second) = answers[user]
        equal(len(first), 320)
        equal(first[:32], second[:32])  # the same for a name
        assert not set(blocks(first)[1:]) & set(blocks(second)[1:])  # and everything else another each time
        pair.refuses("server", "clientAuthentication", pair.server.server_session, state, bytes(64))
    equal(len({ke2[:32] for ((_, ke2), _) in answers.values()}), 3)


def blocks(message):
    return [message[i : i + 32] for i in range(0, len(message), 32)]


# Server setups and password files that move from one program to the other.


@case("setup and records move from our server to theirs and back", sides=["client"], origin="ours")
@case("setup and records move from their server to ours and back", sides=["client"], origin="theirs")
def _(pair, origin):
    origin, other = (pair.ours, pair.theirs) if origin == "ours" else (pair.theirs, pair.ours)
    first = origin.server_setup()
    setup_bytes = origin.setup_bytes(first)
    second = other.server_setup(setup_bytes)
    equal(len(setup_bytes), 128)
    moved = other.setup_bytes(second)
    kept = 96 if pair.theirs.name == "libecc" else 128  # libecc has no key for fake records
    equal(moved[:kept], setup_bytes[:kept])
    _, request = pair.theirs.client_request(PASSWORD)
    equal(origin.server_response(first, request, USER), other.server_response(second, request, USER))
    for client in pair.ours, pair.theirs:
        for servers in ((origin, first), (other, second)), ((other, second), (origin, first)):
            pair.client, (pair.server, pair.setup) = client, servers[0]
            record, export_key = pair.register()
            pair.server, pair.setup = servers[1]
            equal(pair.login(record)[1], export_key)


@case("their password file is our record, byte for byte", peers=RUST, sides=["client"])
def _(pair):
    record, _ = pair.register()
    equal(pair.theirs.server_password_file(record), record)
    pair.login(record)


ORDER = (2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")


@case("setups that are none", peers=["opaque-ke-py"], sides=["client"])
def _(pair):
    good = pair.theirs.setup_bytes(pair.theirs.server_setup())
    for bad in good[:64] + bytes(32) + good[96:], good[:64] + ORDER + good[96:]:
        pair.refuses("server", "invalidElement", pair.ours.server_setup, bad)
        pair.refuses("client", None, pair.theirs.server_setup, bad)
    for bad in good[:96] + bytes(32), flip(good, 96, 128, lambda field: not sodium.is_element(field)):
        pair.refuses("server", "invalidElement", pair.ours.server_setup, bad)
        pair.refuses("client", None, pair.theirs.server_setup, bad)
    for bad in good[:-1], good + b"\0", b"":
        pair.refuses("server", "wrongLength", pair.ours.server_setup, bad)


# Accounts in libopaque's layout, checked against RFC 9807 as sodium.py has it: libopaque itself is in no package.


def libopaque(name):
    return lambda body: CASES.update({f"libopaque's record by libsodium, {name}": ("libecc", "client", body, {})})


def libopaque_login(pair, client, account, password=PASSWORD):
    """A login at our server, which gets the account instead of a record and a setup; gives the export key."""
    state, ke1 = client.client_ke1(password)
    answer = pair.ours.ask("libopaque-login", account=account, ke1=ke1, context=TERMS.context, **identities(TERMS))
    ke3, session_key, export_key = client.client_ke3(state, answer["ke2"], TERMS)
    equal(pair.ours.server_session(answer["id"], ke3), session_key)
    return export_key


@libopaque("made there, libecc client, our server")
def _(pair):
    account, export_key = sodium.register(PASSWORD, TERMS, stretch=lambda same: same)
    equal(libopaque_login(pair, pair.theirs, account), export_key)
    pair.refuses("client", None, libopaque_login, pair, pair.theirs, account, WRONG)


@libopaque("made there with libopaque's key stretching, our client and server")
def _(pair):
    pair.client, pair.ours.stretching = pair.ours, sodium.STRETCHING
    account, export_key = sodium.register(PASSWORD, TERMS)
    equal(libopaque_login(pair, pair.ours, account), export_key)
    pair.refuses("client", "envelopeRecovery", libopaque_login, pair, pair.ours, account, WRONG)


@libopaque("made by us, libecc client and ours, server there")
def _(pair):
    record, export_key = pair.register()
    account = pair.ours.ask("libopaque-account", setup=pair.setup, credential=USER, record=record)["account"]
    equal(account[64:], record)
    equal(len(account), 256)
    for client in pair.theirs, pair.ours:
        equal(libopaque_login(pair, client, account), export_key)
        state, ke1 = client.client_ke1(PASSWORD)
        server_state, ke2 = sodium.server_ke2(account, ke1, TERMS)
        ke3, session_key, again = client.client_ke3(state, ke2, TERMS)
        equal(sodium.server_session(server_state, ke3), session_key)
        equal(again, export_key)


@libopaque("none at our server")
def _(pair):
    good, _ = sodium.register(PASSWORD, TERMS, stretch=lambda same: same)
    for bad in bytes(32) + good[32:], ORDER + good[32:], put(32, 64, bytes(32))(good), put(32, 64, ORDER)(good), put(
        64, 96, bytes(32))(good):
        pair.refuses("server", "invalidElement", libopaque_login, pair, pair.theirs, bad)
    for bad in good[:-1], good + b"\0", good[64:], b"":
        pair.refuses("server", "wrongLength", libopaque_login, pair, pair.theirs, bad)


def malformed(pair):
    """Lines that are no commands, or lack something, or have too much of it."""
    lines = "", "nothing", "setup id=1", "setup-bytes", "setup-bytes id=-1", "setup-bytes id=99999999999999999999"
    lines += "client-login", "client-login password", "client-login password=4", "client-login password=4g"
    lines += "client-login password=41 password=41", "client-login password=41 a=", "client-login a=" + "4" * 10**6
    for line in lines:
        pair.refuses("server", "badCommand", pair.ours.ask, line)
    finish = "client-register-finish id=1 response= stretching="
    for stretching in "", "argon2id", "argon2id,m=0,t=1,p=1", "argon2id,m=19456,t=2,p=1,", "md5,m=1,t=1,p=1":
        pair.refuses("server", "badCommand", pair.ours.ask, finish + stretching)
    pair.refuses("server", "unknownID", pair.ours.ask, finish + "insecure-identity")


CASES["passbind-opaque-peer, malformed lines"] = "libecc", "client", malformed, {}


def run(program, name):
    peer, side, body, arguments = CASES[name]
    pair = Pair(program, peer, side)
    body(pair, **arguments)
    pair.ours.close()


def main(program=None):
    if program is None:
        print("\n".join(CASES))
        return
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.alarm(60)
            run(program, line.rstrip("\n"))
            return
        print("failed" if os.waitpid(child, 0)[1] else "passed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
