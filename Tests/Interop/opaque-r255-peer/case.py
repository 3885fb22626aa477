"""How cases are written down, and what they check with."""
CASES = {}


def case(name, *arguments, **keywords):
    """Adds a function as a case; it is called with the world (cases.py) and the arguments."""

    def add(body):
        assert name not in CASES, name
        CASES[name] = body, arguments, keywords
        return body

    return add


def equal(one, other):
    assert one == other, f"{one!r} is not {other!r}"
