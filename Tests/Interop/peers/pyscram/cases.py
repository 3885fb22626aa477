"""passbind-interop-peer in the TrueNAS dialect and a peer with pyscram's wire format log in to each other."""
from case import main, row
from crossing import DATA, SIDES, Refusals, crossed, usual
from login import Program, log_in
from peer import AuthData, Pyscram

REFUSALS = Refusals("not v=", {
    "wrong password": ("client proof", None),
    "unknown user": ("no such user", None),
    "wrong binding": ("channel binding", None),
})
BARE, PLUS, EXPORTER = "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", "tls-exporter"
CLIENT, SERVER = {"dialect": "trueNAS"}, {"dialect": "trueNAS", "iterations": 50_000}
OURS = {"client": CLIENT, "server": SERVER}

usual(BARE, None, REFUSALS, OURS)
for type in EXPORTER, "tls-unique", "tls-server-end-point":
    usual(PLUS, type, REFUSALS, OURS)

# What 0.1.0 makes of c=.
short, reread = lambda header, data: header + data, lambda header, data: b"n"
crossed("server", PLUS, EXPORTER, "accepted: no commas in c=", SERVER, {"binding_input": short})
crossed("server", BARE, None, "accepted: c=bg==, of a message read again", SERVER, {"binding_input": reread})
crossed("server", PLUS, EXPORTER, "refused: c=bg== where the header binds", SERVER, {"binding_input": reread},
        ("channelBindingMismatch", "not v="))

# Passwords are not prepared.
for direction in SIDES:
    soft = {"password": "I\u00adX"}
    crossed(direction, BARE, None, "accepted: a password that SASLprep would change", {**OURS[direction], **soft}, soft)
    refused = ("invalidProof", "not v=") if direction == "server" else (None, "client proof")
    crossed(direction, BARE, None, "refused: the password that SASLprep would make of it", {**OURS[direction], **soft},
            {"password": "IX"}, refused)

# Limits.
crossed("client", BARE, None, "refused by our client: i=49999", CLIENT, {"iterations": 49_999},
        ("the floor is 50000", None))
crossed("client", BARE, None, "refused by our client: a salt of 12 bytes", CLIENT, {"salt": bytes(12)},
        ("weakSalt", None))
crossed("server", BARE, None, "refused by its client: i=49999", {**SERVER, "iterations": 49_999},
        refused=(None, "salt or iterations"))

# API keys: what is known of them is the id behind the name.
for direction in SIDES:

    @row(direction, BARE, None, None, "accepted: an API key, user:2147483647")
    def _(ends, direction=direction):
        ours, theirs = ends
        key = {"mechanism": BARE, "user": "user:2147483647", "password": "1-abcdefgh"}
        if direction == "client":
            our, their = log_in(ours, theirs, {**CLIENT, **key}, key)
        else:
            their, our = log_in(theirs, ours, key, {**SERVER, **key, "user": "user"})
            assert our.about == f"{BARE} - {b'user'.hex()} 2147483647"
        assert our.word == their.word == "accepted"


for id in "0x10", "0", "016", "2147483648", "b":
    crossed("server", BARE, None, f"refused: user:{id} is not the name of an API key", SERVER, {"user": f"user:{id}"},
            ("invalidName", "not r= s= i="))
crossed("client", BARE, None, "refused by our client: a name with a comma", {**CLIENT, "user": "us,er"},
        refused=("invalidName", None))


# What is kept in a password's place.
@row("client", PLUS, EXPORTER, None, "accepted: by the keys of the login before, without the password")
def _(ends):
    ours, theirs = ends
    values = {"mechanism": PLUS, "user": "user", "password": "pencil", "binding": (EXPORTER, DATA)}
    for password in "pencil", None:
        our, their = log_in(ours, theirs, {**CLIENT, **values, "password": password}, values)
        assert our.word == their.word == "accepted"


@row("client", PLUS, EXPORTER, None, "refused by our client: its keys are not for the server's new salt")
def _(ends):
    ours, theirs = ends
    values = {"mechanism": PLUS, "user": "user", "password": "pencil", "binding": (EXPORTER, DATA)}
    log_in(ours, theirs, {**CLIENT, **values}, values)
    our, their = log_in(ours, theirs, {**CLIENT, **values, "password": None}, {**values, "salt": bytes(16)})
    assert our.word == "refused" and "credentialOutdated" in our.about and their.word == "message"


@row("server", PLUS, EXPORTER, None, "accepted: by its client key alone, and a verifier that it made")
def _(ends):
    ours, theirs = ends
    made = AuthData("pencil", b"fedcba9876543210", 60_000)
    values = {"mechanism": PLUS, "user": "user", "binding": (EXPORTER, DATA)}
    our_values = {**CLIENT, **values, "verifier": made.rfc5803}
    their, our = log_in(theirs, ours, {**values, "auth_data": made}, our_values)
    assert our.word == their.word == "accepted"


# Those who keep to RFC 5802 and this dialect do not understand each other; scramp has the other half of these rows.
crossed("client", BARE, None, "refused: our client speaks RFC 5802", refused=(None, "unexpected nonce"))
crossed("server", BARE, None, "refused: our server speaks RFC 5802", {"iterations": 50_000},
        refused=(None, "unexpected nonce"))

main(lambda program: (Program(program), Pyscram()))
