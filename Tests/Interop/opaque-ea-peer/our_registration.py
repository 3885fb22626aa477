"""The cases in which an account is registered anew by OPAQUE-EA: the client in Python at passbind-server, and passbind-client
at the server in Python."""
from in_process import in_process
from logins import OFFER, SCRYPT, Login, accepted, accounts
from messages import MECHANISM
from our_server import refused_by_client
from password_changes import at_their_server
from registrations import at_our_server


def log_in(connection, user, password):
    login = Login(connection, user, password)
    assert login.refusal is None, login.refusal
    return login.client.export_key


def export_key(known, password):
    client, _ = in_process(known, password)
    return client.export_key


BY_EA = "--mechanism", MECHANISM
at_our_server(MECHANISM, log_in, accepted, refused_by_client)
at_their_server(MECHANISM, OFFER, BY_EA, BY_EA, lambda: accounts(stretching=SCRYPT), export_key)
