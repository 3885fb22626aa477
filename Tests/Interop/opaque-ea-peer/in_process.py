"""Both ends in Python, without a connection between them: the exporter values are those of the worked example."""
from accounts import Accounts
from case import case, equal, log
from changes import flip
from client import Client
from examples import VALUES, ends
from messages import MECHANISM, same
from offer import Offer
from refusal import Refused
from server import Server, keys_of
from stretching import Limits, Stretching


def in_process(known, password, first=same, second=same, third=same, limits=Limits()):
    """The two ends of a login. The keywords change the messages on their way."""
    at_client, at_server = ends(VALUES)
    client, server = Client(at_client, "user", password, limits=limits), Server(known, Offer((MECHANISM,), ()), at_server)
    server.sent = [first(client.first)]
    server.sent.append(second(server.challenge(MECHANISM, server.sent[0])))
    server.sent.append(third(client.respond(server.sent[1])))
    equal(server.accept(server.sent[2]), "user")
    return client, server


@case("no bit of a login can be changed on the way")
def _(world):
    known = Accounts(keys_of(bytes(64)), Stretching("scrypt,n=2,r=1,p=1"))
    known.add("user", "pencil")
    _, server = in_process(known, "pencil", limits=Limits(floor=0))
    for name, message in zip(("first", "second", "third"), server.sent):
        reasons = set()
        for at in range(len(message)):
            try:
                in_process(known, "pencil", limits=Limits(floor=0), **{name: flip(at)})
            except Refused as refusal:
                reasons.add(refusal.code)
            else:
                raise AssertionError(f"byte {at} of the {name} message")
        log(name, len(message), sorted(reasons))
