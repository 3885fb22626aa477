"""passbind-interop-peer and GNU SASL's library log in to each other, mechanism by mechanism."""
from case import main, row
from crossing import DATA, SIDES, Refusals, crossed, usual
from login import Program, log_in

# Its client knows no e= in the server's messages, and its server sends none.
REFUSALS = Refusals("GSASL_MECHANISM_PARSE_ERROR", {
    "wrong password": ("GSASL_AUTHENTICATION_ERROR", None),
    "unknown user": ("GSASL_NO_PASSWORD", None),
    "wrong binding": ("GSASL_AUTHENTICATION_ERROR", None),
})
BARE, PLUS, EXPORTER = "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "tls-exporter"

for hash in "SHA-1", "SHA-256":
    usual("SCRAM-" + hash, None, REFUSALS)
    for type in EXPORTER, "tls-unique":
        usual(f"SCRAM-{hash}-PLUS", type, REFUSALS)
for direction in SIDES:
    comma, forms = {"user": "us,er=1"}, ({"password": "I\u00adX"}, {"password": "\u2168"})
    crossed(direction, PLUS, EXPORTER, "accepted: a name with comma and =", comma, comma)
    crossed(direction, PLUS, EXPORTER, "accepted: a password in two forms of Unicode", *forms)

bound, unique = {"binding": (EXPORTER, DATA)}, {"binding": ("tls-unique", DATA)}
crossed("client", BARE, None, "refused: the client was not shown -PLUS", {"flag": "y"}, bound,
        (None, "GSASL_AUTHENTICATION_ERROR"))
expected = "refused: the server binds by tls-unique alone"
crossed("server", PLUS, EXPORTER, expected, unique, refused=("unsupportedBindingType", "GSASL_MECHANISM_PARSE_ERROR"))
crossed("client", PLUS, EXPORTER, expected, {}, unique, (None, "GSASL_NO_CB_TLS_EXPORTER"))
expected = "refused: -PLUS under the mechanism's bare name"
crossed("server", PLUS, EXPORTER, expected, {"mechanism": BARE},
        refused=("mechanismMismatch", "GSASL_MECHANISM_PARSE_ERROR"))

crossed("server", BARE, None, "accepted: i=65537", {"iterations": 65_537})
crossed("client", BARE, None, "refused by our client: i=4095", {}, {"iterations": 4095}, ("the floor is 4096", None))

crossed("client", PLUS, EXPORTER, "accepted: the best of the server's list", {"offer": True})
old = {"offer": "SCRAM-SHA-1-PLUS,SCRAM-SHA-1"}
crossed("client", "SCRAM-SHA-1-PLUS", EXPORTER, "refused by our client: SHA-1, which it was not told to accept", old,
        refused=("the server offers SCRAM-SHA-1-PLUS", None))

# Without ours: that the two libraries agree with each other.
for mechanism in "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", PLUS:
    type = EXPORTER if mechanism.endswith("-PLUS") else None
    for side in SIDES:

        @row(side, mechanism, type, None, f"control: its {side} and Cyrus SASL, accepted")
        def _(programs, side=side, mechanism=mechanism, type=type):
            _, *ends = programs
            usual = {"mechanism": mechanism, "user": "user", "password": "pencil", "binding": type and (type, DATA)}
            answers = log_in(*(ends if side == "client" else ends[::-1]), usual, usual)
            assert [answer.word for answer in answers] == ["accepted", "accepted"]

main(lambda *programs: [*map(Program, programs)])
