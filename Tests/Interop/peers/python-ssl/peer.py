"""One end of TLS connections on Python's ssl: a server that tells its channel bindings, one port a certificate, or a client that
prints them beside its own. Of the binding types ssl knows tls-unique alone.

peer.py serve VERSION tickets|memory PORT-FILE (CERTIFICATE KEY)...
peer.py connect VERSION CONNECTIONS PORT...

VERSION is 1.2, 1.3, or 1.2-no-ems: without the extended master secret.
"""

import os, socket, ssl, sys, threading

NO_EXTENDED_MASTER_SECRET = 1  # OpenSSL's SSL_OP_NO_EXTENDED_MASTER_SECRET, for which ssl has no name


def limited(context, version):
    context.minimum_version = context.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version[:3]]
    if version.endswith("-no-ems"):
        context.options |= NO_EXTENDED_MASTER_SECRET
    return context


def account(connection):
    data = connection.get_channel_binding("tls-unique")
    return [f"tls {connection.version().removeprefix('TLSv')}", f"resumed {str(connection.session_reused).lower()}",
            "tls-unique " + (data.hex() if data else "none")]


def serve(version, resumption, port_file, *pairs):
    ports = []
    for certificate, key in zip(pairs[::2], pairs[1::2]):
        context = limited(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), version)
        if resumption == "memory":
            context.options |= ssl.OP_NO_TICKET
        context.load_cert_chain(certificate, key)
        listener = socket.create_server(("127.0.0.1", 0))
        ports.append(listener.getsockname()[1])
        threading.Thread(target=accept, args=[context, listener]).start()
    with open(port_file + ".new", "w") as file:
        file.writelines(f"{port}\n" for port in ports)
    os.rename(port_file + ".new", port_file)


def accept(context, listener):
    while True:
        wire, _ = listener.accept()
        wire.settimeout(60)
        try:
            connection = context.wrap_socket(wire, server_side=True)
            connection.sendall("\n".join([*account(connection), ".", ""]).encode())
            connection.recv(1)  # until the client is gone
            connection.unwrap()
        except OSError as error:
            print(error, file=sys.stderr)
        wire.close()


def connect(version, connections, *ports):
    context = limited(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), version)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    number = 0
    for port in ports:
        session = None
        for _ in range(int(connections)):
            number += 1
            print("connection", number)
            try:
                session = visit(context, int(port), session)
            except OSError as error:
                print("client failed", error)


def visit(context, port, session):
    wire = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection = context.wrap_socket(wire, server_hostname="localhost", session=session)
    for line in connection.makefile():
        if line == ".\n":
            break
        print("server", line, end="")
    for line in account(connection):
        print("client", line)
    session = connection.session
    connection.unwrap().close()
    return session


if __name__ == "__main__":
    {"serve": serve, "connect": connect}[sys.argv[1]](*sys.argv[2:])
