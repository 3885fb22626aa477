"""One login between scramp and passbind-interop-peer, run by Tests/Interop/scramp: scramp-login.py PEER SIDE MECHANISM [CASE [TYPE]].

SIDE is scramp's. The exit status is 0 if the login ended as it has to: accepted by both sides, or refused where
the case is one of an attack.
"""
import base64
import subprocess
import sys

import scramp
from scramp import core

# Python itself cannot read tls-exporter from a connection, which is why scramp has it switched off; here it is a value.
core.CbName.SUPPORTED_TYPES |= {"tls-exporter"}
core.CbName.UNSUPPORTED_TYPES = frozenset()

ACCEPTED, REFUSED = "accepted", "refused"
# Why our side refuses, by case: as the server, and as the client of a server that says so.
REASONS = {
    "wrong-password": ("invalidProof", "invalid-proof"),
    "wrong-binding": ("channelBindingMismatch", "channel-bindings-dont-match"),
    "unknown": ("unknownUser", "unknown-user"),
    "stripped": ("channelBindingDowngrade", None),
}


def main(peer, side, mechanism, case="good", binding_type="tls-exporter"):
    data = bytes(range(32))
    ours = {"user": "user", "password": "pencil", "binding": data if mechanism.endswith("-PLUS") else None}
    theirs = dict(ours)
    if case == "wrong-password":
        theirs["password"] = "crayon"
    elif case == "wrong-binding":
        theirs["binding"] = bytes(reversed(data))
    elif case == "name":
        ours["user"] = theirs["user"] = "us,er=1"
    elif case == "form":
        ours["password"], theirs["password"] = "I\u00adX", "\u2168"
    elif case == "unknown":
        theirs["user"] = "nobody"
    elif case == "stripped":
        ours["binding"] = theirs["binding"] = data

    command = [peer, "client" if side == "server" else "server", mechanism, "--user", ours["user"]]
    if ours["binding"]:
        command += ["--binding", binding_type + ":" + base64.b64encode(ours["binding"]).decode()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        log = []

        def send(message):
            log.append("scramp: " + message)
            process.stdin.write(message + "\n")
            process.stdin.flush()

        def receive():
            message = process.stdout.readline().rstrip("\n")
            log.append("ours:   " + message)
            if message.startswith(REFUSED) or not message:
                raise Refused
            return message

        process.stdin.write(ours["password"] + "\n")
        process.stdin.flush()
        outcome = login(side, mechanism, theirs, binding_type, send, receive)
        process.stdin.close()
        rest = process.stdout.read()
        process.wait()
    if rest:
        log.append("ours:   " + rest.strip())
    print("\n".join(log), "\nscramp:", outcome, "ours:", process.returncode)
    if case not in REASONS:
        return 0 if outcome == ACCEPTED and process.returncode == 0 else 1
    reason = REASONS[case][0 if side == "client" else 1]
    is_refused = outcome != ACCEPTED and process.returncode == 1
    return 0 if is_refused and log[-1].startswith("ours:   " + REFUSED) and reason in log[-1] else 1


class Refused(Exception):
    pass


def login(side, mechanism, values, binding_type, send, receive):
    binding = (binding_type, values["binding"]) if values["binding"] else None
    try:
        if side == "client":
            client = scramp.ScramClient([mechanism], values["user"], values["password"], channel_binding=binding)
            send(client.get_client_first())
            client.set_server_first(receive())
            send(client.get_client_final())
            client.set_server_final(receive())
            return ACCEPTED
        scheme = scramp.ScramMechanism(mechanism)
        known = {values["user"]: scheme.make_auth_info(values["password"])}
        server = scheme.make_server(known.get, channel_binding=binding)
        for read, write in (
            (server.set_client_first, server.get_server_first),
            (server.set_client_final, server.get_server_final),
        ):
            message = receive()
            try:
                read(message)
            except scramp.ScramException:
                send(server.get_server_final())  # e=, at whatever stage
                raise
            send(write())
        return ACCEPTED
    except (scramp.ScramException, Refused) as error:
        return f"{REFUSED} ({error!r})"


sys.exit(main(*sys.argv[1:]))
