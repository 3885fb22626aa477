"""One end of TLS connections on pyOpenSSL: a server that tells its channel bindings, one port a certificate, or a client that
prints them beside its own.

peer.py version
peer.py serve VERSION tickets|memory PORT-FILE (CERTIFICATE KEY)...
peer.py connect VERSION CONNECTIONS PORT...

VERSION is 1.2, 1.3, or 1.2-no-ems: without the extended master secret.
"""

import os, socket, sys, threading

import OpenSSL
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from OpenSSL import SSL

NO_EXTENDED_MASTER_SECRET = 1  # OpenSSL's SSL_OP_NO_EXTENDED_MASTER_SECRET, for which pyOpenSSL has no name


def limited(version):
    context = SSL.Context(SSL.TLS_METHOD)
    number = {"1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}[version[:3]]
    context.set_min_proto_version(number)
    context.set_max_proto_version(number)
    context.set_cipher_list(b"ECDHE+AESGCM:@SECLEVEL=0")  # for certificates that nobody should accept
    if version.endswith("-no-ems"):
        context.set_options(NO_EXTENDED_MASTER_SECRET)
    return context


def end_point(certificate):
    """RFC 5929 section 4.1, by what cryptography says of the signature."""
    try:
        hash = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm as error:
        return f"none {error}"
    if hash is None:
        return f"none {certificate.signature_algorithm_oid.dotted_string} has no hash"
    digest = hashes.Hash(hashes.SHA256() if isinstance(hash, (hashes.MD5, hashes.SHA1)) else hash)
    digest.update(certificate.public_bytes(serialization.Encoding.DER))
    return digest.finalize().hex()


def account(connection, is_server, certificate):
    # pyOpenSSL has no method for it; the library under it has.
    is_resumed = SSL._lib.SSL_session_reused(connection._ssl) == 1
    # RFC 5929 section 3.1: the client's Finished comes first in a full handshake, the server's in a resumed one.
    finished = connection.get_finished() if is_server == is_resumed else connection.get_peer_finished()
    is_tls13 = connection.get_protocol_version() == SSL.TLS1_3_VERSION
    # RFC 9266: a context of no bytes, which on TLS 1.2 is not the same as none.
    exported = connection.export_keying_material(b"EXPORTER-Channel-Binding", 32, b"")
    return [f"tls {'1.3' if is_tls13 else '1.2'}", f"resumed {str(is_resumed).lower()}", f"tls-exporter {exported.hex()}",
            f"tls-unique {finished.hex()}", f"tls-server-end-point {end_point(certificate)}"]


def serve(version, resumption, port_file, *pairs):
    ports = []
    for certificate, key in zip(pairs[::2], pairs[1::2]):
        context = limited(version)
        context.set_session_id(b"passbind")
        context.set_session_cache_mode(SSL.SESS_CACHE_SERVER)
        if resumption == "memory":
            context.set_options(SSL.OP_NO_TICKET)
        context.use_certificate_chain_file(certificate)
        context.use_privatekey_file(key)
        with open(certificate, "rb") as file:
            shown = x509.load_pem_x509_certificate(file.read())
        listener = socket.create_server(("127.0.0.1", 0))
        ports.append(listener.getsockname()[1])
        threading.Thread(target=accept, args=[context, listener, shown]).start()
    with open(port_file + ".new", "w") as file:
        file.writelines(f"{port}\n" for port in ports)
    os.rename(port_file + ".new", port_file)


def accept(context, listener, certificate):
    while True:
        wire, _ = listener.accept()
        connection = SSL.Connection(context, wire)
        connection.set_accept_state()
        try:
            connection.do_handshake()
            connection.sendall("\n".join([*account(connection, True, certificate), ".", ""]).encode())
            try:
                connection.recv(1)  # until the client is gone
            except SSL.ZeroReturnError:
                connection.shutdown()
        except SSL.Error as error:
            print(repr(error), file=sys.stderr)
        wire.close()


def connect(version, connections, *ports):
    number = 0
    for port in ports:
        context = limited(version)
        session = None
        for _ in range(int(connections)):
            number += 1
            print("connection", number)
            try:
                session = visit(context, int(port), session)
            except SSL.Error as error:
                print("client failed", repr(error))


def visit(context, port, session):
    wire = socket.create_connection(("127.0.0.1", port))
    connection = SSL.Connection(context, wire)
    connection.set_tlsext_host_name(b"localhost")
    connection.set_connect_state()
    if session:
        connection.set_session(session)
    connection.do_handshake()
    told = b""
    while not told.endswith(b"\n.\n"):
        told += connection.recv(4096)
    for line in told.decode().splitlines()[:-1]:
        print("server", line)
    for line in account(connection, False, connection.get_peer_certificate(as_cryptography=True)):
        print("client", line)
    session = connection.get_session()
    connection.shutdown()
    wire.close()
    return session


if __name__ == "__main__":
    if sys.argv[1] == "version":
        print(f"{OpenSSL.__version__} (OpenSSL {SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode().split()[1]})")
    else:
        {"serve": serve, "connect": connect}[sys.argv[1]](*sys.argv[2:])
