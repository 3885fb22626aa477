"""The cases in which a server proves itself without being asked, and the one in which there is nothing to prove with."""
import authenticators
from authenticators import Reader
from case import case, equal
from good import SCHEMES, chain


@case("spontaneously, from our server")
def _(world):
    with world.connect(is_server=False) as connection:
        answer = connection.answer("S")
        context = Reader(Reader(answer).message()[1][4:]).vector(1)
        equal(len(context), 32)
        equal(chain(connection, b"", context, SCHEMES.values(), answer), [world.der("second")])


@case("spontaneously, to our client")
def _(world):
    with world.connect(is_server=True) as connection:
        def answer(context, more=()):
            certificate = authenticators.certificate(context, [world.der("second")], more)
            return connection.own.authenticator(b"", certificate, world.key("second"), 0x0403)

        connection.taken(answer(b"once"), "second", "U")
        connection.refused("U", answer(b"once"), "contextReused", "used")
        connection.refused("U", answer(b"twice", [(5, b"")]), "illegalParameter", "extension 5 ")
        connection.refused("U", connection.own.empty(b"", b"thrice"), "illegalParameter", "answers nothing")
        connection.refused("S", b"", "invalidConfiguration", "client")


@case("TLS 1.2 has none; ours is the server")
def _(world):
    with world.connect(is_server=False, suite=None, version="1.2") as connection:
        letter, error = connection.read()
        equal((letter, error.partition(b":")[0]), ("E", b"unavailable"))
        assert b"TLS 1.3" in error, error
