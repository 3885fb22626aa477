"""The cases of Tests/Interop/opaque-r255: cases.py prints their names; cases.py PROGRAMS SCRATCH runs them, several at
a time, and says of each whose name it reads what it logged, and then passed or failed.

PROGRAMS is the folder of our programs, SCRATCH one with certificates, and with passbind-server's ports and log.
"""
import sys
from concurrent.futures import ThreadPoolExecutor

import examples, our_client, our_passwd, our_registration, our_server  # for their cases
from case import CASES, run
from world import World


def main(*folders):
    if not folders:
        print("\n".join(CASES))
        return
    world = World(*folders)
    with ThreadPoolExecutor(4) as threads:
        results = {name: threads.submit(run, name, world) for name in CASES}
        for line in sys.stdin:
            logged, has_passed = results[line.rstrip("\n")].result()
            print(*logged, "passed" if has_passed else "failed", sep="\n", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
