"""passbind-server, passbind-client and passbind-mitm as people and scripts run them: what the tests of the command lines have in
common. Such a test is a script with functions marked @test, and ends with programs.main(...).
"""

import contextlib, json, os, pty, re, select, shutil, signal, socket, sqlite3, ssl, subprocess, sys, tempfile, termios
import time, traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRATCH = tempfile.mkdtemp(prefix="passbind-cli.")
PASSWORD, WRONG = "correct horse battery staple", "Tr0ub4dor&3"
FEW = ["--iterations", "4096"]  # what is tested here is not key stretching
LIMIT = 60  # seconds, for what happens at once unless the machine is busy
TESTS = []
BIN = None  # set by main


def test(function):
    TESTS.append(function)
    return function


def path(name):
    return os.path.join(SCRATCH, name)


def write(name, text):
    with open(path(name), "w") as file:
        file.write(text)
    return path(name)


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(str(w) for w in what) or "not so")


def wait_until(condition, failure=lambda: "waited in vain", process=None):
    """Waits for something, as long as the process that it depends on lives."""
    end = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > end or process and process.poll() is not None:
            raise AssertionError(failure())
        time.sleep(0.02)


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __str__(self):
        return f"status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def run(command, *arguments, stdin="", env=None, timeout=LIMIT):
    """A program without a terminal."""
    done = subprocess.run(
        [os.path.join(BIN, command), *map(str, arguments)], input=stdin, text=True, capture_output=True,
        timeout=timeout, start_new_session=True, env={**os.environ, **(env or {})})
    return Result(done.returncode, done.stdout, done.stderr)


def fails(result, status, *words):
    """What every failure looks like: its status, an error line and a hint in words, and these words on standard error."""
    check(result.status == status, "wanted status", status, "got", result)
    check(re.search(r"^error: ", result.err, re.M), "no error line:", result)
    check(re.search(r"^hint: ", result.err, re.M), "no hint:", result)
    check(not re.search(r"Error Domain|UserInfo|SocketAddressError|errno|descriptor:|Optional\(|unnamed error", result.err),
          "an error for programmers:", result)
    for word in words:
        check(word in result.err, repr(word), "is missing:", result)


