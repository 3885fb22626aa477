"""The cases in which passbind-client meets the server in Python, and neither end is hostile."""
from case import case, equal
from line_world import PASSWORD, WRONG
from logins import ACCOUNTS, OFFER, SCRYPT, Meeting, accounts, at_either_client
from messages import MECHANISM
from offer import Offer


@at_either_client("a login", None, None)
@at_either_client("key stretching by scrypt", None, None, known=accounts(stretching=SCRYPT))
def _(world, is_ours, *_, **how):
    Meeting(world, is_ours, **how).accepted()


@case("our client, a login by STARTTLS", starttls=True)
@case("our client, among mechanisms and types that nobody knows",
      offer=Offer(("X-NEW-PLUS", MECHANISM, "X-NEW"), ("tls-new", "tls-exporter")))
def _(world, **how):
    Meeting(world, True, **how).accepted()


@case("our client, by its own choice, of a server that offers nothing else")
@case("our client, by its own choice, of a server that offers SCRAM besides",
      offer=Offer(("SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", MECHANISM), ("tls-exporter",)))
def _(world, offer=OFFER):
    with world.serve(ACCOUNTS, offer) as server:
        report = world.passbind_client(server, "user", PASSWORD)
        equal([report.get(name) for name in ("outcome", "mechanism")], ["accepted", MECHANISM])


@case("our client, TLS 1.2: not even if it is offered")
def _(world):
    with world.serve(ACCOUNTS, OFFER, version="1.2") as server:
        report = world.passbind_client(server, "user", PASSWORD)
        equal((report["outcome"], report["by"]), ("refused", "client"))
        assert server.outcomes.empty()


@at_either_client("acting as somebody else", None, None)
def _(world, is_ours, *_):
    known = accounts(may_act_as=("a,b=c",))
    Meeting(world, is_ours, known=known, authorization_identity="a,b=c").accepted("a,b=c")


@at_either_client("acting as somebody else without being allowed to", None, None)
def _(world, is_ours, *_):
    Meeting(world, is_ours, authorization_identity="root").refused_by_server("authorization identity")


@at_either_client("name and password in forms that SASLprep brings together", None, None)
def _(world, is_ours, *_):
    known = accounts("user,IX=1")
    known.add("other", "IX gladiators")
    Meeting(world, is_ours, user="us\u00ader,\u2168=1", known=known).accepted("user,IX=1")
    Meeting(world, is_ours, user="other", password="I\u00adX\u00a0gladiators", known=known).accepted("other")


@at_either_client("wrong password, unknown user and locked account look alike", "envelope does not open", "envelope")
def _(world, is_ours, reason):
    ways = {"password": WRONG}, {"user": "nobody"}, {"known": accounts(is_locked=True)}
    meetings = [Meeting(world, is_ours, **way) for way in ways]
    for meeting in meetings:
        meeting.refused_by_client(reason)
    if is_ours:
        reports = [{**meeting.report, "server": None} for meeting in meetings]
        equal(reports, 3 * reports[:1])
