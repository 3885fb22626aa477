"""Rows of the matrix (lib.sh) whose cases run in this process: run without arguments it prints them; with some it runs
those that it reads, and ends what it prints about each by a line that says passed or failed.

The environment's `peer` is the name and version of the other program.
"""
import os
import sys
import traceback

ROWS = {}


def row(direction, mechanism, binding, tls, expected):
    """Adds a function as a row's case. It is called with `log` and whatever the run's set-up gave."""

    def add(body):
        name = "\t".join((os.environ["peer"], direction, mechanism, binding or "-", tls, expected))
        assert name not in ROWS, name
        ROWS[name] = body
        return body

    return add


def run(set_up):
    """`set_up` makes, of the arguments, what the cases are called with."""
    if len(sys.argv) == 1:
        print("\n".join(ROWS))
        return
    made = list(set_up(*sys.argv[1:]))
    for line in sys.stdin:
        try:
            ROWS[line.rstrip("\n")](print, *made)
        except Exception:
            print(traceback.format_exc(), "failed", sep="\n", flush=True)
        else:
            print("passed", flush=True)
