"""The cases in which passbind-client meets the server in Python."""
import os
import re

import group
import messages
import registration
from accounts import Accounts
from bad_elements import BAD_ELEMENTS
from case import case, equal
from lines import SECONDS
from text_changes import KE2_FIELDS, added, another_element, flip, in_base64, put, replaced
from offer import Offer
from sasl_client import PLAIN, PLUS
from stretching import Stretching
from world import PASSWORD, WRONG

ARGON2ID, SCRYPT = Stretching("argon2id,m=19456,t=2,p=1"), Stretching("scrypt,n=32768,r=8,p=1")
OFFER = Offer((PLUS, PLAIN), ("tls-exporter", "tls-unique", "tls-server-end-point"))
UNBOUND = Offer((PLAIN,), ())
BOUND = ("--mechanism", PLUS)


def accounts(user="user", stretching=SCRYPT, **account):
    keys = registration.ServerKeys(os.urandom(64), group.random_scalar())
    accounts = Accounts(keys, stretching)
    accounts.add(user, PASSWORD, **account)
    return accounts


ACCOUNTS = accounts()


def login(world, *options, user="user", password=PASSWORD, known=None, offer=OFFER, **behaviour):
    """The client's report, and what the login was for the server."""
    with world.serve(known or ACCOUNTS, offer, **behaviour) as server:
        report = world.passbind_client(server, user, password, *options)
        return report, server.outcomes.get(timeout=SECONDS)


def accepted(world, *options, **keywords):
    report, outcome = login(world, *options, **keywords)
    equal(report["outcome"], "accepted")
    return report, outcome


WRONG_PASSWORD, OTHER_CONTEXT = "envelope does not open", "server_mac"
MALFORMED = "^(?!.*(envelope|server_mac|floor|cap))"


def refused_by_client(world, reason, *options, **keywords):
    """The client stops before it has proved anything; what it says has this pattern in it."""
    report, outcome = login(world, *options, **keywords)
    equal((report["outcome"], report.get("by")), ("refused", "client"))
    assert re.search(reason, report["reason"]), report["reason"]
    equal(getattr(outcome, "code", outcome), "cancelled")
    return report


def refused_by_server(world, code, *options, **keywords):
    report, outcome = login(world, *options, **keywords)
    equal((report["outcome"], report.get("by")), ("refused", "server"))
    equal(getattr(outcome, "code", outcome), code)


# Logins that succeed.


@case("our client, bound by tls-exporter, TLS 1.3", "tls-exporter", "1.3")
@case("our client, bound by tls-exporter, TLS 1.2", "tls-exporter", "1.2")
@case("our client, bound by tls-unique, TLS 1.2", "tls-unique", "1.2")
@case("our client, bound by tls-server-end-point, TLS 1.3", "tls-server-end-point", "1.3")
@case("our client, bound by tls-server-end-point, TLS 1.2", "tls-server-end-point", "1.2")
@case("our client, bound by tls-exporter, STARTTLS", "tls-exporter", "1.3", starttls=True)
@case("our client, bound by tls-unique, STARTTLS", "tls-unique", "1.2", starttls=True)
@case("our client, stretching by Argon2id", "tls-exporter", "1.3", known=accounts(stretching=ARGON2ID))
def _(world, type, version, **server):
    report, outcome = accepted(world, *BOUND, "--binding-type", type, version=version, **server)
    equal((report["mechanism"], report["binding"], report["identity"]), (PLUS, type, "user"))
    equal((outcome.first.flag, outcome.first.binding_type), ("p", type))


@case("our client, not bound because it is told so", "n", "disable", OFFER)
@case("our client, not bound because the server has no -PLUS", "y", "prefer", UNBOUND)
@case("our client, not bound, STARTTLS", "n", "disable", OFFER, starttls=True)
def _(world, flag, policy, offer, **server):
    report, outcome = accepted(world, "--mechanism", PLAIN, "--channel-binding", policy, offer=offer, **server)
    equal((report["mechanism"], report["binding"], outcome.first.flag), (PLAIN, None, flag))


@case("our client, bound, to a server that lists no binding types")
def _(world):
    accepted(world, *BOUND, offer=OFFER._replace(binding_types=()))


@case("our client, with mechanisms and types on the list that nobody knows")
def _(world):
    offer = Offer(("X-NEW-PLUS", *OFFER.mechanisms, "SCRAM-SHA-512"), ("tls-new", *OFFER.binding_types))
    accepted(world, *BOUND, offer=offer)


