"""TLS by PyPI's pyOpenSSL, and what a connection can be bound by (RFC 9266, RFC 5929).

No session is resumed on TLS 1.2 here, so that the first Finished message of a connection is the client's. Both ends being
OpenSSL, TLS 1.2 has the extended master secret unless it is switched off; pyOpenSSL cannot be asked for it.
Certificates must come from the test's authority; their names are not looked at.
"""
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL

NO_EXTENDED_MASTER_SECRET = 1  # OpenSSL's SSL_OP_NO_EXTENDED_MASTER_SECRET, which pyOpenSSL has no name for
VERSIONS = {"1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}


class TLS:
    """What both sides are made with: the folder of certs/make, and the one version to use; and of TLS 1.3, if wanted, the one
    suite, and the connection that a client resumes."""

    def __init__(self, folder, version="1.3", has_ems=True, suite=None, resumed=None):
        self.version, self.has_ems, self.suite, self.resumed = version, has_ems, suite, resumed
        self.certificate = os.path.join(folder, "server.pem")
        self.key = os.path.join(folder, "server.key")
        self.authority = os.path.join(folder, "authority.pem")

    def context(self):
        context = SSL.Context(SSL.TLS_METHOD)
        context.set_min_proto_version(VERSIONS[self.version])
        context.set_max_proto_version(VERSIONS[self.version])
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        if self.suite:
            context.set_tls13_ciphersuites(self.suite.encode())
        if not self.has_ems:
            context.set_options(NO_EXTENDED_MASTER_SECRET)
        return context

    def connect(self, socket):
        """The client's side of a handshake, and the bindings by type."""
        if self.resumed:
            context = self.resumed.get_context()  # of which the session has to be
        else:
            context = self.context()
            context.load_verify_locations(self.authority)
            context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)
        connection = SSL.Connection(context, socket)
        connection.set_connect_state()
        connection.set_tlsext_host_name(b"localhost")
        if self.resumed:
            connection.set_session(self.resumed.get_session())
        connection.do_handshake()
        certificate = connection.get_peer_certificate(as_cryptography=True)
        return connection, bindings(connection, certificate, connection.get_finished)

    def accept(self, socket):
        """The server's side."""
        context = self.context()
        context.use_certificate_file(self.certificate)
        context.use_privatekey_file(self.key)
        connection = SSL.Connection(context, socket)
        connection.set_accept_state()
        connection.do_handshake()
        certificate = connection.get_certificate(as_cryptography=True)
        return connection, bindings(connection, certificate, connection.get_peer_finished)


def is_resumed(connection):
    """pyOpenSSL has no method for it; the library under it has."""
    return SSL._lib.SSL_session_reused(connection._ssl) == 1


def bindings(connection, certificate, clients_finished):
    """The data by type. tls-exporter is asked for with an empty context, which on TLS 1.2 is not the same as none."""
    data = {
        "tls-exporter": connection.export_keying_material(b"EXPORTER-Channel-Binding", 32, b""),
        "tls-server-end-point": end_point(certificate),
    }
    if connection.get_protocol_version_name() == "TLSv1.2":
        data["tls-unique"] = clients_finished()
    return data


def end_point(certificate):
    """RFC 5929 section 4.1: the certificate's hash, by the hash that it is signed with, or by SHA-256."""
    hash = certificate.signature_hash_algorithm
    digest = hashes.Hash(hashes.SHA256() if isinstance(hash, (hashes.MD5, hashes.SHA1)) else hash)
    digest.update(certificate.public_bytes(Encoding.DER))
    return digest.finalize()
