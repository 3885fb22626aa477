"""The cases in which the client in Python meets passbind-server, and neither end is hostile."""
import os

import group
import oprf
from authenticators import Reader
from case import case, equal, log
from client import Client
from line_world import PASSWORD, WRONG
from logins import FAILURE, Login, accepted
from messages import KEY_INFO, KEY_STRETCHING, MECHANISM, SERVER_AUTH, read_server_share
from refusal import Refused
from server import keys_of
from stretching import Limits
from tls import is_resumed


def refused_by_client(world, code, user, password=PASSWORD, reason="abandoned", **client):
    """The client gives up, which the server counts as a failure; the log has the server's reason, if it had one."""
    with world.connect() as connection:
        login = Login(connection, user, password, **client)
        equal(login.refusal and login.refusal.code, code)
    audit = world.audited(connection)
    log(audit)
    equal((audit["outcome"], audit["reason"]), ("refused", reason))
    return login


@case("our server, a login")
def _(world):
    accepted(world)


@case("our server, a login by STARTTLS", starttls=True)
@case("our server, a login with SHA-384", suite="TLS_AES_256_GCM_SHA384")
@case("our server, a login with SHA-256", suite="TLS_AES_128_GCM_SHA256")
@case("our server, a login without initial response", at_once=False)
def _(world, at_once=True, **how):
    with world.connect(**how) as connection:
        equal(Login(connection, "alice", at_once=at_once).identity, "alice")
    equal(world.audited(connection)["binding"], "exported-authenticator")


@case("our server, an account stretched by scrypt")
def _(world):
    accepted(world, "stretched")


@case("our server, two logins: the same export key")
def _(world):
    equal(accepted(world).client.export_key, accepted(world).client.export_key)


@case("our server, TLS 1.2: not offered, and not done")
def _(world):
    with world.connect("1.2") as connection:
        assert MECHANISM not in connection.offer.mechanisms, connection.offer
        try:
            connection.challenge(MECHANISM, b"\x11")
        except Refused as refusal:
            equal(str(refusal), FAILURE)
        else:
            raise AssertionError("it was begun")


@case("our server, name and password in forms that SASLprep brings together")
def _(world):
    name = "us\u00ader,\u2168=1"  # a soft hyphen, and a Roman nine
    accepted(world, name, "I\u00adX gladiators\u00a0", "user,IX=1")
    # The server prepares what it receives, and answers with the name as it came.
    accepted(world, name, "IX gladiators ", "user,IX=1", name=name.encode())


@case("our server, acting as somebody else")
def _(world):
    accepted(world, identity="other", authorization_identity="other")


@case("our server, acting as oneself")
def _(world):
    accepted(world, authorization_identity="alice")


@case("our server, acting as somebody else without being allowed to")
def _(world):
    with world.connect() as connection:
        login = Login(connection, "alice", authorization_identity="root")
        equal(str(login.refusal), FAILURE)
    equal(world.audited(connection)["reason"], "authorizationRefused")


@case("our server, a second login on the connection")
def _(world):
    user = world.user()
    with world.connect() as connection:
        equal(Login(connection, user, WRONG).refusal.code, "envelope")
        equal(Login(connection, user).identity, user)
    outcomes = [audit["outcome"] for audit in world.all_audited(connection, 2)]
    equal(outcomes, ["refused", "accepted"])


@case("our server, a login on a connection that was resumed")
def _(world):
    with world.connect() as connection:
        equal(Login(connection, "alice").identity, "alice")
        with world.connect(resumed=connection.lines.stream) as resumed:
            assert is_resumed(resumed.lines.stream)
            equal(Login(resumed, "alice").identity, "alice")
    audit = world.audited(resumed)
    equal((audit["binding"], audit["resumed"]), ("exported-authenticator", True))


@case("our server, wrong password")
def _(world):
    user = world.user()
    refused_by_client(world, "envelope", user, WRONG)
    accepted(world, user)


@case("our server, unknown user: as with a wrong password, and always the same answer")
def _(world):
    user = world.user()
    blind, name = group.random_scalar(), os.urandom(8).hex()[: len(user)]
    wrong = refused_by_client(world, "envelope", user, WRONG)
    unknown = [refused_by_client(world, "envelope", name, blind=blind, reason="unknownUser") for _ in range(2)]
    equal([str(login.refusal) for login in unknown], 2 * [str(wrong.refusal)])
    one, other = [fields(login) for login in unknown]
    known = fields(wrong)
    equal({len(login.challenge) for login in unknown}, {len(wrong.challenge)})
    for field in "evaluated", "key", "stretching":
        equal(one[field], other[field])
    for field in "key", "stretching":
        equal(one[field], known[field])
    for field in "masking_nonce", "masked_response", "signature":
        assert len({login[field] for login in (one, other, known)}) == 3, field


@case("our server, too many failures: no evaluated element any more", True, "userThrottled")
@case("our server, too many failures under a name that there is not: likewise", False, "userThrottled")
def _(world, is_user, reason):
    user = world.user() if is_user else os.urandom(8).hex()
    for _ in range(5):
        with world.connect() as connection:
            connection.challenge(MECHANISM, Client(connection.authenticators, user, WRONG).first)
        equal(world.audited(connection)["outcome"], "refused")
    with world.connect() as connection:
        login = Login(connection, user)
    equal((str(login.refusal), login.challenge), (FAILURE, None))
    equal(world.audited(connection)["reason"], reason)


def fields(login):
    """Those of m2."""
    received = login.client.authenticators.peer.read(login.client.first, login.client.context, Reader(login.challenge))
    [(key, extensions)] = received.entries
    response = read_server_share(extensions[SERVER_AUTH])
    return {
        "key": key, "evaluated": response[:32], "masking_nonce": response[32:64], "masked_response": response[64:],
        "stretching": extensions[KEY_STRETCHING], "signature": received.signature}


@case("our server, keys that it made of those of OPAQUE-3DH")
def _(world):
    with open(os.path.join(world.scratch, "setup"), "rb") as file:
        keys = keys_of(file.read(64))
    login = accepted(world)
    seen = fields(login)
    equal(seen["key"], KEY_INFO + keys.public_key)
    equal(seen["evaluated"], oprf.evaluate(keys.oprf_key(b"alice"), login.client.credentials.blinded))


@case("our server, key stretching under this client's floor", Limits(floor=2**40))
@case("our server, key stretching above this client's cap", Limits(memory=2**20))
def _(world, limits):
    refused_by_client(world, "stretching", "victim0", limits=limits)
