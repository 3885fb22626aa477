"""make_setup.py FILE writes the keys of an OPAQUE-3DH server as Rust's opaque-ke does: oprf_seed, private key, a public key of
fakes."""
import os
import sys

import group

with open(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
    file.write(os.urandom(64) + group.random_scalar() + group.multiply_base(group.random_scalar()))
