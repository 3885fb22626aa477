"""One end of a TLS 1.3 connection with the passbind-authenticator-peer, by pyOpenSSL: a letter, a length in 4 bytes, the content."""

import socket, subprocess
from OpenSSL import SSL
from messages import Keys


class Connection:
    def __init__(self, sock, context, is_server):
        self.is_server = is_server
        self.tls = SSL.Connection(context, sock)
        if is_server:
            self.tls.set_accept_state()
        else:
            self.tls.set_connect_state()
            self.tls.set_tlsext_host_name(b"localhost")
        self.tls.do_handshake()
        own, peer = ("server", "client") if is_server else ("client", "server")
        self.own, self.peer = Keys(self.tls, own), Keys(self.tls, peer)

    def send(self, letter, content=b""):
        self.tls.sendall(letter.encode() + len(content).to_bytes(4, "big") + content)

    def receive(self):
        head = self.read(5)
        return head[:1].decode(), self.read(int.from_bytes(head[1:], "big"))

    def ask(self, letter, content=b""):
        self.send(letter, content)
        return self.receive()

    def read(self, count):
        data = b""
        while len(data) < count:
            data += self.tls.recv(count - len(data))
        return data

    def close(self):
        try:
            self.tls.shutdown()
        except SSL.Error:
            pass
        self.tls.close()


class World:
    """Both ways to meet our program: its server, which runs, or its client, which is started for each connection."""

    def __init__(self, program, certificates, port):
        self.program, self.certificates, self.port = program, certificates, port
        self.clients = []

    def context(self, is_server, suite, version=SSL.TLS1_3_VERSION):
        context = SSL.Context(SSL.TLS_SERVER_METHOD if is_server else SSL.TLS_CLIENT_METHOD)
        context.set_min_proto_version(version)
        context.set_max_proto_version(version)
        if suite:
            context.set_tls13_ciphersuites(suite.encode())
        if is_server:
            context.use_certificate_chain_file(f"{self.certificates}/server.pem")
            context.use_privatekey_file(f"{self.certificates}/server.key")
        return context

    def connect(self, is_server, suite="TLS_AES_256_GCM_SHA384", identities=()):
        """A connection whose server is us, if is_server, else our program's."""
        context = self.context(is_server, suite)
        if not is_server:
            sock = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            sock.settimeout(None)
            return Connection(sock, context, False)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(30)
            arguments = [word for name in identities or ["client"] for word in ("--identity", f"{self.certificates}/{name}.pem")]
            self.clients.append(subprocess.Popen([
                self.program, "connect", str(listener.getsockname()[1]), "--ca-file",
                f"{self.certificates}/authorities.pem", *arguments]))
            sock, _ = listener.accept()
            sock.settimeout(None)
            return Connection(sock, context, True)

    def finish(self):
        """Waits for the clients, whose servers have hung up."""
        for client in self.clients:
            client.wait(timeout=30)
        self.clients.clear()
