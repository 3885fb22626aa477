internal import ExampleSupport
internal import PassBindExportedAuthenticators
internal import PassBindLineProfile
internal import PassBindSASL
internal import PassBindTLS

// What a client of OPAQUE-EA can say to a server that it may not.

extension Intrusion {
  /// Makes an m3 for a server's m2.
  typealias Answer = @Sendable (_ m2: [UInt8], AuthenticatorEnd) throws -> [UInt8]
  /// Makes another m3 for an m2 of one's own m3.
  typealias Remaking = @Sendable (EAAuthenticator, EAServerFirst, AuthenticatorEnd) throws -> EAAuthenticator

  /// Without the password: asks for a login, and answers with something else than a proof.
  func answer(_ make: @escaping Answer) async throws -> Finding {
    var speaker = try await Speaker(self)
    let asked = try await speaker.begin(speaker.exchange(login).initialResponse)
    return try await speaker.finding(speaker.finish(make(asked, speaker.end)))
  }

  /// Logs in, with the right password, and has another connection's login answered by what was said there.
  func replayProof(_ make: @escaping Remaking) async throws -> Finding {
    var first = try await Speaker(self)
    let (clientFirst, proof) = try await first.proof(login)
    guard try await first.finish(proof) else { throw CommandError(cannotEnact: "the server refused the login") }
    first.close()
    var second = try await Speaker(self)
    let asked = try await EAServerFirst(parsing: second.begin(clientFirst))
    let answer = try make(EAAuthenticator(parsing: proof), asked, second.end)
    return try await second.finding(second.finish(answer.bytes))
  }

  /// With the right password: breaks a login off, and answers the next one on the connection with the proof that was
  /// for it.
  func keepProof() async throws -> Finding {
    var speaker = try await Speaker(self)
    let proof = try await speaker.proof(login).clientFinal
    try await speaker.cancel()
    _ = try await speaker.begin(speaker.exchange(login).initialResponse)
    return try await speaker.finding(speaker.finish(proof))
  }

  /// With the right password: changes the proof.
  func changeProof() async throws -> Finding {
    var speaker = try await Speaker(self)
    var changed = try await EAAuthenticator(parsing: speaker.proof(login).clientFinal)
    changed.signature = KeyChange.flip(changed.signature)
    return try await speaker.finding(speaker.finish(changed.bytes))
  }

  /// Breaks a login off, and begins the next one on the connection with another message.
  ///
  /// - Parameter make: makes it of m1 and m2.
  func beginAgain(_ make: @escaping @Sendable (_ m1: [UInt8], _ m2: EAServerFirst) -> [UInt8]) async throws -> Finding {
    var speaker = try await Speaker(self)
    let clientFirst = try speaker.exchange(login).initialResponse
    let asked = try await EAServerFirst(parsing: speaker.begin(clientFirst))
    try await speaker.cancel()
    return try await speaker.finding(speaker.isAnswered(make(clientFirst, asked)))
  }

  /// Asks for a login by OPAQUE-EA on TLS 1.2, which has no exported authenticators here.
  func askOnTLS12() async throws -> Finding {
    let clientFirst = try await firstMessage()
    let connection = try await LineConnection.open(to: place, Speaker.context(.tls12))
    defer { connection.close() }
    guard case .answer(_, .no, _)? = try await connection.ask(Speaker.command(clientFirst)) else {
      return Finding(loot: Loot(), outcome: .accepted, text: "the server goes along")
    }
    return Finding(
      loot: Loot(), outcome: .refused, text: "the server has no such login here", error: .server("refused"))
  }

  /// An m1, for a connection that is gone.
  func firstMessage() async throws -> [UInt8] {
    let speaker = try await Speaker(self)
    defer { speaker.close() }
    return try speaker.exchange(login).initialResponse
  }
}

/// Speaks OPAQUE-EA on a connection of the attacker's, and remembers what it is told.
private struct Speaker {
  let end: AuthenticatorEnd
  private let connection: LineConnection
  private var loot = Loot()

  static func context(_ version: TLSVersion) throws -> TLSClientContext {
    var configuration = TLSClientContext.Configuration(trust: .dangerouslyUnverified)
    configuration.versions = version...version
    return try TLSClientContext(configuration)
  }

  static func command(_ clientFirst: [UInt8]) -> [UInt8] {
    Array("a AUTHENTICATE \(OPAQUEEAMechanism.name) ".utf8) + Base64.encode(clientFirst)
  }

