"""The two PyPI packages on Rust's opaque-ke: opaque-ke-py (opaque-ke 4.0.1) and opaque-snake (4.1.0-pre.1).

Both stretch with Argon2id m=19456 t=2 p=1, take neither context nor identities, and cannot serve an unknown user.
"""
from peer import Refused, Terms

STRETCHING = "argon2id,m=19456,t=2,p=1"


def guarded(method):
    """Their exceptions, which have no common base, as Refused."""

    def call(self, *arguments):
        try:
            return method(self, *arguments)
        except Exception as error:
            raise Refused(self.name, type(error).__name__, str(error)) from None

    return call


class OpaqueKe:
    name, stretching, takes_terms = "opaque-ke-py", STRETCHING, False

    def __init__(self):
        import opaque_ke_py

        self.lib = opaque_ke_py

    @guarded
    def client_request(self, password):
        start = self.lib.client_registration_start(password)
        return (password, start.get_state()), start.get_message()

    @guarded
    def client_record(self, state, response, terms=Terms()):
        finish = self.lib.client_registration_finish(*state, response)
        return finish.get_message(), finish.get_export_key()

    @guarded
    def client_ke1(self, password):
        start = self.lib.client_login_start(password)
        return (password, start.get_state()), start.get_message()

    @guarded
    def client_ke3(self, state, ke2, terms=Terms()):
        finish = self.lib.client_login_finish(*state, ke2)
        return finish.get_message(), finish.get_session_key(), finish.get_export_key()

    @guarded
    def server_setup(self, setup_bytes=None):
        return self.lib.ServerSetupData.from_bytes(setup_bytes) if setup_bytes else self.lib.server_setup()

    @guarded
    def setup_bytes(self, setup):
        return setup.to_bytes()

    @guarded
    def server_response(self, setup, request, user):
        return self.lib.server_registration_start(setup, request, user).get_message()

    @guarded
    def server_password_file(self, record):
        return self.lib.server_registration_finish(record).get_password_file()

    @guarded
    def server_ke2(self, setup, ke1, record, user, terms=Terms()):
        start = self.lib.server_login_start(setup, record, ke1, user)
        return start.get_state(), start.get_message()

    @guarded
    def server_session(self, state, ke3):
        return self.lib.server_login_finish(state, ke3).get_session_key()


class OpaqueSnake:
    name, stretching, takes_terms = "opaque-snake", STRETCHING, False

    def __init__(self):
        import opaque_snake

        self.lib, self.client = opaque_snake, opaque_snake.OpaqueClient()

    @guarded
    def client_request(self, password):
        request, state = self.client.start_registration(password.decode())
        return (password.decode(), state), request.to_bytes()

    @guarded
    def client_record(self, state, response, terms=Terms()):
        response = self.lib.RegistrationResponse.from_bytes(response)
        result = self.client.finish_registration(response, state[1], state[0])
        return result.upload.to_bytes(), result.export_key

    @guarded
    def client_ke1(self, password):
        request, state = self.client.start_login(password.decode())
        return (password.decode(), state), request.to_bytes()

    @guarded
    def client_ke3(self, state, ke2, terms=Terms()):
        response = self.lib.CredentialResponse.from_bytes(ke2)
        result = self.client.finish_login(response, state[1], state[0])
        return result.finalization.to_bytes(), result.session_keys.session_key, result.session_keys.export_key

    @guarded
    def server_setup(self, setup_bytes=None):
        return self.lib.OpaqueServer(setup_bytes)

    @guarded
    def setup_bytes(self, setup):
        return setup.export_setup()

    @guarded
    def server_response(self, setup, request, user):
        request = self.lib.RegistrationRequest.from_bytes(request)
        return setup.create_registration_response(request, user.decode()).to_bytes()

    @guarded
    def server_password_file(self, record):
        server = self.lib.OpaqueServer()
        return server.finish_registration(self.lib.RegistrationUpload.from_bytes(record)).to_bytes()

    @guarded
    def server_ke2(self, setup, ke1, record, user, terms=Terms()):
        request, file = self.lib.CredentialRequest.from_bytes(ke1), self.lib.PasswordFile.from_bytes(record)
        response, state = setup.create_credential_response(request, user.decode(), file)
        return (setup, state), response.to_bytes()

    @guarded
    def server_session(self, state, ke3):
        setup, state = state
        return setup.finish_login(self.lib.CredentialFinalization.from_bytes(ke3), state).session_key
