"""The cases in which the client in Python meets passbind-server."""
import os

import group
import messages
import sasl_client
from bad_elements import BAD_ELEMENTS
from case import case, equal, log
from text_changes import KE2_FIELDS, added, another_element, flip, in_base64, put, replaced
from refusal import Refused
from stretching import Limits
from world import PASSWORD, WRONG

PLAIN, PLUS = sasl_client.PLAIN, sasl_client.PLUS
ALL = ("tls-exporter", "tls-unique", "tls-server-end-point")
FAILURE = "server: NO [AUTHENTICATIONFAILED] Authentication failed."
same = lambda message: message


class Login:
    """One login on a connection of its own. The keywords are what this client, or somebody between, does otherwise."""

    def __init__(self, world, user, password=PASSWORD, binding_type="tls-exporter", version="1.3", starttls=False,
                 at_once=True, mechanism=None, data=same, offer=same, first=same, server_first=same, final=same,
                 believes=False, proof=None, **client):
        with world.connect(version, starttls) as connection:
            self.refusal, self.connection = None, connection
            binding = (binding_type, data(connection.bindings.get(binding_type, b"?"))) if binding_type else None
            self.client = sasl_client.Client(offer(connection.offer), user, password, binding, **client)
            try:
                mechanism = mechanism or self.client.mechanism
                self.challenge = connection.challenge(mechanism, first(self.client.first), at_once)
                try:
                    self.last = proof or self.client.respond(server_first(self.challenge), believes)
                except Refused:
                    connection.cancel()
                    raise
                connection.finish(final(self.last))
                self.identity = connection.who_am_i()
            except Refused as refusal:
                log(refusal)
                self.refusal = refusal
        self.audit = world.audited(connection)
        log(self.audit)


def accepted(world, *arguments, **keywords):
    login = Login(world, *arguments, **keywords)
    assert login.refusal is None
    equal(login.audit["outcome"], "accepted")
    equal(login.audit["mechanism"], login.client.mechanism)
    equal(login.audit.get("binding"), keywords.get("binding_type", "tls-exporter"))
    return login


def refused_by_server(world, reasons, *arguments, **keywords):
    """The client sees one and the same failure; the reason, one of these, is in the log."""
    login = Login(world, *arguments, **keywords)
    equal(str(login.refusal), FAILURE)
    assert login.audit["reason"] in reasons.split(), login.audit["reason"]


def refused_by_client(world, code, *arguments, reason="abandoned", **keywords):
    """The client gives up, which the server counts as a failure; the log has the server's reason, if it had one."""
    login = Login(world, *arguments, **keywords)
    equal(login.refusal and login.refusal.code, code)
    equal(login.audit["reason"], reason)
    return login


# Logins that succeed.


@case("our server, bound by tls-exporter, TLS 1.3", "tls-exporter", "1.3")
@case("our server, bound by tls-exporter, TLS 1.2", "tls-exporter", "1.2")
@case("our server, bound by tls-unique, TLS 1.2", "tls-unique", "1.2")
@case("our server, bound by tls-server-end-point, TLS 1.3", "tls-server-end-point", "1.3")
@case("our server, bound by tls-server-end-point, TLS 1.2", "tls-server-end-point", "1.2")
@case("our server, not bound, TLS 1.3", None, "1.3")
@case("our server, bound by tls-exporter, STARTTLS", "tls-exporter", "1.3", starttls=True)
@case("our server, bound by tls-unique, STARTTLS", "tls-unique", "1.2", starttls=True)
@case("our server, not bound, STARTTLS", None, "1.2", starttls=True)
@case("our server, without initial response", "tls-exporter", "1.3", at_once=False)
def _(world, binding_type, version, **how):
    login = accepted(world, "alice", binding_type=binding_type, version=version, **how)
    equal(login.identity, "alice")
    equal(login.audit["tls"], version)


@case("our server, two logins: another session key, the same export key")
def _(world):
    one, other = accepted(world, "alice").client, accepted(world, "alice", binding_type=None).client
    equal(one.export_key, other.export_key)
    assert one.session_key != other.session_key


@case("our server, name and password in forms that SASLprep brings together")
def _(world):
    login = accepted(world, "us\u00ader,\u2168=1", "I\u00adX gladiators\u00a0")  # soft hyphens, a space
    equal(login.identity, "user,IX=1")


@case("our server, acting as somebody else")
def _(world):
    equal(accepted(world, "alice", authorization_identity="other").identity, "other")


@case("our server, acting as somebody else without being allowed to")
def _(world):
    refused_by_server(world, "authorizationRefused", world.user(), authorization_identity="root")


