"""How cases are written down and run, and what they check with.

A script of cases, run without arguments, prints their names. With arguments it runs them, in several threads if it is
told to, and says of each whose name it reads what it logged, and then passed or failed: lib.sh's worker_cases.
"""
import os
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

CASES = {}
LOGS = threading.local()


def case(name, *arguments, **keywords):
    """Adds a function as a case; it is called with what `main` makes, and the arguments."""

    def add(body):
        assert name not in CASES, name
        CASES[name] = body, arguments, keywords
        return body

    return add


def row(direction, mechanism, binding, tls, expected, *arguments, **keywords):
    """A case as a row of the matrix (lib.sh), about the program that the environment's `peer` names."""
    name = os.environ["peer"], direction, mechanism, binding or "-", tls or "-", expected
    return case("\t".join(name), *arguments, **keywords)


def main(make, threads=1):
    """`make` gets the script's arguments."""
    if len(sys.argv) == 1:
        print("\n".join(CASES))
        return
    made = make(*sys.argv[1:])
    with ThreadPoolExecutor(threads) as pool:
        results = {name: pool.submit(run, name, made) for name in CASES}
        for line in sys.stdin:
            logged, has_passed = results[line.rstrip("\n")].result()
            print(*logged, "passed" if has_passed else "failed", sep="\n", flush=True)


def run(name, made):
    """Runs a case; what it logged, and whether it passed."""
    LOGS.lines = []
    body, arguments, keywords = CASES[name]
    try:
        body(made, *arguments, **keywords)
        return LOGS.lines, True
    except Exception:
        return [*LOGS.lines, traceback.format_exc()], False


def log(*words):
    LOGS.lines.append(" ".join(map(str, words)))


def equal(one, other):
    assert one == other, f"{one!r} is not {other!r}"
