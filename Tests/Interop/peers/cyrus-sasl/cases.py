"""passbind-interop-peer and Cyrus SASL log in to each other, mechanism by mechanism."""
from case import main
from crossing import DATA, SIDES, Refusals, crossed, usual
from login import Program

# Its client knows no e= in the server's messages, and its server sends none.
REFUSALS = Refusals("ServerSignature expected", {
    "wrong password": ("StoredKey mismatch", None),
    "unknown user": ("user not found", None),
    "wrong binding": ("Channel bindings mismatch", None),
})
BARE, PLUS, EXPORTER = "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", "tls-exporter"

for hash in "SHA-1", "SHA-256", "SHA-384", "SHA-512":
    usual("SCRAM-" + hash, None, REFUSALS)
    usual(f"SCRAM-{hash}-PLUS", EXPORTER, REFUSALS)
for type in "tls-unique", "tls-server-end-point":
    usual(PLUS, type, REFUSALS)
for direction in SIDES:
    comma, unicode = {"user": "us,er=1"}, {"user": "\u044e\u0437", "password": "\u043f\u0430\u0440"}
    crossed(direction, PLUS, EXPORTER, "accepted: a name with comma and =", comma, comma)
    crossed(direction, PLUS, EXPORTER, "accepted: name and password beyond ASCII", unicode, unicode)

bound, unique = {"binding": (EXPORTER, DATA)}, {"binding": ("tls-unique", DATA)}
# With one mechanism to choose from, it says n in place of y.
choosing = {**bound, "mechanism": "SCRAM-SHA-512,SCRAM-SHA-1"}
crossed("server", BARE, None, "refused: the client was not shown -PLUS", bound, choosing,
        ("channelBindingDowngrade", "Nonce (r=) expected"))
crossed("client", BARE, None, "refused: the client was not shown -PLUS", {"flag": "y"}, bound,
        (None, "client incorrectly assumed server had no channel binding"))
expected = "refused: the server binds by tls-unique alone"
crossed("server", PLUS, EXPORTER, expected, unique, refused=("unsupportedBindingType", "Nonce (r=) expected"))
crossed("client", PLUS, EXPORTER, expected, {}, unique, (None, "Expected: tls-unique, received: tls-exporter"))
expected = "refused: -PLUS under the mechanism's bare name"
crossed("server", PLUS, EXPORTER, expected, {"mechanism": BARE}, refused=("mechanismMismatch", "Nonce (r=) expected"))

crossed("server", BARE, None, "accepted: i=65536", {"iterations": 65_536})
crossed("server", BARE, None, "refused by its client: i=65537", {"iterations": 65_537},
        refused=(None, "iteration-count is too big"))
crossed("client", BARE, None, "refused by our client: i=4095", {}, {"iterations": 4095}, ("the floor is 4096", None))

crossed("client", PLUS, EXPORTER, "accepted: the best of the server's list", {"offer": True})
old = {"offer": "SCRAM-SHA-1-PLUS,SCRAM-SHA-1"}
crossed("client", "SCRAM-SHA-1-PLUS", EXPORTER, "refused by our client: SHA-1, which it was not told to accept", old,
        refused=("the server offers SCRAM-SHA-1-PLUS", None))

main(lambda ours, theirs: (Program(ours), Program(theirs)))