@case("our client, name and password in forms that SASLprep brings together")
def _(world):
    known = accounts("user,IX=1")
    known.add("other", "IX gladiators")
    equal(accepted(world, *BOUND, user="us\u00ader,\u2168=1", known=known)[0]["outcome"], "accepted")
    accepted(world, *BOUND, user="other", password="I\u00adX\u00a0gladiators", known=known)


@case("our client, acting as somebody else")
def _(world):
    known = accounts(may_act_as=("a,b=c",))
    report, outcome = accepted(world, *BOUND, "--authorize-as", "a,b=c", known=known)
    equal((report["identity"], outcome.first.authorization_identity), ("a,b=c", "a,b=c"))


# The ends disagree.


@case("our client, wrong password, unknown user and locked account look alike")
def _(world):
    wrong = refused_by_client(world, WRONG_PASSWORD, *BOUND, password=WRONG)
    unknown = refused_by_client(world, WRONG_PASSWORD, *BOUND, user="nobody")
    locked = refused_by_client(world, WRONG_PASSWORD, *BOUND, known=accounts(is_locked=True))
    equal(wrong, unknown)
    equal(wrong, locked)


@case("our client, another connection's data at the server", lambda data: bytes(len(data)))
@case("our client, data with a byte more at the server", lambda data: data + b"\0")
def _(world, change):
    changed = lambda bindings: {type: change(data) for type, data in bindings.items()}
    refused_by_client(world, OTHER_CONTEXT, *BOUND, bindings=changed)


LISTED = {
    "one mechanism less": lambda offer: offer._replace(mechanisms=(PLUS,)),
    "one mechanism more": lambda offer: offer._replace(mechanisms=(*offer.mechanisms, "SCRAM-SHA-512")),
    "one that nobody knows more": lambda offer: offer._replace(mechanisms=(*offer.mechanisms, "X-NEW")),
    "one binding type less": lambda offer: offer._replace(binding_types=offer.binding_types[:1]),
    "one binding type more": lambda offer: offer._replace(binding_types=(*offer.binding_types, "tls-new")),
    "the binding types in another order": lambda offer: offer._replace(binding_types=offer.binding_types[::-1]),
    "no binding types": lambda offer: offer._replace(binding_types=()),
}
for what, listed in LISTED.items():

    @case(f"our client, an offer changed on the way: {what}", listed)
    def _(world, listed):
        refused_by_client(world, OTHER_CONTEXT, *BOUND, listed=listed)


@case("our client, an offer changed on the way: the mechanisms in another order")
def _(world):
    accepted(world, *BOUND, listed=lambda offer: offer._replace(mechanisms=offer.mechanisms[::-1]))


@case("our client, told to bind, and -PLUS taken off the list")
def _(world):
    with world.serve(ACCOUNTS, OFFER, listed=lambda offer: UNBOUND) as server:
        report = world.passbind_client(server, "user", PASSWORD)
        equal((report["outcome"], report.get("by")), ("refused", "client"))
        assert server.outcomes.empty()


@case("our client, happy without binding, and -PLUS taken off the list: the server refuses")
def _(world):
    options = "--mechanism", PLAIN, "--channel-binding", "prefer"
    refused_by_server(world, "downgrade", *options, listed=lambda offer: UNBOUND)


@case("our client, not bound, to a server that wants it")
def _(world):
    options = "--mechanism", PLAIN, "--channel-binding", "disable"
    refused_by_server(world, "unbound", *options, requires_binding=True)


@case("our client, acting as somebody else without being allowed to")
def _(world):
    refused_by_server(world, "authorization identity", *BOUND, "--authorize-as", "root")


# Messages changed on the way, or made so by an attacker's server.

for field, start in KE2_FIELDS.items():
    login_fails = "server_mac|server_public_keyshare" if start >= 192 else "envelope|evaluated_message"

    @case(f"our client, a flipped bit in {field}", login_fails, flip(start))
    def _(world, reason, change):
        refused_by_client(world, reason, *BOUND, server_first=change)


for field, reason in ("evaluated_message", WRONG_PASSWORD), ("server_public_keyshare", OTHER_CONTEXT):

    @case(f"our client, another element as {field}", reason, another_element(KE2_FIELDS[field]))
    def _(world, reason, change):
        refused_by_client(world, reason, *BOUND, server_first=change)

    for what, encoding in BAD_ELEMENTS.items():

        @case(f"our client, {field}: {what}", field, put(KE2_FIELDS[field], encoding))
        def _(world, field, change):
            refused_by_client(world, field, *BOUND, server_first=change)


