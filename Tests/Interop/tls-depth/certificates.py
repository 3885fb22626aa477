"""Several certificates in one server, and certificates that change under logins."""

import hashlib, itertools, os, shutil, signal, ssl, subprocess, threading, time

from programs import LIMIT, Server, check, path, test
from tls_client import Connection, logged, trust


@test
def each_client_is_bound_to_the_certificate_that_it_was_shown():
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-sha256", "-nodes", "-days", "30", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost", "-keyout", path("rsa.key"), "-out", path("rsa.pem")]
    subprocess.run(made, check=True, capture_output=True)
    both = {"ECDHE+aRSA+AESGCM": "rsa", "ECDHE+aECDSA+AESGCM": "server"}
    shown = {name: hashlib.sha256(ssl.PEM_cert_to_DER_cert(open(path(name + ".pem")).read())).digest() for name in both.values()}
    with Server("--certificate", path("rsa.pem"), "--key", path("rsa.key")) as server:
        contexts, last = {}, {}
        for ciphers in both:
            contexts[ciphers] = trust("1.2")
            contexts[ciphers].load_verify_locations(path("rsa.pem"))
            contexts[ciphers].set_ciphers(ciphers)
        for turn in range(6):
            ciphers, name = list(both.items())[turn % 2]
            other = shown[list(both.values())[1 - turn % 2]]
            connection = Connection(server.tls, contexts[ciphers], resuming=last.get(name), source=f"127.0.3.{turn + 1}")
            check(connection.bindings()["tls-server-end-point"] == shown[name], "not shown", name)
            check(not connection.log_in("tls-server-end-point", other, user=f"victim-{turn}"), "the other certificate's was accepted")
            check(connection.log_in("tls-server-end-point"), turn, name, server.log())
            last[name] = connection
            connection.close()
        check([e["reason"] for e in logged(server, "refused", 6)] == 6 * ["channelBindingMismatch"])


class Moving:
    """A server whose certificate changes at SIGHUP."""

    def __init__(self, *options):
        self.pairs = itertools.cycle(["second/server", "server"])
        self.put("server")
        self.server = Server(*options, certificate="moving")
        self.changes = 0

    def put(self, name):
        for end in (".pem", ".key"):
            shutil.copy(path(name + end), path("moving" + end))

    def change(self):
        self.put(next(self.pairs))
        self.changes += 1
        self.server.process.send_signal(signal.SIGHUP)
        self.server.wait_for("the certificates were read anew", self.changes)

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *exit):
        self.server.__exit__(*exit)


@test
def a_login_is_bound_to_the_certificate_of_its_own_connection():
    for version in ("1.2", "1.3"):
        with Moving() as moving:
            port, context = moving.server.tls, trust(version)
            types = ["tls-server-end-point"] + (["tls-unique"] if version == "1.2" else [])
            earlier = Connection(port, context)
            old = earlier.bindings()["tls-server-end-point"]
            earlier.close()
            under_way = [Connection(port, context, resuming=earlier if i % 2 else None) for i in range(24)]
            for i, connection in enumerate(under_way):
                connection.begin(types[i // 2 % len(types)])
            moving.change()
            new = Connection(port, context).bindings()["tls-server-end-point"]
            check(old != new, "the certificate did not change")
            check(all(connection.finish() for connection in under_way), moving.server.log())
            # After it: a session from before goes with the certificate from before, a new one with the new one.
            for source, resuming, right, wrong in [("127.0.0.2", earlier, old, new), ("127.0.0.3", None, new, old)]:
                connection = Connection(port, context, resuming=resuming, source=source)
                check(not connection.log_in("tls-server-end-point", wrong), "the other certificate's binding was accepted")
                check(connection.log_in("tls-server-end-point", right), moving.server.log())
            reasons = [e["reason"] for e in logged(moving.server, "refused", 2)]
            check(reasons == 2 * ["channelBindingMismatch"], reasons)


@test
def no_login_is_lost_while_certificates_change():
    with Moving() as moving:
        stop, lost, done, wrong = threading.Event(), [], [], []

        def traffic(number, version, type):
            context, last = trust(version), None
            while not stop.is_set():
                try:
                    connection = Connection(moving.server.tls, context, resuming=last if len(done) % 3 else None)
                    check(connection.log_in(type, user=f"user-{number}"), "refused")
                    last = connection
                    connection.close()
                    done.append(type)
                except Exception as error:
                    lost.append(f"{version} {type}: {error!r}")

        def attack():
            """The binding of the connection before, and the certificate that is not this connection's."""
            for i in range(12):
                context = trust("1.2")
                connection = Connection(moving.server.tls, context, source=f"127.0.1.{i + 1}")
                other = Connection(moving.server.tls, context, source=f"127.0.1.{i + 1}")
                type = ["tls-unique", "tls-server-end-point"][i % 2]
                data = other.bindings()[type] if i % 2 == 0 else hashlib.sha256(os.urandom(9)).digest()
                if connection.log_in(type, data, user=f"victim-{i}"):
                    wrong.append(type)
                connection.close()
                other.close()

        kinds = [("1.3", "tls-server-end-point"), ("1.2", "tls-unique"), ("1.2", "tls-server-end-point"), ("1.3", "tls-server-end-point")]
        threads = [threading.Thread(target=traffic, args=(i, *kind)) for i, kind in enumerate(kinds)]
        threads.append(threading.Thread(target=attack))
        for thread in threads:
            thread.start()
        for _ in range(25):
            so_far = len(done)
            moving.change()
            deadline = time.monotonic() + LIMIT
            while len(done) < so_far + 8 and not lost and time.monotonic() < deadline:
                time.sleep(0.005)
        threads.pop().join()
        stop.set()
        for thread in threads:
            thread.join()
        check(not lost, len(lost), "of", len(done), "logins lost, such as", lost[:2])
        check(not wrong, "wrong bindings were accepted:", wrong)
        check(len(done) >= 200, len(done))
        check(len(logged(moving.server, "accepted", len(done))) == len(done))
        check([e["reason"] for e in logged(moving.server, "refused", 12)] == 12 * ["channelBindingMismatch"])
