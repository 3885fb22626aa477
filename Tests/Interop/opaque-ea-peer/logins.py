"""Logins over live TLS 1.3, between the ends in Python and ours: who meets whom, and what each end has to say of it."""
import os
import re
from contextlib import contextmanager

from accounts import Accounts
from authenticators import Reader
from case import case, equal, log
from client import Client
from line_client import LineClient
from line_world import PASSWORD
from lines import SECONDS
from messages import MECHANISM, same
from offer import Offer
from refusal import Refused
from server import Server, keys_of
from stretching import Limits, Stretching
from tls import TLS

ARGON2ID, SCRYPT = Stretching("argon2id,m=19456,t=2,p=1"), Stretching("scrypt,n=32768,r=8,p=1")
OFFER = Offer((MECHANISM,), ())
FAILURE = "server: NO [AUTHENTICATIONFAILED] Authentication failed."


def accounts(user="user", stretching=ARGON2ID, **account):
    known = Accounts(keys_of(os.urandom(64)), stretching)
    known.add(user, PASSWORD, **account)
    return known


ACCOUNTS = accounts()


class Login:
    """One login of the client in Python. The keywords are what this client, or somebody between, does otherwise: with each
    message, or with the last one after what is seen here by then."""

    def __init__(self, connection, user, password=PASSWORD, first=same, second=same, third=same, answer=None,
                 at_once=True, **client):
        self.refusal = self.challenge = None
        self.client = Client(connection.authenticators, user, password, **client)
        try:
            self.challenge = connection.challenge(MECHANISM, first(self.client.first), at_once)
            try:
                self.third = third(self.client.respond(second(self.challenge)))
                self.third = answer(self) if answer else self.third
            except Refused:
                connection.cancel()
                raise
            connection.finish(self.third)
            self.identity = connection.who_am_i()
        except Refused as refusal:
            log(refusal)
            self.refusal = refusal


def request_of(second):
    """The request that stands behind m2's authenticator."""
    reader = Reader(second)
    for _ in range(3):
        reader.message()
    return reader.data


class OurServer:
    """What the client in Python meets."""

    def __init__(self, world):
        self.world, self.connect = world, world.connect

    def user(self):
        """An account whose logins fail, which few other cases use: each failure takes longer, and the fifth is one too many."""
        return f"victim{next(self.world.victims) // 3}"

    def refused(self, login, connection, reason, count=1):
        """One failure for all causes; the cause is in the log, a code and words that this pattern is found in. It is the last of
        so many logins."""
        equal(str(login.refusal), FAILURE)
        *_, audit = self.world.all_audited(connection, count)
        log(audit)
        code, words = reason
        equal((audit["outcome"], audit["reason"]), ("refused", code))
        assert re.search(words, audit["detail"]), audit["detail"]


class PythonServer:
    def __init__(self, world, server):
        self.server, self.tls = server, TLS(world.certificates)

    def user(self):
        return "user"

    def connect(self):
        return LineClient(self.server.port, self.tls)

    def refused(self, login, connection, code, count=1):
        equal(login.refusal and login.refusal.code, "server")
        *_, outcome = self.server.outcomes.queue  # all that there will be: the client has been told
        equal(getattr(outcome, "code", outcome), code)


@contextmanager
def either_server(world, is_ours, known=ACCOUNTS, **instead):
    if is_ours:
        yield OurServer(world)
    else:
        with world.serve(known, OFFER, **instead) as server:
            yield PythonServer(world, server)


def at_either_server(name, ours, theirs, *arguments, **keywords):
    """A case for each server: the body gets the world, whether it is ours, the reason that it has to give, and the arguments."""

    def add(body):
        case(f"our server, {name}", True, ours, *arguments, **keywords)(body)
        case(f"the server in Python, {name}", False, theirs, *arguments, **keywords)(body)
        return body

    return add


def accepted(world, user="alice", password=PASSWORD, identity=None, **client):
    """By our server."""
    with world.connect() as connection:
        login = Login(connection, user, password, **client)
        equal((login.refusal, login.identity), (None, identity or user))
    audit = world.audited(connection)
    log(audit)
    seen = [audit.get(field) for field in ("outcome", "mechanism", "binding", "tls")]
    equal(seen, ["accepted", MECHANISM, "exported-authenticator", "1.3"])
    return login


# Where a client meets the server in Python.


class Meeting:
    """What a client, ours or that in Python, says of its login, and what it was for the server."""

    def __init__(self, world, is_ours, *options, user="user", password=PASSWORD, known=ACCOUNTS, offer=OFFER,
                 authorization_identity=None, limits=Limits(), **behaviour):
        self.is_ours = is_ours
        with world.serve(known, offer, **behaviour) as server:
            if is_ours:
                if authorization_identity:
                    options += ("--authorize-as", authorization_identity)
                options = "--mechanism", MECHANISM, *options
                self.report = world.passbind_client(server, user, password, *options)
            else:
                with LineClient(server.port, TLS(world.certificates)) as connection:
                    self.login = Login(
                        connection, user, password, authorization_identity=authorization_identity, limits=limits)
            self.outcome = server.outcomes.get(timeout=SECONDS)

    def accepted(self, identity="user"):
        assert isinstance(self.outcome, Server), self.outcome
        if self.is_ours:
            seen = [self.report.get(field) for field in ("outcome", "mechanism", "binding", "identity")]
            equal(seen, ["accepted", MECHANISM, "exported-authenticator", identity])
        else:
            equal((self.login.refusal, self.login.identity), (None, identity))

    def refused_by_client(self, reason):
        """It stops before it has proved anything: ours for a reason in which this pattern is found, Python's for this code."""
        if self.is_ours:
            equal((self.report["outcome"], self.report.get("by")), ("refused", "client"))
            assert re.search(reason, self.report["reason"]), self.report["reason"]
        else:
            equal(self.login.refusal and self.login.refusal.code, reason)
        equal(getattr(self.outcome, "code", self.outcome), "cancelled")

    def refused_by_server(self, code):
        if self.is_ours:
            equal((self.report["outcome"], self.report.get("by")), ("refused", "server"))
        else:
            equal(self.login.refusal.code, "server")
        equal(getattr(self.outcome, "code", self.outcome), code)


def at_either_client(name, ours, theirs, *arguments, **keywords):
    """A case for each client, as at_either_server."""

    def add(body):
        case(f"our client, {name}", True, ours, *arguments, **keywords)(body)
        case(f"the client in Python, {name}", False, theirs, *arguments, **keywords)(body)
        return body

    return add
