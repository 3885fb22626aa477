"""A client that does to a server what the tests of TLS in depth say, and what it sees of the server."""

import base64, contextlib, hashlib, itertools, json, os, re, socket, ssl, struct, threading, time

from programs import LIMIT, PASSWORD, check, path, run, wait_until
from scram import Client


def trust(version=None):
    context = ssl.create_default_context(cafile=path("authority.pem"))
    if version:
        context.minimum_version = context.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]
    return context


class Connection:
    """A connection to the line profile in TLS, and what it can be bound by, as Python sees it."""

    def __init__(self, port, context, resuming=None, source="127.0.0.1", buffer=None):
        wire = socket.socket()
        wire.settimeout(LIMIT)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF) if buffer else ():
            wire.setsockopt(socket.SOL_SOCKET, option, buffer)
        wire.bind((source, 0))
        wire.connect(("127.0.0.1", port))
        self.tls = context.wrap_socket(wire, server_hostname="localhost", session=resuming.session if resuming else None)
        check(self.tls.session_reused == (resuming is not None), "resumed:", self.tls.session_reused)
        self.file = self.tls.makefile("rb")
        check(self.line().startswith("* OK"))
        self.session = self.tls.session  # on TLS 1.3 there since the server's first line has come
        self.piece = None

    def bindings(self):
        """The signatures on the certificates of these tests are by SHA-256."""
        bindings = {"tls-server-end-point": hashlib.sha256(self.tls.getpeercert(binary_form=True)).digest()}
        if self.tls.version() == "TLSv1.2":
            bindings["tls-unique"] = self.tls.get_channel_binding("tls-unique")
        return bindings

    def line(self):
        return self.file.readline().decode().rstrip("\r\n")

    def send(self, text):
        """A line; in records of self.piece bytes each."""
        data = (text + "\r\n").encode()
        for i in range(0, len(data), self.piece or len(data)):
            self.tls.sendall(data[i : i + (self.piece or len(data))])

    def ask(self, text):
        self.send(text)
        return self.line()

    def begin(self, type, data=None, user="alice"):
        """The login until the server's challenge is there. `data` is in place of the right binding."""
        self.scram = Client("SCRAM-SHA-512-PLUS", user, PASSWORD, (type, data or self.bindings()[type]))
        challenge = self.ask(f"a AUTHENTICATE {self.scram.mechanism} {base64.b64encode(self.scram.first).decode()}")
        check(challenge.startswith("+ "), challenge)
        self.challenge = base64.b64decode(challenge[2:])

    def finish(self):
        """The rest of it. Whether the login was accepted, by a server that knows the password."""
        answer = self.ask(base64.b64encode(self.scram.respond(self.challenge)).decode())
        if answer.startswith("+ "):
            self.scram.verify(base64.b64decode(answer[2:]))
            answer = self.ask("")
        check(answer.startswith(("a OK", "a NO")), answer)
        return answer.startswith("a OK")

    def log_in(self, type, data=None, user="alice"):
        self.begin(type, data, user)
        return self.finish()

    def close(self):
        """As is proper: OpenSSL resumes no session whose connection broke off."""
        self.file.close()
        with contextlib.suppress(OSError):
            self.tls.unwrap()
        self.tls.close()


def logged(server, outcome, count):
    return server.wait_for(f"login {outcome}", count)


class Relay:
    """Passes connections on: to each of several ports in turn, and in segments of so many bytes."""

    def __init__(self, *ports, segment=None):
        self.ports, self.segment = itertools.cycle(ports), segment
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", next(self.ports)))
                for a, b in ((client, server), (server, client)):
                    b.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=self.pass_on, args=(a, b), daemon=True).start()

    def pass_on(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                step = self.segment or len(data)
                for i in range(0, len(data), step):
                    sink.sendall(data[i : i + step])
            sink.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


def reports(port, *options):
    result = run("passbind-client", "login", f"localhost:{port}", "--user", "alice", "--password-file", "-", "--ca-file",
                 path("authority.pem"), "--json", *options, stdin=PASSWORD + "\n")
    check(result.status == 0, result)
    return [json.loads(line) for line in result.out.splitlines()]


def nothing_is_left(server, but=0):
    """All connections of the server's are closed, but for so many, and for what listens."""
    pid = server.process.pid
    wait_until(lambda: sockets(pid) <= 2 + but, lambda: f"the server still has {sockets(pid)} sockets")


def sockets(pid):
    def is_tcp(descriptor):
        with contextlib.suppress(OSError):
            return os.readlink(f"/proc/{pid}/fd/{descriptor}") in tcp

    tcp = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/net/{table}") as file:
            tcp |= {f"socket:[{line.split()[9]}]" for line in file.readlines()[1:]}
    return sum(1 for descriptor in os.listdir(f"/proc/{pid}/fd") if is_tcp(descriptor))


def processor_time(pid):
    """Of all its threads, in seconds: what it works, however busy the machine is."""
    return time.clock_gettime(~pid << 3 | 2)  # as clock_getcpuclockid(3) has it


def memory(pid):
    """Resident memory in KiB."""
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


def reset(connection):
    """Breaks a connection off, without the waiting that follows a proper end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
