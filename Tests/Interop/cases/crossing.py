"""What SCRAM's peers have in common: the logins that each of them is asked for, both ways."""
from typing import NamedTuple

from case import equal, row
from login import log_in

DATA = bytes(range(32))
SIDES = "client", "server"


def crossed(direction, mechanism, type, expected, ours={}, theirs={}, refused=None):
    """A row: our end is a `direction`, theirs the other. `ours` and `theirs` say where they differ from what is usual.

    `refused` is why: words that our end says, and words that theirs does. None in place of words is an end that is told
    nothing, and so never accepts. Without `refused`, both accept.
    """
    usual = {"mechanism": mechanism, "user": "user", "password": "pencil", "binding": (type, DATA) if type else None}

    @row(direction, mechanism, type, None, expected)
    def _(ends):
        our_end, their_end, *_ = ends
        values = {**usual, **ours}, {**usual, **theirs}
        if direction == "client":
            our, their = log_in(our_end, their_end, *values)
        else:
            their, our = log_in(their_end, our_end, *values[::-1])
        if refused:
            for answer, words in zip((our, their), refused):
                if words is None:
                    assert answer.word in ("message", "ready"), f"not left waiting: {answer}"
                else:
                    is_refused = answer.word == "refused" and words in answer.about
                    assert is_refused, f"not refused because of {words}: {answer}"
            return
        equal((our.word, their.word), ("accepted", "accepted"))
        for end, answer, of_end in zip(("ours", "theirs"), (our, their), values):
            is_server = (end == "ours") == (direction == "server")
            seen = of_end["mechanism"], type or "-", of_end["user"].encode().hex() if is_server else "-"
            about = answer.about.split(" ")
            # The other program may have no way to say all of it; ours has.
            assert end == "theirs" or len(about) >= len(seen), about
            for said, true in zip(about, seen):
                assert said == true or (end, said) == ("theirs", "-"), f"{said} is not {true}"


class Refusals(NamedTuple):
    """How the other program says no: its client, told `e=other-error`; its server, by cause, with the e= it sends."""

    client: str
    server: dict


OURS = {"wrong password": "invalidProof", "unknown user": "unknownUser", "wrong binding": "channelBindingMismatch"}


def differences(type):
    """What is not alike at the two ends, by what is wrong then."""
    yield "wrong password", {"password": "crayon"}
    yield "unknown user", {"user": "nobody"}
    if type:
        yield "wrong binding", {"binding": (type, DATA[::-1])}


def usual(mechanism, type, refusals, ours={}):
    """The rows that every mechanism has, both ways. `ours` is what our end is told besides, by direction."""
    for direction in SIDES:
        told = ours.get(direction, {})
        crossed(direction, mechanism, type, "accepted", told)
        for cause, difference in differences(type):
            if direction == "server":
                refused = OURS[cause], refusals.client
                values = told, difference
            else:
                theirs, error = refusals.server[cause]
                refused = error and f"the server says {error}", theirs
                values = {**told, **difference}, {}
            crossed(direction, mechanism, type, "refused: " + cause, *values, refused)
