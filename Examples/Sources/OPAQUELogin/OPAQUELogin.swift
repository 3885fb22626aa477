import PassBindCrypto
import PassBindOPAQUE

@main enum OPAQUELogin {
  static let alice = Array("alice".utf8)

  /// Both ends of a registration, over a channel that is confidential and authenticated: what the server keeps.
  static func register(_ password: borrowing SecretBytes, _ setup: OPAQUEServerSetup) async throws -> OPAQUERecord {
    let registration = try OPAQUEClientRegistration(password: password)
    let response = try setup.registrationResponse(to: registration.request, credentialIdentifier: alice)
    return try await registration.finish(response: response, stretching: KeyStretchingParameters.default).record
  }

  /// Both ends of a login, with what each knows of its connection (`TLSEngine.channelBindings`, say).
  static func logIn(
    _ password: borrowing SecretBytes, _ setup: OPAQUEServerSetup, _ record: OPAQUERecord, client: [UInt8],
    server: [UInt8]
  ) async throws {
    let login = try OPAQUEClientLogin(password: password)
    let answer = try OPAQUEServerLogin(
      ke1: login.ke1, record: record, credentialIdentifier: alice, setup: setup, context: server)
    let session = try await login.finish(
      ke2: answer.ke2, context: client, stretching: KeyStretchingParameters.default)
    let sessionKey = try answer.finish(ke3: session.ke3)  // throws unless the client knows the password
    print("logged in; the session keys are the same:", sessionKey.isEqual(to: session.sessionKey))
  }

  static func main() async throws {
    let password = SecretBytes(copying: "correct horse battery staple".utf8)
    let setup = try OPAQUEServerSetup.generate()  // once; it is kept sealed: setup.sealed(under:)
    let record = try await register(password, setup)
    let (one, other) = (randomBytes(count: 32), randomBytes(count: 32))  // stand for two connections
    try await logIn(password, setup, record, client: one, server: one)
    do {
      try await logIn(password, setup, record, client: one, server: other)
    } catch {
      print("on two connections, with somebody in between:", error)
    }
  }
}
