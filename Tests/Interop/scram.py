"""A client of SCRAM-SHA-512-PLUS (RFC 5802) in a few lines, for tests that want to say what it is bound by. Messages are in base64."""

import base64, hashlib, hmac, os


def mac(key, data):
    return hmac.digest(key, data, "sha512")


class Client:
    mechanism = "SCRAM-SHA-512-PLUS"

    def __init__(self, user, password, binding_type, binding):
        self.password = password.encode()
        self.header, self.binding = f"p={binding_type},,".encode(), binding
        self.nonce = base64.b64encode(os.urandom(18))
        self.bare = b"n=" + user.encode() + b",r=" + self.nonce

    def first(self):
        return base64.b64encode(self.header + self.bare).decode()

    def final(self, challenge):
        challenge = base64.b64decode(challenge)
        fields = dict(field.split(b"=", 1) for field in challenge.split(b","))
        assert fields[b"r"].startswith(self.nonce), "the server's nonce does not continue the client's"
        final = b"c=" + base64.b64encode(self.header + self.binding) + b",r=" + fields[b"r"]
        salted = hashlib.pbkdf2_hmac("sha512", self.password, base64.b64decode(fields[b"s"]), int(fields[b"i"]))
        client_key = mac(salted, b"Client Key")
        transcript = b",".join([self.bare, challenge, final])
        signature = mac(hashlib.sha512(client_key).digest(), transcript)
        self.server_signature = mac(mac(salted, b"Server Key"), transcript)
        proof = bytes(a ^ b for a, b in zip(client_key, signature))
        return base64.b64encode(final + b",p=" + base64.b64encode(proof)).decode()

    def verify(self, final):
        assert base64.b64decode(final) == b"v=" + base64.b64encode(self.server_signature), "the server does not know the password"