  init(_ intrusion: Intrusion) async throws {
    let identity =
      try intrusion.certificate.isEmpty
      ? nil
      : AuthenticatorIdentity.files(
        chain: intrusion.certificate, key: intrusion.key)
    connection = try await LineConnection.open(to: intrusion.place, Self.context(.tls13), signing: identity)
    guard let end = connection.end else { throw CommandError(cannotEnact: "there are no exported authenticators here") }
    self.end = end
  }

  /// An exchange as an honest client's.
  func exchange(_ login: PasswordLogin) throws -> OPAQUEEAClientExchange {
    try login.authenticatorExchange(on: end.authenticators)
  }

  /// Begins a login as an honest client does.
  ///
  /// - Returns: m1, and m3, which is not sent.
  mutating func proof(_ login: PasswordLogin) async throws -> (clientFirst: [UInt8], clientFinal: [UInt8]) {
    let exchange = try exchange(login)
    let asked = try await begin(exchange.initialResponse)
    return (exchange.initialResponse, try await exchange.respond(to: asked))
  }

  /// Begins a login, which the server goes along with.
  ///
  /// - Returns: m2.
  mutating func begin(_ clientFirst: [UInt8]) async throws -> [UInt8] {
    guard case .continuation(let text)? = try await connection.ask(Self.command(clientFirst)),
      let message = try? Base64.decode(text)
    else { throw CommandError(cannotEnact: "the server begins no login by \(OPAQUEEAMechanism.name)") }
    let command = LoginCommand(tag: "a", mechanism: OPAQUEEAMechanism.name.description)
    loot.saw(Line(bytes: text, side: .server, meaning: .message(.serverFirst, message, command)), .none)
    return message
  }

  /// Whether the server goes along with the beginning of a login.
  func isAnswered(_ clientFirst: [UInt8]) async throws -> Bool {
    if case .continuation? = try await connection.ask(Self.command(clientFirst)) { true } else { false }
  }

  /// Ends a login; true if the server accepts it.
  func finish(_ clientFinal: [UInt8]) async throws -> Bool {
    try await connection.say([Base64.encode(clientFinal)]) == .ok
  }

  /// Breaks a login off.
  func cancel() async throws { _ = try await connection.ask([UInt8(ascii: "*")]) }

  func finding(_ isAccepted: Bool) -> Intrusion.Finding {
    close()
    return Intrusion.Finding(
      loot: loot, outcome: isAccepted ? .accepted : .refused,
      text: isAccepted ? "the server ACCEPTED it" : "the server refuses it")
  }

  func close() { connection.close() }
}

// MARK: What is said in a proof's place

extension EAServerFirst {
  /// The server's own authenticator.
  static let ofServer: Intrusion.Answer = { serverFirst, _ in
    try EAServerFirst(parsing: serverFirst).authenticator.bytes
  }

  /// The same, with the context and the extension of a client's.
  static let ofServerAsClients: Intrusion.Answer = { serverFirst, _ in
    let asked = try EAServerFirst(parsing: serverFirst)
    var answer = asked.authenticator
    answer.context = asked.request.context
    answer.extensions = asked.clientExtensions
    return answer.bytes
  }

  /// An empty authenticator (RFC 9261 section 6).
  static let declining: Intrusion.Answer = { serverFirst, end in
    try end.answer(EAServerFirst(parsing: serverFirst).request.bytes, as: [])
  }

  /// An authenticator by a key of the attacker's.
  static let ownKey: Intrusion.Answer = { serverFirst, end in
    let asked = try EAServerFirst(parsing: serverFirst)
    guard var identity = end.identity else { throw CommandError(cannotEnact: "there is no certificate to sign with") }
    identity.leafExtensions = asked.clientExtensions
    return try end.answer(asked.request.bytes, as: [identity])
  }

  private var clientExtensions: [AuthenticatorExtension] { request.extensions.filter { $0.kind == .opaqueClientAuth } }
}

extension EAAuthenticator {
  /// Another connection's proof, as it was.
  static let asItWas: Intrusion.Remaking = { proof, _, _ in proof }

  /// The same, with the context that is asked for.
  static let inContext: Intrusion.Remaking = { proof, asked, _ in
    var proof = proof
    proof.context = asked.request.context
    return proof
  }

  /// The same, with Finished made anew.
  static let remade: Intrusion.Remaking = { proof, asked, end in
    try end.keys.seal(inContext(proof, asked, end), by: .client, for: asked.request.bytes)
  }
}
