internal import LoginSupport
internal import PassBindCrypto
internal import PassBindSASL
internal import PassBindSCRAM
internal import PassBindTLS
internal import PostgreSQLWire

/// A session with a PostgreSQL server, inside TLS from before the first name is said.
struct Session {
  private let connection: Connection
  let handshake: TLSHandshake

  /// Asks for TLS ("SSL Session Encryption") and goes over to it.
  init(on connection: Connection, _ context: TLSClientContext, host: String) async throws {
    self.connection = connection
    try await connection.write(StartupFrame(StartupFrame.sslRequest).bytes)
    let answer = try await connection.read { $0.popFirst() }
    // An error in the clear could be anybody's (CVE-2024-10977): nothing of it is read, or shown.
    guard answer == UInt8(ascii: "S") else {
      throw ProtocolError(
        answer == UInt8(ascii: "N") ? "the server has no TLS, or somebody says so" : "no yes and no no to TLS")
    }
    // What came behind the S would be taken for the inside of TLS (CVE-2021-23222): startTLS refuses it.
    handshake = try await connection.startTLS(context, host: host)
  }

  /// Logs in ("SASL Authentication").
  func authenticate(
    _ user: String, _ database: String, _ password: borrowing SecretBytes, _ options: LoginOptions,
    _ report: inout LoginReport
  ) async throws {
    let parameters = ["user", user, "database", database, "client_encoding", "UTF8"]
    try await connection.write(StartupFrame(StartupFrame.version, parameters.flatMap(terminated) + [0]).bytes)

    guard case .mechanisms(let names) = try await receiveAuthentication() else {
      throw ProtocolError("the server proves nothing before it lets somebody in")
    }
    // The only type that PostgreSQL has. It lists none, so the client must know.
    let types = [ChannelBindingType.tlsServerEndPoint]
    let offer = SASLOffer(mechanisms: names, bindingTypes: types)
    let choice = try options.negotiation(bindingTypes: types).choose(from: offer, bindings: handshake.bindings)
    report.chose(choice)
    // PostgreSQL takes the name of the startup message, and passes over the one in here; a password that SASLprep
    // refuses, it takes as it is.
    var policy = SCRAMClientPolicy()
    policy.userPreparation = .none
    policy.passwordPreparation = .saslPrepOrRaw
    let exchange = SCRAMClientExchange(
      try SCRAMClient(
        choice, user: user, credential: .password(password.copy()), policy: policy, offer: offer,
        tlsVersion: handshake.version))

    let first = exchange.initialResponse
    try await send(
      "p", terminated(exchange.mechanism.description) + int32(UInt32(clamping: first.count)) + first)
    guard case .challenge(let challenge) = try await receiveAuthentication() else {
      throw ProtocolError("the server goes on without a challenge")
    }
    try await send("p", try await exchange.respond(to: challenge))

    // AuthenticationOk alone would be a success without the server's own proof, which is none.
    var proof: [UInt8]?
    var answer = try await receiveAuthentication()
    if case .final(let data) = answer {
      proof = data
      answer = try await receiveAuthentication()
    }
    guard case .ok = answer else { throw ProtocolError("the server neither accepts nor refuses") }
    try exchange.finish(with: proof)
    try await untilReady()
  }

  /// Runs a query that has one row of one column ("Simple Query"), and ends the session.
  func query(_ sql: String) async throws -> String {
    try await send("Q", terminated(sql))
    guard try await receive().is("T") else { throw ProtocolError("no row in answer to a query") }
    let row = try await receive()
    guard row.is("D") else { throw ProtocolError("no row in answer to a query") }
    var reader = FrameReader(row.body)
    guard try reader.int16() == 1, let value = try reader.counted() else {
      throw ProtocolError("not one value in answer to a query")
    }
    try await untilReady()
    try await send("X")
    return String(decoding: value, as: UTF8.self)
  }

  // MARK: Messages

  private enum Authentication {
    case ok
    case mechanisms([MechanismName])
    case challenge([UInt8])
    case final([UInt8])
  }

  private func receiveAuthentication() async throws -> Authentication {
    let frame = try await receive()
    guard frame.is("R") else { throw ProtocolError("\(frame.name) before the login is over") }
    var reader = FrameReader(frame.body)
    switch try reader.int32() {
    case 0:
      try reader.end()
      return .ok
    case 10:
      var names: [MechanismName] = []
      while case let text = try reader.string(), !text.isEmpty {
        guard let name = MechanismName(text) else { throw ProtocolError("a mechanism's name that is none") }
        names.append(name)
      }
      try reader.end()
      return .mechanisms(names)
    case 11: return .challenge(reader.rest)
    case 12: return .final(reader.rest)
    // Whoever is in between would like to have the password in the clear, or a hash that is as good.
    case 3: throw ProtocolError("the server wants the password in the clear")
    case 5: throw ProtocolError("the server wants the password by MD5")
    case let other: throw ProtocolError("the server wants authentication of kind \(other)")
    }
  }

  private func untilReady() async throws {
    while case let frame = try await receive(), !frame.is("Z") {
      // What the server's settings are, how to cancel a query, and that one is done.
      guard frame.is("S") || frame.is("K") || frame.is("C") else { throw ProtocolError("\(frame.name) out of place") }
    }
  }

  private func send(_ type: Unicode.Scalar, _ body: [UInt8] = []) async throws {
    try await connection.write(Frame(type, body).bytes)
  }

  /// The next message that is no notice.
  private func receive() async throws -> Frame {
    while true {
      let frame = try await connection.read { try Frame(parsing: &$0) }
      if frame.is("E") { throw ServerRefusal(try ErrorFields(parsing: frame.body).message) }
      if !frame.is("N") { return frame }
    }
  }
}