# The ends disagree.


@case("our server, wrong password")
def _(world):
    user = world.user()
    refused_by_client(world, "envelope", user, WRONG)
    accepted(world, user)


@case("our server, unknown user: as with a wrong password, and always the same answer")
def _(world):
    wrong = refused_by_client(world, "envelope", world.user(), WRONG)
    blind, name = group.random_scalar(), "nobody" + os.urandom(4).hex()
    fields = [wrong.challenge]
    for _ in range(2):
        unknown = refused_by_client(world, "envelope", name, blind=blind, reason="unknownUser")
        fields.append(unknown.challenge)
        equal(str(unknown.refusal), str(wrong.refusal))
    (ke2, stretching), *unknown = [messages.read_server_first(field) for field in fields]
    for other, text in unknown:
        equal(text.text, stretching.text)
        equal(other[:32], unknown[0][0][:32])  # the evaluated element
    assert not set(blocks(unknown[0][0])[1:]) & set(blocks(unknown[1][0])[1:])


def blocks(message):
    return [message[start : start + 32] for start in range(0, len(message), 32)]


OTHER = {
    "another connection's data": {"data": lambda data: bytes(32)},
    "another type's data": {"binding_type": "tls-server-end-point", "data": lambda data: bytes(data)[::-1]},
    "data with a byte more": {"data": lambda data: data + b"\0"},
    "an offer without one of the mechanisms": {"offer": lambda offer: offer._replace(mechanisms=(PLUS,))},
    "an offer with one mechanism more": {"offer": lambda offer: offer._replace(mechanisms=offer.mechanisms + ("X",))},
    "an offer without binding types": {"offer": lambda offer: offer._replace(binding_types=())},
    "an offer whose types are in another order": {
        "offer": lambda offer: offer._replace(binding_types=offer.binding_types[::-1])},
    "an authorization identity that was put in on the way": {"first": lambda first: first.replace(b",,", b",a=user,")},
}
for what, change in OTHER.items():

    @case(f"our server, {what}: this client refuses", change)
    def _(world, change):
        refused_by_client(world, "server_mac", world.user(), **change)

    @case(f"our server, {what}: it refuses a client that goes on", change)
    def _(world, change):
        refused_by_server(world, "clientAuthentication", world.user(), believes=True, **change)


@case("our server, mechanisms that it listed in another order")
def _(world):
    accepted(world, "alice", offer=lambda offer: offer._replace(mechanisms=offer.mechanisms[::-1]))


@case("our server, key stretching under this client's floor", Limits(floor=2**40))
@case("our server, key stretching above this client's cap", Limits(memory=2**20))
def _(world, limits):
    refused_by_client(world, "stretching", world.user(), limits=limits)


# Messages changed on the way, or made so by an attacker's client.

for field, start in KE2_FIELDS.items():
    is_element = field in ("evaluated_message", "server_public_keyshare")
    change = another_element(start) if is_element else flip(start)

    @case(f"our server, another {field}: this client refuses", change, "server_mac" if start >= 192 else "envelope")
    def _(world, change, code):
        refused_by_client(world, code, world.user(), server_first=change)


@case("our server, another s= of the right kind: this client refuses")
def _(world):
    change = replaced(b",s=", b",s=scrypt,n=32768,r=8,p=1;")
    refused_by_client(world, "envelope", world.user(), server_first=lambda first: change(first).split(b";")[0])


@case("our server, a byte behind its message: this client refuses", added(b"\0"))
@case("our server, a field behind its message: this client refuses", added(b",x=y"))
def _(world, change):
    refused_by_client(world, "grammar", world.user(), server_first=change)