class Missing(Exception):
    """Something that a test needs is not on this machine: the test is skipped, or fails where CI=true."""


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, command, *arguments, env=None):
        try:
            self.child, self.master = pty.fork()
        except OSError as error:
            raise Missing(f"no pseudo-terminal: {error}") from error
        if self.child == 0:
            os.environ.update(env or {})
            os.execv(os.path.join(BIN, command), [command, *map(str, arguments)])
        self.text = ""

    def wait_for(self, text):
        end = time.monotonic() + LIMIT
        while text not in self.text:
            check(time.monotonic() < end, "waited for", repr(text), "saw", repr(self.text))
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    data = os.read(self.master, 4096)
                except OSError:  # the program is gone
                    data = b""
                check(data or text in self.text, "waited for", repr(text), "saw", repr(self.text))
                self.text += data.decode(errors="replace")
        before, self.text = self.text.split(text, 1)
        return before

    def type(self, text):
        os.write(self.master, text.encode())

    def shows_typing(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def end(self):
        """What else it printed, and its status."""
        while True:
            try:
                data = os.read(self.master, 4096)
            except OSError:
                data = b""
            if not data:
                break
            self.text += data.decode(errors="replace")
        status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        os.close(self.master)
        return self.text, status


class Server:
    """passbind-server with both kinds of port, for the length of a with statement."""

    def __init__(self, *options, certificate="server", store="accounts", is_json=True):
        self.name = f"server-{time.monotonic_ns()}"
        ports = path(self.name + ".ports")
        self.log_file = open(path(self.name + ".log"), "w")
        self.process = subprocess.Popen(
            [os.path.join(BIN, "passbind-server"), "serve", "--store", path(store), *(["--json"] if is_json else []),
             "--port-file", ports, "--listen-tls", "127.0.0.1:0", "--listen-starttls", "127.0.0.1:0",
             "--certificate", path(certificate + ".pem"), "--key", path(certificate + ".key"), *options],
            stderr=self.log_file, stdin=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists(ports), lambda: f"the server did not start: {self.log()}", self.process)
        self.tls, self.starttls = (int(line) for line in open(ports))

    def log(self):
        return open(path(self.name + ".log")).read()

    def events(self, message="login"):
        whole = self.log().rpartition("\n")[0]  # the last line may be on its way
        return [e for e in map(json.loads, filter(None, whole.split("\n"))) if e["message"].startswith(message)]

    def wait_for(self, message, count=1):
        wait_until(lambda: len(self.events(message)) >= count, lambda: f"never logged {message} but {self.log()}")
        return self.events(message)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log_file.close()


def login(server, user="alice", password=PASSWORD, *options, starttls=False, timeout=LIMIT):
    port = server.starttls if starttls else server.tls
    how = ["--starttls"] if starttls else []
    return run("passbind-client", "login", f"localhost:{port}", "--user", user, "--password-file", "-", "--ca-file",
               path("authority.pem"), *how, *options, stdin=password + "\n", timeout=timeout)


def add(user, *options, store="accounts", password=PASSWORD):
    result = run("passbind-server", "user", "add", user, "--store", path(store), "--password-file", "-", *FEW, *options,
                 stdin=password + "\n")
    check(result.status == 0, result)


def users(store="accounts"):
    result = run("passbind-server", "user", "list", "--json", "--store", path(store))
    check(result.status == 0, result)
    return {u["name"]: u for u in map(json.loads, result.out.splitlines())}


def forget_failures(store):
    """Has a database forget the logins that failed, so that none is refused for those before it."""
    with contextlib.closing(sqlite3.connect(path(store), timeout=LIMIT)) as database:
        database.execute("DELETE FROM entry")
        database.commit()


class Raw:
    """A connection that says what it is told to."""

    def __init__(self, port, tls=True):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LIMIT)
        if tls:
            self.secure()
        self.file = self.socket.makefile("rb")
        check(self.line().startswith("* OK"))

    def secure(self):
        context = ssl.create_default_context(cafile=path("authority.pem"))
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.file = self.socket.makefile("rb")

    def send(self, text):
        self.socket.sendall(text.encode("latin-1"))

    def line(self):
        return self.file.readline().decode().rstrip("\r\n")

    def ask(self, text):
        self.send(text + "\r\n")
        return self.line()

    def subject(self):
        return dict(pair for part in self.socket.getpeercert()["subject"] for pair in part)["commonName"]

    def close(self):
        self.file.close()
        self.socket.close()


def build():
    if "PASSBIND_BIN" in os.environ:
        return os.environ["PASSBIND_BIN"]
    package = ["swift", "build", "-c", "release", "--package-path", os.path.join(ROOT, "Examples")]
    built = subprocess.run(package, capture_output=True, text=True)
    if built.returncode != 0:
        sys.exit(built.stdout + built.stderr + "error: the examples do not build")
    return subprocess.run([*package, "--show-bin-path"], capture_output=True, text=True, check=True).stdout.strip()


def run_all(prepare):
    """Runs the tests that are asked for, after `prepare`."""
    global BIN
    BIN = build()
    for folder in (SCRATCH, path("second")):
        subprocess.run([os.path.join(ROOT, "certs/make"), folder], check=True, stdout=subprocess.DEVNULL)
        if folder == SCRATCH:  # the second server's certificate is from the same authority
            os.mkdir(path("second"))
            for file in ("authority.pem", "authority.key"):
                shutil.copy2(path(file), path("second"))
    prepare()
    wanted = [t for t in TESTS if not sys.argv[1:] or any(name in t.__name__ for name in sys.argv[1:])]
    failed = skipped = 0
    for function in wanted:
        start = time.monotonic()
        try:
            function()
            print(f"ok   {function.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
        except Exception as error:
            if isinstance(error, Missing) and os.environ.get("CI") != "true":
                skipped += 1
                print(f"skip {function.__name__}: {error}", flush=True)
                continue
            failed += 1
            print(f"FAIL {function.__name__}\n{traceback.format_exc()}", flush=True)
    print(f"{len(wanted) - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not wanted else 0


def main(prepare=lambda: None):
    """Runs the tests that are asked for on the command line, or all, and ends the program."""
    try:
        status = run_all(prepare)
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)
    sys.exit(status)