FIRST = {
    "a byte behind it": added(b"\0"),
    "a line's end behind it": added(b"\n"),
    "a comma behind it": added(b","),
    "a field behind it": added(b",x=y"),
    "a field in front": lambda first: b"m=x," + first,
    "no key stretching": lambda first: first.partition(b",s=")[0],
    "no KE2": lambda first: first.partition(b",s=")[2],
    "both in the other order": lambda first: b",".join(first.partition(b",s=")[i] for i in (2, 0)),
    "KE2 a byte shorter": in_base64(lambda ke2: ke2[:-1]),
    "KE2 a byte longer": in_base64(lambda ke2: ke2 + b"\0"),
    "KE2 without padding": replaced(b"=,s=", b",s="),
    "KE2 in the alphabet of URLs": lambda first: b"k=-_-_" + first[6:],
    "a number with a zero in front": replaced(b",n=", b",n=0"),
    "a number of zero": replaced(b",p=1", b",p=0"),
    "a negative number": replaced(b",p=1", b",p=-1"),
    "a number in another script": replaced(b",p=1", ",p=\u0661".encode()),
    "parameters in another order": replaced(b"r=8,p=1", b"p=1,r=8"),
    "a parameter twice": added(b",p=1"),
    "a function that nobody knows": replaced(b"scrypt", b"pbkdf2"),
    "upper case": replaced(b"scrypt", b"SCRYPT"),
    "nothing at all": lambda first: b"",
}
for what, change in FIRST.items():

    @case(f"our client, server-first: {what}", change)
    def _(world, change):
        refused_by_client(world, MALFORMED, *BOUND, server_first=change)


STRETCHINGS = {
    "scrypt under the floor": ("floor", "scrypt,n=2,r=1,p=1"),
    "scrypt above the cap": ("cap", "scrypt,n=16777216,r=8,p=1"),
    "scrypt that there is not": (MALFORMED, "scrypt,n=32769,r=8,p=1"),
    "Argon2id under the floor": ("floor", "argon2id,m=8,t=1,p=1"),
    "Argon2id just under the floor": ("floor", "argon2id,m=19456,t=1,p=1"),
    "Argon2id above the cap of memory": ("cap", "argon2id,m=4294967295,t=1,p=1"),
    "Argon2id above the cap of work": ("cap", "argon2id,m=65536,t=4294967295,p=1"),
    "Argon2id that there is not": (MALFORMED, "argon2id,m=19456,t=2,p=16777215"),
    "a number beyond 64 bits": (MALFORMED, "argon2id,m=18446744073709551617,t=2,p=1"),
    "a text of 65 bytes": (MALFORMED, "scrypt,n=32768,r=8,p=1" + "0" * 43),
}
for what, (limit, text) in STRETCHINGS.items():

    @case(f"our client, key stretching: {what}", limit, text.encode())
    def _(world, limit, text):
        change = lambda first: first.partition(b",s=")[0] + b",s=" + text
        refused_by_client(world, limit, *BOUND, server_first=change)


@case("our client, other parameters than those of the account")
def _(world):
    refused_by_client(world, WRONG_PASSWORD, *BOUND, server_first=replaced(b",p=1", b",p=2"))


@case("our client, its own blinded element sent back")
def _(world):
    sent = []
    received = lambda first: sent.append(messages.read_client_first(first).ke1)
    reflected = lambda first: put(0, sent[0][:32])(first)
    refused_by_client(world, "own blinded", *BOUND, received=received, server_first=reflected)


@case("our client, a success that the server did not earn")
def _(world):
    with world.serve(ACCOUNTS, OFFER, answer=lambda tag: f"{tag} OK Logged in.") as server:
        report = world.passbind_client(server, "user", PASSWORD, *BOUND)
        equal((report["outcome"], report.get("by")), ("refused", "client"))


@case("our client, a challenge too many")
def _(world):
    with world.serve(ACCOUNTS, OFFER, success=lambda tag: "+ " + "AAAA") as server:
        report = world.passbind_client(server, "user", PASSWORD, *BOUND)
        equal((report["outcome"], report.get("by")), ("refused", "client"))


@case("our client, a right proof that the server refuses all the same")
def _(world):
    with world.serve(ACCOUNTS, OFFER, success=lambda tag: f"{tag} NO no.") as server:
        report = world.passbind_client(server, "user", PASSWORD, *BOUND)
        equal((report["outcome"], report.get("by")), ("refused", "server"))
