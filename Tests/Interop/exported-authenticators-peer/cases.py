"""The cases of Tests/Interop/exported-authenticators: cases.py prints their names; cases.py PROGRAM CERTIFICATES PORT runs
them, and says of each whose name it reads what it logged, and then passed or failed. The program is passbind-authenticator-peer,
whose server listens at the port."""
import bad_requests, good, refused, spontaneous  # for their cases
from case import main
from world import World

if __name__ == "__main__":
    main(World, threads=4)
