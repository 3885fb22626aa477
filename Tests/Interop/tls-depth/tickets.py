"""Tickets that servers share, and what the bindings of their sessions are."""

import os, signal, socket

from programs import Server, check, fails, path, run, test
from tls_client import Connection, Relay, logged, reports, trust


def ticket_keys(name, count=80, mode=0o600):
    with open(path(name), "wb") as file:
        file.write(os.urandom(count))
    os.chmod(path(name), mode)
    return ["--ticket-key-file", path(name)]


@test
def servers_with_other_certificates_resume_each_others_sessions():
    shared = ticket_keys("tickets")
    with Server(*shared) as one, Server(*shared, certificate="second/server") as two, Relay(one.tls, two.tls) as balancer:
        for version, type in [("1.2", "tls-exporter"), ("1.2", "tls-unique"), ("1.2", "tls-server-end-point"),
                              ("1.3", "tls-exporter"), ("1.3", "tls-server-end-point")]:
            tries = reports(balancer.port, "--repeat", "6", "--tls-min", version, "--tls-max", version, "--binding-type", type)
            check([t["resumed"] for t in tries] == [False] + 5 * [True], version, type, tries)
            check(all(t["binding"] == type and t["outcome"] == "accepted" and t["tls"] == version for t in tries), tries)
        # Half of them each, and none refused: the certificate that a session began with is not always the server's own.
        for server in (one, two):
            check([e["outcome"] for e in logged(server, "accepted", 15)] == 15 * ["accepted"])
            check(not server.events("login refused"), server.log())


@test
def a_session_from_another_server_is_bound_to_the_certificate_that_it_began_with():
    shared = ticket_keys("tickets")
    for version in ("1.2", "1.3"):
        with Server(*shared) as one, Server(*shared, certificate="second/server") as two:
            first = Connection(one.tls, trust(version))
            elsewhere = Connection(two.tls, trust(version))
            context = first.tls.context
            seen, shown = (c.bindings()["tls-server-end-point"] for c in (first, elsewhere))
            check(seen != shown, "the two certificates are one")
            first.close()
            moved = Connection(two.tls, context, resuming=first, source="127.0.0.2")
            check(not moved.log_in("tls-server-end-point", shown), "the certificate that this client never saw was accepted")
            check(logged(two, "refused", 1)[0]["reason"] == "channelBindingMismatch", two.log())
            check(moved.log_in("tls-server-end-point", seen), two.log())
            moved.close()
            back = Connection(one.tls, context, resuming=moved, source="127.0.0.3")
            check(not back.log_in("tls-server-end-point", shown))
            check(back.log_in("tls-server-end-point", seen), one.log())


@test
def servers_that_share_no_keys_shake_hands_anew():
    with Server(*ticket_keys("one")) as one, Server(*ticket_keys("two"), certificate="second/server") as two:
        with Relay(one.tls, two.tls) as balancer:
            tries = reports(balancer.port, "--repeat", "4", "--binding-type", "tls-server-end-point")
            check([t["resumed"] for t in tries] == 4 * [False], tries)


@test
def ticket_keys_are_read_anew_and_no_others_may_read_them():
    serve = ["passbind-server", "serve", "--store", path("accounts"), "--listen-tls", "127.0.0.1:0", "--certificate",
             path("server.pem"), "--key", path("server.key")]
    fails(run(*serve, *ticket_keys("open", mode=0o640)), 2, "open", "mode 640", "hint: chmod 600")
    fails(run(*serve, *ticket_keys("short", 79)), 2, "short", "79 bytes where 80 are wanted")
    fails(run(*serve, *ticket_keys("long", 81)), 2, "long", "more bytes where 80 are wanted")
    fails(run(*serve, "--ticket-key-file", path("nowhere")), 2, "nowhere")

    with Server(*ticket_keys("moving-keys")) as server:
        context = trust()
        before = Connection(server.tls, context)
        before.close()
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("the certificates were read anew")
        Connection(server.tls, context, resuming=before).close()
        ticket_keys("moving-keys", 3)
        server.process.send_signal(signal.SIGHUP)
        check("3 bytes" in server.wait_for("the new certificates are not fit")[0]["reason"])
        Connection(server.tls, context, resuming=before).close()
        ticket_keys("moving-keys")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("the certificates were read anew", 2)
        anew = context.wrap_socket(socket.create_connection(("127.0.0.1", server.tls)), server_hostname="localhost",
                                   session=before.session)
        check(not anew.session_reused, "a ticket under the keys that are gone was taken")
        anew.close()
