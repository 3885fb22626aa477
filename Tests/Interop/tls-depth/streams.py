"""Half-closed connections, records and segments of one byte, peers that stop reading."""

import contextlib, socket, ssl, time

from programs import LIMIT, Server, check, login, test
from tls_client import Connection, Relay, logged, memory, nothing_is_left, processor_time, reports, reset, trust


@test
def half_a_connection_is_answered_and_closed():
    with Server() as server:
        # close_notify right behind a question: the answer comes, then close_notify, then the end.
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = trust().wrap_bio(incoming, outgoing, server_hostname="localhost")
        with socket.create_connection(("127.0.0.1", server.tls), timeout=LIMIT) as wire:

            def complete(step):
                while True:
                    try:
                        return step()
                    except ssl.SSLWantReadError:
                        wire.sendall(outgoing.read())
                        incoming.write(wire.recv(65536))

            complete(tls.do_handshake)
            check(complete(lambda: tls.read(100)).startswith(b"* OK"))
            tls.write(b"a NOOP\r\n")
            with contextlib.suppress(ssl.SSLWantReadError):
                tls.unwrap()
            check(complete(lambda: tls.read(100)) == b"a OK Nothing done.\r\n")
            with contextlib.suppress(ssl.SSLZeroReturnError):
                check(False, "close_notify was not answered, but", complete(lambda: tls.read(100)))
            check(wire.recv(1) == b"")
        # The end of the stream without close_notify: what was asked is answered, and then the connection is gone.
        for question, answer in [("a NOOP", "a OK Nothing done."), ("a LOGOUT", "* BYE Goodbye.")]:
            connection = Connection(server.tls, trust())
            connection.send(question)
            end_stream(connection)
            line = connection.line()
            check(line == answer, question, line, server.log())
            with contextlib.suppress(OSError):
                while connection.line():
                    pass
        # In the middle of a login: no login comes of it.
        for end in (half_close, end_stream):
            connection = Connection(server.tls, trust())
            connection.begin("tls-server-end-point")
            with contextlib.suppress(OSError):
                end(connection)
                while connection.line():
                    pass
        check(login(server).status == 0)
        accepted = logged(server, "accepted", 1)
        check(len(accepted) == 1, accepted)
        nothing_is_left(server)


def half_close(connection):
    """Sends close_notify, and goes on reading."""
    connection.tls.settimeout(0)
    with contextlib.suppress(ssl.SSLWantReadError):
        connection.tls.unwrap()  # which would wait for the server's
    connection.tls.settimeout(LIMIT)


def end_stream(connection):
    """Ends the stream under TLS, without close_notify, and goes on reading."""
    socket.socket.shutdown(connection.tls, socket.SHUT_WR)


@test
def a_login_in_records_of_one_byte():
    with Server() as server:
        for version, type in [("1.2", "tls-unique"), ("1.2", "tls-server-end-point"), ("1.3", "tls-server-end-point")]:
            connection = Connection(server.tls, trust(version))
            connection.piece = 1
            check(connection.log_in(type), server.log())
            check(connection.ask("b WHOAMI") == '* WHOAMI "alice"')
            connection.close()


@test
def a_login_in_segments_of_one_byte():
    with Server() as server, Relay(server.tls, segment=1) as tls, Relay(server.starttls, segment=1) as starttls:
        for port, how in ((tls.port, []), (starttls.port, ["--starttls"])):
            for version in ("1.2", "1.3"):
                tries = reports(port, *how, "--repeat", "2", "--tls-min", version, "--tls-max", version)
                check([(t["outcome"], t["resumed"]) for t in tries] == [("accepted", False), ("accepted", True)], tries)


def one_login(server):
    """What it costs the server, in seconds of work."""
    before = processor_time(server.process.pid)
    check(login(server).status == 0, server.log())
    return processor_time(server.process.pid) - before


@test
def peers_that_stop_reading_cost_little_and_hold_up_nobody():
    with Server() as server:
        before = memory(server.process.pid)
        alone = one_login(server)
        stuck = []
        for i in range(16):
            connection = Connection(server.tls, trust(), source=f"127.0.2.{i + 1}", buffer=65536)
            if i % 2:
                check(connection.log_in("tls-server-end-point"), server.log())
            stuck.append(connection)
        questions = b"a CAPABILITY\r\n" * 1000
        for connection in stuck:
            connection.tls.settimeout(0)
        sent, quiet, used = 0, 0, 0
        while quiet < 5:  # until nobody takes any more, and the server has nothing to do
            progress, used_before, used = 0, used, processor_time(server.process.pid)
            for connection in stuck:
                with contextlib.suppress(ssl.SSLWantWriteError):
                    progress += connection.tls.send(questions)
            sent += progress
            quiet = 0 if progress or used - used_before > 0.01 else quiet + 1
            if not progress:
                time.sleep(0.2)
        each = (memory(server.process.pid) - before) / len(stuck)
        beside = one_login(server)
        print(f"     {sent >> 10} KiB of questions unanswered: {each:.0f} KiB a peer; a login cost {alone * 1000:.0f} ms before, {beside * 1000:.0f} ms beside")
        check(each < 1024, "a peer that does not read costs", each, "KiB")
        check(beside < 20 * alone, "a login cost", beside, "s, and without such peers", alone)
        # One that goes on reading gets every answer.
        patient = stuck[0]
        patient.tls.settimeout(LIMIT)
        patient.file = patient.tls.makefile("rb")
        for _ in range(200):
            check(patient.line().startswith(("* CAPABILITY", "a OK")))
        for connection in stuck:
            connection.file.close()
            reset(connection.tls)
        nothing_is_left(server)
