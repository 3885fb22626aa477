internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindOPAQUE

/// What the commands do, and what is kept from one to the next.
struct Peer {
  private var setups: [OPAQUEServerSetup] = []
  private var registrations = Sessions<OPAQUEClientRegistration>()
  private var clientLogins = Sessions<OPAQUEClientLogin>()
  private var serverLogins = Sessions<OPAQUEServerLogin>()

  mutating func answer(_ line: String) async -> String {
    do {
      var command = try Command(line)
      let answer = try await carryOut(&command)
      return answer.line
    } catch let error as OPAQUEError {
      return "error \(error.code) \(error.reason)"
    } catch let error as Refusal {
      return "error \(error.code) \(error.reason)"
    } catch {
      return "error unexpected \(error)"
    }
  }

  private mutating func carryOut(_ command: inout Command) async throws -> Answer {
    switch command.name {
    case "client-register": try clientRegister(&command)
    case "client-register-finish": try await clientRegisterFinish(&command)
    case "client-login": try clientLogin(&command)
    case "client-login-finish": try await clientLoginFinish(&command)
    case "setup": try setup(&command)
    case "setup-bytes": try setupBytes(&command)
    case "server-register": try serverRegister(&command)
    case "server-login": try serverLogin(&command)
    case "server-login-finish": try serverLoginFinish(&command)
    case "libopaque-account": try libopaqueAccount(&command)
    case "libopaque-login": try libopaqueLogin(&command)
    default: throw Refusal("badCommand", "there is no such command; --help lists them")
    }
  }

  // The client.

  private mutating func clientRegister(_ command: inout Command) throws -> Answer {
    let password = try command.secret("password")
    try command.end()
    let registration = try OPAQUEClientRegistration(password: password)
    let request = registration.request
    return Answer().with("id", try registrations.add(registration)).with("request", request)
  }

  private mutating func clientRegisterFinish(_ command: inout Command) async throws -> Answer {
    let id = try command.number("id")
    let response = try command.bytes("response")
    let stretching = try keyStretching(&command)
    let identities = try identities(&command)
    try command.end()
    let registration = try registrations.take(id)
    let done = try await registration.finish(response: response, identities: identities, stretching: stretching)
    return Answer().with("record", done.record.bytes).with("export-key", done.exportKey)
      .with("server-key", done.serverPublicKey)
  }

  private mutating func clientLogin(_ command: inout Command) throws -> Answer {
    let password = try command.secret("password")
    try command.end()
    let login = try OPAQUEClientLogin(password: password)
    let ke1 = Self.ke1(of: login)
    return Answer().with("id", try clientLogins.add(login)).with("ke1", ke1)
  }

  /// Not inlined: Swift 6.3's optimizer crashes on a copy out of a ~Copyable value that is consumed after it.
  @inline(never)
  private static func ke1(of login: borrowing OPAQUEClientLogin) -> [UInt8] { login.ke1 }

  private mutating func clientLoginFinish(_ command: inout Command) async throws -> Answer {
    let id = try command.number("id")
    let ke2 = try command.bytes("ke2")
    let stretching = try keyStretching(&command)
    let context = try command.bytesIfThere("context") ?? []
    let identities = try identities(&command)
    try command.end()
    let login = try clientLogins.take(id)
    let session = try await login.finish(ke2: ke2, context: context, identities: identities, stretching: stretching)
    return Answer().with("ke3", session.ke3).with("session-key", session.sessionKey)
      .with("export-key", session.exportKey)
  }

  // The server.

  private mutating func setup(_ command: inout Command) throws -> Answer {
    let setup: OPAQUEServerSetup =
      command.has("bytes") ? try OPAQUEServerSetup(opaqueKE: command.secret("bytes")) : try .generate()
    try command.end()
    guard setups.count < 1000 else { throw Refusal("tooMany", "there are 1000 setups already") }
    setups.append(setup)
    return Answer().with("id", setups.count).with("server-key", setup.publicKey)
  }

  private func setupBytes(_ command: inout Command) throws -> Answer {
    let setup = try knownSetup(&command, "id")
    try command.end()
    return Answer().with("bytes", setup.unsealedForOpaqueKE())
  }

  private func serverRegister(_ command: inout Command) throws -> Answer {
    let setup = try knownSetup(&command, "setup")
    let request = try command.bytes("request")
    let credential = try command.bytes("credential")
    try command.end()
    return Answer().with(
      "response", try setup.registrationResponse(to: request, credentialIdentifier: credential))
  }

  private mutating func serverLogin(_ command: inout Command) throws -> Answer {
    let setup = try knownSetup(&command, "setup")
    let ke1 = try command.bytes("ke1")
    let credential = try command.bytes("credential")
    let record = try command.bytesIfThere("record")
    let context = try command.bytesIfThere("context") ?? []
    let identities = try identities(&command)
    try command.end()
    let login = try OPAQUEServerLogin(
      ke1: ke1, record: record.map { try OPAQUERecord($0) }, credentialIdentifier: credential, setup: setup,
      identities: identities, context: context)
    return try opened(login)
  }

  private mutating func serverLoginFinish(_ command: inout Command) throws -> Answer {
    let id = try command.number("id")
    let ke3 = try command.bytes("ke3")
    try command.end()
    let login = try serverLogins.take(id)
    return Answer().with("session-key", try login.finish(ke3: ke3))
  }

  // libopaque's accounts.

  private func libopaqueAccount(_ command: inout Command) throws -> Answer {
    let setup = try knownSetup(&command, "setup")
    let credential = try command.bytes("credential")
    let record = try command.bytes("record")
    try command.end()
    let account = try setup.libopaqueRecord(OPAQUERecord(record), credentialIdentifier: credential)
    return Answer().with("account", account.unsealed())
  }

  private mutating func libopaqueLogin(_ command: inout Command) throws -> Answer {
    let account = try LibopaqueRecord(command.secret("account"))
    let ke1 = try command.bytes("ke1")
    let context = try command.bytesIfThere("context") ?? []
    let identities = try identities(&command)
    try command.end()
    return try opened(OPAQUEServerLogin(ke1: ke1, libopaque: account, identities: identities, context: context))
  }

  // What several of them have in common.

  private mutating func opened(_ login: consuming OPAQUEServerLogin) throws -> Answer {
    let ke2 = login.ke2
    return Answer().with("id", try serverLogins.add(login)).with("ke2", ke2)
  }

  private func knownSetup(_ command: inout Command, _ key: Substring) throws -> OPAQUEServerSetup {
    let id = try command.number(key)
    guard id <= setups.count else { throw Refusal("unknownID", "there is no setup \(id)") }
    return setups[id - 1]
  }

  private func identities(_ command: inout Command) throws -> OPAQUEIdentities {
    try OPAQUEIdentities(
      client: command.bytesIfThere("client-identity"), server: command.bytesIfThere("server-identity"))
  }

  private func keyStretching(_ command: inout Command) throws -> any KeyStretching {
    let text = try command.text("stretching")
    if text == "insecure-identity" { return InsecureIdentityStretching() }
    do throws(CryptoError) {
      let parameters = try KeyStretchingParameters(parsing: String(text))
      try KeyStretchingLimits.default.permits(parameters)
      return parameters
    } catch {
      throw Refusal("badCommand", "stretching: \(error.reason)")
    }
  }
}
