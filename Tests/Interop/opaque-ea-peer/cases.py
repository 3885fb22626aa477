"""The cases of Tests/Interop/opaque-ea: cases.py prints their names; cases.py PROGRAMS SCRATCH runs them, several at
a time, and says of each whose name it reads what it logged, and then passed or failed.

PROGRAMS is the folder of our programs, SCRATCH one with certificates, and with passbind-server's ports and log.
"""
import bad_first, bad_second, bad_third, examples, in_process, our_client, our_registration, our_server  # for their cases
from case import main
from world import World

if __name__ == "__main__":
    main(World, threads=4)
