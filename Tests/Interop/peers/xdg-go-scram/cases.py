"""passbind-interop-peer and xdg-go/scram log in to each other, by the mechanisms that it has: none of them binds."""
from case import main
from crossing import DATA, SIDES, Refusals, crossed, usual
from login import Program

REFUSALS = Refusals("server error: other-error", {
    "wrong password": ("challenge proof invalid", "invalid-proof"),
    "unknown user": ("unknown user", "unknown-user"),
})
BARE, PLUS = "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS"

for hash in "SHA-1", "SHA-256", "SHA-512":
    usual("SCRAM-" + hash, None, REFUSALS)
comma = {"user": "us,er=1"}
crossed("server", BARE, None, "accepted: a name with comma and =", comma, comma)
crossed("client", BARE, None, "accepted: a name with comma and =, which its server leaves escaped", comma,
        {"user": "us=2Cer=3D1"})
for direction in SIDES:
    forms = {"user": "us\u00ader\u2168", "password": "I\u00adX"}, {"user": "userIX", "password": "\u2168"}
    if direction == "server":
        forms = forms[::-1]
    crossed(direction, BARE, None, "accepted: name and password in forms that SASLprep brings together", *forms)

bound = {"mechanism": PLUS, "binding": ("tls-exporter", DATA)}
crossed("client", PLUS, "tls-exporter", "refused: it cannot bind", bound, {"mechanism": BARE, "binding": None},
        (None, "channel binding requested but not supported"))
crossed("client", BARE, None, "accepted: our client could bind, and was offered nothing to bind with", {"flag": "y"})
crossed("server", BARE, None, "refused by its client: i=4095", {"iterations": 4095},
        refused=(None, "server requested too few iterations"))
crossed("client", BARE, None, "refused by our client: i=4095", {}, {"iterations": 4095}, ("the floor is 4096", None))

main(lambda *programs: [*map(Program, programs)])
