"""The cases of Tests/Interop/opaque-r255: cases.py prints their names, cases.py world runs those whose names it reads.

After each comes a line that says passed or failed.
"""
import sys
import traceback

import examples  # for its cases
from case import CASES


def main(world=None):
    if world is None:
        print("\n".join(CASES))
        return
    for line in sys.stdin:
        body, arguments, keywords = CASES[line.rstrip("\n")]
        try:
            body(world, *arguments, **keywords)
            print("passed", flush=True)
        except Exception:
            traceback.print_exc()
            print("failed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
