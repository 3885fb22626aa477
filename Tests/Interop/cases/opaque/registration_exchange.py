"""Registration over the wire, by either mechanism of OPAQUE (REGISTRATION.md): both ends of the exchange."""
import base64
import re

import group
import registration
import saslprep
from accounts import Account
from grammar import read, read_base64
from identity_keys import ED25519, RISTRETTO255
from refusal import Refused
from stretching import Limits, Stretching
from vault import Vault

BASE64 = rb"([A-Za-z0-9+/=]+)"
KEY = re.compile(rb"k=" + BASE64)
SERVER_FIRST = re.compile(rb"k=" + BASE64 + rb",s=([\x21-\x7e]+?),v=(0|[1-9][0-9]*)")
SERVER_NOTE = re.compile(rb"n=([A-Za-z0-9._-]{1,64}),d=" + BASE64)
CLIENT_NOTE = re.compile(rb"d=" + BASE64)
MOST_NOTES, LONGEST_NOTE = 16, 4200
KINDS = {"OPAQUE-R255": RISTRETTO255, "OPAQUE-EA": ED25519}


def note(text):
    return read_base64(text, range(1, LONGEST_NOTE + 1))


class ClientRegistration:
    """The client; `first` is its first message. After the last, `export_key` is there, and `lost`, the names of the
    notes that did not open. `old_export_key` is that of the login; None if that was not one by OPAQUE."""

    def __init__(self, user, password, old_export_key=None, limits=Limits(), mechanism="OPAQUE-R255", blind=None,
                 envelope_nonce=None, note_nonce=None):
        self.mechanism, self.name, self.limits = mechanism, saslprep.user_name(user), limits
        self.old_vault = Vault(old_export_key, self.name) if old_export_key else None
        self.registration = registration.Registration(KINDS[mechanism], saslprep.password(password), blind)
        self.envelope_nonce, self.note_nonce = envelope_nonce, note_nonce
        self.first = b"k=" + base64.b64encode(self.registration.request)
        self.notes, self.names, self.lost = None, [], []

    def respond(self, challenge):
        return self.record(challenge) if self.notes is None else self.seal_again(challenge)

    @property
    def is_finished(self):
        return self.notes == len(self.names)

    def record(self, challenge):
        response, stretching, notes = read(SERVER_FIRST, challenge)
        response, stretching, notes = read_base64(response, 64), Stretching(stretching.decode()), int(notes)
        if notes > MOST_NOTES:
            raise Refused("notes", "more than an account may have")
        self.limits.check(stretching)
        if response[:32] == self.registration.request:
            raise Refused("reflected", "the server sent back what it was sent")
        record, self.export_key = self.registration.finish(response, stretching, self.envelope_nonce)
        self.notes, self.vault = notes, Vault(self.export_key, self.name)
        return b"k=" + base64.b64encode(record)

    def seal_again(self, challenge):
        name, data = read(SERVER_NOTE, challenge)
        name, data = name.decode(), note(data)
        if self.is_finished or (self.names and name <= self.names[-1]):
            raise Refused("notes", "one that was not announced, or out of order")
        self.names.append(name)
        try:
            if self.old_vault is None:
                raise Refused("note", "sealed under a key that is not here")
            sealed = self.vault.seal(name, self.old_vault.open(name, data), self.note_nonce)
        except Refused:
            self.lost.append(name)
            return b""
        return b"d=" + base64.b64encode(sealed)


class ServerRegistration:
    """The server, for an account that is logged in. `notes` is changed in the end, as `accounts` is."""

    def __init__(self, accounts, user, notes, stretching=None):
        self.accounts, self.name, self.notes = accounts, saslprep.user_name(user), notes
        self.stretching = stretching or accounts.stretching
        self.waiting, self.sealed, self.account = None, {}, None

    def respond(self, message):
        """The next challenge; None once everything is stored."""
        if self.waiting is None:
            request = group.element(read_base64(*read(KEY, message), 32))
            self.waiting = sorted(self.notes)
            response = registration.response(self.accounts.keys, request, self.name)
            parameters = f",s={self.stretching.text},v={len(self.waiting)}"
            return b"k=" + base64.b64encode(response) + parameters.encode()
        if self.account is None:
            record = read_base64(*read(KEY, message), 192)
            self.accounts.keys.kind.checked(record[:32])
            self.account = Account(record, self.stretching)
        else:
            name = self.waiting.pop(0)
            self.sealed[name] = note(*read(CLIENT_NOTE, message)) if message else self.notes[name]
        if self.waiting:
            name = self.waiting[0]
            return b"n=" + name.encode() + b",d=" + base64.b64encode(self.notes[name])
        self.accounts.accounts[self.name] = self.account
        self.notes.update(self.sealed)
        return None
