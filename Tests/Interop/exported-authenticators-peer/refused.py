"""The cases in which our program refuses an authenticator, for the one thing that is wrong with it."""
import authenticators
from world import Asked, either_end, own_name, proof


@either_end("we decline, and it is no success")
def _(world, is_server):
    with world.connect(is_server) as connection:
        asked = Asked.by(connection)
        connection.refused("A", connection.own.empty(asked.bytes, asked.context), "refused", "declines")
        asked = Asked.by(connection)
        connection.refused("A", connection.own.empty(asked.bytes, b"other"), "notAuthentic", "Finished")


@either_end("refused: made on another connection")
def _(world, is_server):
    with world.connect(is_server) as first, world.connect(is_server) as second:
        # The same request on both, byte for byte.
        asked, again = Asked.by(first, "context=77"), Asked.by(second, "context=77")
        assert asked.bytes == again.bytes
        answer = proof(first, world, asked)
        second.refused("A", answer, "notAuthentic", "Finished")
        first.taken(answer, own_name(first))


def refused(name, code, words, make):
    """`make` gets the connection, the world and the request."""

    @either_end(f"refused: {name}")
    def _(world, is_server):
        with world.connect(is_server, host="localhost") as connection:
            asked = Asked.by(connection, "schemes=0403 0807,extension=ff4f" + (",name=localhost" if is_server else ""))
            connection.refused("A", make(connection, world, asked), code, words)


def flipped(at):
    def make(connection, world, asked):
        data = bytearray(proof(connection, world, asked))
        data[at] ^= 1
        return bytes(data)
    return make


def no_certificate(connection, world, asked):
    certificate = authenticators.certificate(asked.context, [])
    return connection.own.authenticator(asked.bytes, certificate, world.key(own_name(connection)), 0x0403)


def one_of(server, client, **keywords):
    """The certificate, by the role of this end."""
    return lambda c, w, a: proof(c, w, a, name=server if c.is_server else client, **keywords)


FINISHED = "^Finished is wrong"
refused("one bit of Finished", "notAuthentic", FINISHED, flipped(-1))
refused("one bit of the context", "wrongContext", "another request", flipped(10))
refused("one bit of the certificate", "notAuthentic", FINISHED, flipped(200))
refused("one bit of the signature", "notAuthentic", FINISHED, flipped(-60))
refused("the last byte is missing", "malformed", "48 bytes are announced, and 47 are there", lambda *a: proof(*a)[:-1])
refused("a byte too many", "malformed", "left over", lambda *a: proof(*a) + b"\0")
refused("twice behind each other", "malformed", "left over", lambda *a: 2 * proof(*a))
refused("no Certificate in front", "malformed", "are announced",
        lambda *a: proof(*a)[4 + int.from_bytes(proof(*a)[1:4], "big"):])
refused("more than 64 KiB", "limitExceeded", "is over 65536", lambda *a: proof(*a) + bytes(65536))
refused("no certificate, and a rest that is valid", "illegalParameter", "list of certificates is empty", no_certificate)
refused("the other role's keys", "notAuthentic", FINISHED, lambda c, w, a: proof(c, w, a, keys=c.peer))
refused("without the request in the transcript", "notAuthentic", FINISHED, lambda c, w, a: proof(c, w, a, request=b""))
refused("without the request's header in the transcript", "notAuthentic", FINISHED,
        lambda c, w, a: proof(c, w, a, request=a.bytes[4:]))
refused("the other request's type in the transcript", "notAuthentic", FINISHED,
        lambda c, w, a: proof(c, w, a, request=bytes([30 - a.bytes[0]]) + a.bytes[1:]))
refused("another context", "wrongContext", "another request", lambda c, w, a: proof(c, w, a, context=b"other"))
refused("an extension that was not asked for", "illegalParameter", "extension 5 ",
        lambda c, w, a: proof(c, w, a, more=[(5, b"")]))
refused("an extension of the request that no certificate has", "illegalParameter", "extension 13 may not stand here",
        lambda c, w, a: proof(c, w, a, more=[(13, b"")]))
refused("an extension twice", "illegalParameter", "extension 65359 is there twice",
        lambda c, w, a: proof(c, w, a, more=[(0xff4f, b""), (0xff4f, b"")]))
refused("a scheme that was not asked for", "illegalParameter", "scheme .* was not asked for",
        one_of("p384-sha384", "client-p384", scheme=0x0503))
refused("a signature by another key", "invalidSignature", "not by the key of the certificate",
        lambda c, w, a: proof(c, w, a, signer="authority"))
# Certificates with one fault each: the authority, the time, the name, the purpose.
refused("somebody else's certificate authority", "untrustedPeer", "unable to get local issuer",
        one_of("rogue", "client-rogue"))
refused("an expired certificate", "untrustedPeer", "expired", one_of("expired", "client-expired"))
refused("a certificate for another host, or for a server", "untrustedPeer",
        "not for host localhost|unsuitable certificate purpose", one_of("other-host", "server"))
