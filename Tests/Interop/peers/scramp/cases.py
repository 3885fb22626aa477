"""passbind-interop-peer and scramp log in to each other, by every mechanism that scramp has."""
from case import main
from crossing import DATA, SIDES, Refusals, crossed, usual
from login import Program
from peer import Scramp

REFUSALS = Refusals("other-error", {
    "wrong password": ("invalid-proof", "invalid-proof"),
    "unknown user": ("unknown-user", "unknown-user"),
    "wrong binding": ("channel-bindings-dont-match", "channel-bindings-dont-match"),
})
PLUS = "SCRAM-SHA-512-PLUS"

for hash in "SHA-1", "SHA-256", "SHA-512", "SHA3-512":
    usual("SCRAM-" + hash, None, REFUSALS)
    usual(f"SCRAM-{hash}-PLUS", "tls-exporter", REFUSALS)
for type in "tls-unique", "tls-server-end-point":
    usual(PLUS, type, REFUSALS)
for direction in SIDES:
    comma = {"user": "us,er=1"}
    crossed(direction, PLUS, "tls-exporter", "accepted: a name with comma and =", comma, comma)
    forms = {"password": "I\u00adX"}, {"password": "\u2168"}
    crossed(direction, PLUS, "tls-exporter", "accepted: a password in two forms of Unicode", *forms)

unique, bound = {"binding": ("tls-unique", DATA)}, {"binding": ("tls-exporter", DATA)}
expected = "refused: the server binds by tls-unique alone"
crossed("server", PLUS, "tls-exporter", expected, unique, refused=("unsupportedBindingType", "other-error"))
crossed("client", PLUS, "tls-exporter", expected, {}, unique,
        ("the server says unsupported-channel-binding-type", "unsupported-channel-binding-type"))
crossed("server", "SCRAM-SHA-512", None, "refused: the client was not shown -PLUS", bound, bound,
        ("channelBindingDowngrade", "other-error"))
crossed("client", "SCRAM-SHA-512", None, "refused: the client was not shown -PLUS", {"flag": "y"}, bound,
        ("the server says server-does-support-channel-binding", "channel-binding"))

# The dialect of TrueNAS's pyscram is not RFC 5802.
true_nas = {"dialect": "trueNAS"}
crossed("client", "SCRAM-SHA-512", None, "refused by our client, which speaks the TrueNAS dialect", true_nas,
        refused=("invalidEncoding", None))
crossed("server", "SCRAM-SHA-512", None, "refused: our server speaks the TrueNAS dialect", true_nas,
        refused=("a TrueNAS nonce here has 32 bytes", "other-error"))

main(lambda peer: (Program(peer), Scramp()))
