"""How cases are written down, and what they check with."""
import threading
import traceback

CASES = {}
LOGS = threading.local()


def case(name, *arguments, **keywords):
    """Adds a function as a case; it is called with the world (cases.py) and the arguments."""

    def add(body):
        assert name not in CASES, name
        CASES[name] = body, arguments, keywords
        return body

    return add


def run(name, world):
    """Runs a case; what it logged, and whether it passed."""
    LOGS.lines = []
    body, arguments, keywords = CASES[name]
    try:
        body(world, *arguments, **keywords)
        return LOGS.lines, True
    except Exception:
        return [*LOGS.lines, traceback.format_exc()], False


def log(*words):
    LOGS.lines.append(" ".join(map(str, words)))


def equal(one, other):
    assert one == other, f"{one!r} is not {other!r}"
