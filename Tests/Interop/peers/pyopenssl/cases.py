"""A client and a server in Python, on PyPI's pyOpenSSL, and ours: cases.py PROGRAMS SCRATCH, as LineWorld has it."""
import our_client, our_server  # for their cases
from case import main
from line_world import LineWorld

main(LineWorld, threads=12)
