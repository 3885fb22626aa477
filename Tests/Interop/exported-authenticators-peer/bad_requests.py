"""The cases in which our program refuses a request."""
import authenticators
from good import demand
from world import either_end


@either_end("ours refuses a bad request")
def _(world, is_server):
    made = lambda *arguments, **keywords: authenticators.request(*arguments, **keywords)
    schemes = (13, bytes.fromhex("00020807"))
    with world.connect(is_server) as connection:
        _, good = demand(connection)
        kind = good[0]
        body = lambda context, rest: authenticators.message(kind, authenticators.vector(1, context) + rest)
        connection.answer("Q", good)
        bad = [
            (good, "contextReused", "used"),
            (made(not is_server, b"1", [0x0403]), "illegalParameter", "for the other end"),
            (made(is_server, b"2", [0x0403], more=[schemes]), "illegalParameter", "extension 13 is there twice"),
            (made(is_server, b"3", [0x0403], more=[(51, b"")]), "illegalParameter", "extension 51 may not stand here"),
            (body(b"4", authenticators.extensions([(0xff4f, b"")])), "illegalParameter", "no signature schemes"),
            (b"", "malformed", "announced"),
            (good[:-1], "malformed", "announced"),
            (good + b"\0", "malformed", "left over"),
            (bytes([11]) + good[1:], "malformed", "no request"),
            (body(b"6", b"\0\0"), "malformed", "2 bytes or more has 0"),
            (body(b"7", authenticators.extensions([(13, b"\0\1\4")])), "malformed", "bytes"),
            (made(is_server, b"8", [0x0403], more=[(0xff4f, bytes(17000))]), "limitExceeded", "is over 16384"),
            (made(is_server, b"9", [0x0403], more=[(0xff00 + i, b"") for i in range(40)]), "limitExceeded", "extensions"),
        ]
        if is_server:
            bad.append((made(True, b"5", [0x0403], name="second.example"), "illegalParameter", "extension 0 "))
        for request, code, words in bad:
            connection.refused("Q", request, code, words)
