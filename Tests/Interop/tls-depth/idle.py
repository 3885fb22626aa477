"""Idle connections: ten thousand of them, and those that never log in."""

import contextlib, resource, signal, socket, threading, time

from programs import LIMIT, Missing, Server, check, test, wait_until
from tls_client import Connection, memory, nothing_is_left, processor_time, reports, reset, sockets, trust

CONNECTIONS = 10_000
IDLE_KIB = 40  # a connection's share of the server's memory; 23 were measured


def five_logins(server):
    """What they cost the server, in seconds of work; the latter four are on resumed sessions."""
    before = processor_time(server.process.pid)
    tries = reports(server.tls, "--repeat", "5")
    cost = processor_time(server.process.pid) - before
    seen = [(t["outcome"], t["binding"], t["resumed"]) for t in tries]
    check(seen == [("accepted", "tls-exporter", i > 0) for i in range(5)], tries)
    return cost


@test
def ten_thousand_idle_connections():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 500
    if hard < wanted:
        with contextlib.suppress(ValueError, OSError):  # root may
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
            soft = hard = wanted
    if hard < wanted:
        raise Missing(f"a process may have {hard} files open, and {wanted} are needed: ulimit -Hn {wanted}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))

    limit = str(CONNECTIONS + 100)
    # Time enough for the slowest machine: what runs out in the end is the server's.
    with Server("--max-connections", limit, "--max-connections-per-address", limit, "--login-timeout", "3600") as server:
        pid = server.process.pid
        alone = five_logins(server)
        before = memory(pid)
        held, failures, context = [], [], trust()
        start = time.monotonic()

        def hold(count):
            last = None
            try:
                for i in range(count):
                    wire = socket.create_connection(("127.0.0.1", server.tls), timeout=LIMIT)
                    # One in ten by a full handshake, the others by its session.
                    session = None if i % 10 == 0 else last
                    tls = context.wrap_socket(wire, server_hostname="localhost", session=session)
                    check(tls.recv(100).startswith(b"* OK"), "no greeting")
                    last = last if session else tls.session
                    held.append(tls)
            except Exception as error:
                failures.append(repr(error))

        def in_parallel(count):
            threads = [threading.Thread(target=hold, args=(count // 2,)) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            check(not failures, failures, server.log()[-2000:])

        in_parallel(CONNECTIONS)
        took = time.monotonic() - start
        check(sockets(pid) >= CONNECTIONS)
        peak = memory(pid)
        each = (peak - before) / CONNECTIONS
        beside = five_logins(server)
        print(f"     {CONNECTIONS} connections in {took:.1f} s, {each:.1f} KiB each; five logins cost {alone * 1000:.0f} ms before, {beside * 1000:.0f} ms beside")
        check(each < IDLE_KIB, "an idle connection costs", each, "KiB")
        check(beside < 20 * alone, "five logins cost", beside, "s, and without the idle ones", alone)
        for tls in held:
            tls.send(b"a NOOP\r\n")
        check(all(tls.recv(100) == b"a OK Nothing done.\r\n" for tls in held), "not all of them are alive")

        # Half of them break off and others come: what they had is used again.
        for tls in held[: CONNECTIONS // 2]:
            reset(tls)
        del held[: CONNECTIONS // 2]
        wait_until(lambda: sockets(pid) <= CONNECTIONS // 2 + 10,
                   lambda: f"connections that broke off are still held: {sockets(pid)}")
        in_parallel(CONNECTIONS // 2)
        check(memory(pid) < peak + CONNECTIONS * 4, "memory grew from", peak, "to", memory(pid), "KiB")

        # Each of them is told that the server stops, and the server is gone soon.
        start = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        check(all(tls.recv(100) == b"* BYE This server is stopping\r\n" for tls in held))
        check(server.process.wait(LIMIT) == 0, server.log()[-2000:])
        print(f"     all told and closed in {time.monotonic() - start:.1f} s")
        for tls in held:
            tls.close()


@test
def who_does_not_log_in_is_sent_away():
    # Long enough for the last of them to log in, on a machine that is busy.
    with Server("--login-timeout", "8") as server:
        busy = Connection(server.tls, trust())
        check(busy.log_in("tls-server-end-point"))
        idle = [Connection(server.tls, trust()) for _ in range(50)]
        check(all(connection.line() == "* BYE Too slow" and connection.line() == "" for connection in idle))
        check(busy.ask("b WHOAMI") == '* WHOAMI "alice"')
        nothing_is_left(server, but=1)
