"""Times the server of PyPI's opaque-ke-py (Rust's opaque-ke 4): for each line of input, a count, that many logins are
done, and the microseconds one took are printed. The clock runs while the server does: KE1 in, KE2 out, KE3 checked.
"""
import sys
import time

import opaque_ke_py

USER, PASSWORD = b"user", b"pencil"
setup = opaque_ke_py.server_setup()
start = opaque_ke_py.client_registration_start(PASSWORD)
response = opaque_ke_py.server_registration_start(setup, start.get_message(), USER).get_message()
upload = opaque_ke_py.client_registration_finish(PASSWORD, start.get_state(), response).get_message()
record = opaque_ke_py.server_registration_finish(upload).get_password_file()

# A whole login, with a client that stretches its key, shows that the server's state ends with the KE3 that it waits
# for. It is taken from there afterwards, since a client would need 26 ms for each.
client = opaque_ke_py.client_login_start(PASSWORD)
server = opaque_ke_py.server_login_start(setup, record, client.get_message(), USER)
finish = opaque_ke_py.client_login_finish(PASSWORD, client.get_state(), server.get_message())
assert finish.get_message() == server.get_state()[64:]

for line in sys.stdin:
    count, elapsed = int(line), 0.0
    for _ in range(count):
        ke1 = opaque_ke_py.client_login_start(PASSWORD).get_message()
        began = time.perf_counter()
        login = opaque_ke_py.server_login_start(setup, record, ke1, USER)
        login.get_message()
        elapsed += time.perf_counter() - began
        state = login.get_state()
        began = time.perf_counter()
        key = opaque_ke_py.server_login_finish(state, state[64:]).get_session_key()
        elapsed += time.perf_counter() - began
        assert len(key) == 64
    print(elapsed / count * 1e6, flush=True)