FIRST = {
    "a byte behind it": added(b"\0"),
    "a line's end behind it": added(b"\n"),
    "a comma behind it": added(b","),
    "a field behind it": added(b",x=y"),
    "k= twice": lambda first: first + b",k=" + first.rpartition(b"k=")[2],
    "m= in front of the name": replaced(b",n=", b",m=x,n="),
    "name and KE1 in the other order": lambda first: b",".join(first.split(b",")[i] for i in (0, 1, 3, 2)),
    "no name": lambda first: b",".join(first.split(b",")[i] for i in (0, 1, 3)),
    "an empty name": lambda first: first.partition(b"n=")[0] + b"n=,k=" + first.rpartition(b"k=")[2],
    "an empty authorization identity": replaced(b",,", b",a=,"),
    "a lower-case escape in the name": replaced(b",n=", b",n=x=2c"),
    "an equals sign in the name": replaced(b",n=", b",n=x="),
    "NUL in the name": replaced(b",n=", b",n=\0"),
    "a name that is not UTF-8": replaced(b",n=", b",n=\xff"),
    "a surrogate in the name": replaced(b",n=", b",n=\xed\xa0\x80"),
    "the flag F": lambda first: b"F," + first,
    "a flag in upper case": lambda first: b"P" + first[1:],
    "a flag with more behind it": lambda first: b"n" + first,
    "no binding type": replaced(b"tls-exporter", b""),
    "a space in the binding type": replaced(b"tls-exporter", b"tls exporter"),
    "nothing at all": lambda first: b"",
    "KE1 without padding's place": lambda first: first[:-1],
    "a space in KE1": lambda first: first[:-2] + b" " + first[-2:],
    "KE1 in the alphabet of URLs": lambda first: first[:-4] + b"-_-_",
    "KE1 with padding": lambda first: first[:-2] + b"==",
    "KE1 a byte shorter": in_base64(lambda ke1: ke1[:-1]),
    "KE1 a byte longer": in_base64(lambda ke1: ke1 + b"\0"),
    "no KE1": in_base64(lambda ke1: b""),
}
def named(name):
    return lambda first: b"p=tls-exporter,,n=" + name + b",k=" + first.rpartition(b"k=")[2]


FIRST |= {
    "a name of 1,025 bytes": named(b"n" * 1025),
    "a name of which SASLprep leaves nothing": named("\u00ad".encode()),
    "a name with a control character": named(b"a\x07b"),
    "a name in both directions": named("a\u0627".encode()),
}
for what, change in FIRST.items():

    @case(f"our server, client-first: {what}", change)
    def _(world, change):
        user = "nobody" + os.urandom(4).hex()  # an account that there is would be throttled, and is no help here
        refused_by_server(world, "malformedMessage invalidName wrongLength", user, first=change)


for what, encoding in BAD_ELEMENTS.items():

    @case(f"our server, KE1's blinded_message: {what}", 0, encoding)
    @case(f"our server, KE1's client_public_keyshare: {what}", 64, encoding)
    def _(world, start, encoding):
        refused_by_server(world, "invalidElement", world.user(), first=put(start, encoding))


FLAGS = {
    "p= with OPAQUE-R255": ("mechanismMismatch", {"mechanism": PLAIN}),
    "n with OPAQUE-R255-PLUS": ("mechanismMismatch", {"mechanism": PLUS, "binding_type": None}),
    "y, with -PLUS on its list": ("channelBindingDowngrade", {"binding_type": None, "first": lambda n: b"y" + n[1:]}),
    "tls-unique on TLS 1.3": ("unsupportedBindingType", {"binding_type": "tls-unique"}),
    "a type that nobody knows": ("unsupportedBindingType", {"binding_type": "tls-nothing"}),
}
for what, (reason, change) in FLAGS.items():

    @case(f"our server, {what}", reason, change)
    def _(world, reason, change):
        refused_by_server(world, reason, "nobody" + os.urandom(4).hex(), **change)


FINAL = {
    "a flipped bit": ("clientAuthentication", flip(63)),
    "zeros": ("clientAuthentication", put(0, bytes(64))),
    "a byte behind it": ("malformedMessage", added(b"\0")),
    "a field behind it": ("malformedMessage", added(b",x=y")),
    "without padding": ("malformedMessage", lambda final: final.rstrip(b"=")),
    "bits behind the last byte": ("malformedMessage", lambda final: final[:-3] + bytes([final[-3] + 1]) + b"=="),
    "a byte shorter": ("wrongLength", in_base64(lambda ke3: ke3[:-1])),
    "a byte longer": ("wrongLength", in_base64(lambda ke3: ke3 + b"\0")),
    "in upper case": ("malformedMessage", lambda final: b"K" + final[1:]),
    "nothing at all": ("malformedMessage", lambda final: b""),
}
for what, (reason, change) in FINAL.items():

    @case(f"our server, client-final: {what}", reason, change)
    def _(world, reason, change):
        refused_by_server(world, reason, world.user(), final=change)


@case("our server, client-final of another login")
def _(world):
    user = world.user()
    earlier = accepted(world, user).last
    refused_by_server(world, "clientAuthentication", user, final=lambda final: earlier)


@case("our server, client-final of a made-up proof for an unknown user")
def _(world):
    user = "nobody" + os.urandom(4).hex()
    # The client cannot open what the server made up, so it says something.
    refused_by_server(world, "unknownUser", user, proof=b"k=" + b"A" * 86 + b"==")
