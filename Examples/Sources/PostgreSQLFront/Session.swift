internal import ExampleSupport
internal import LoginSupport
internal import PassBindAccounts
internal import PassBindSASL
internal import PassBindTLS
internal import PostgreSQLWire

/// One client of PostgreSQL's protocol 3.0, from its first message to its last.
struct Session {
  private let connection: Connection
  private let authenticator: Authenticator

  init(_ connection: Connection, _ authenticator: Authenticator) {
    self.connection = connection
    self.authenticator = authenticator
  }

  func run(_ context: TLSServerContext) async {
    do {
      let (user, handshake) = try await start(context)
      try await answerQueries(of: try await authenticate(user, handshake))
    } catch let error as Farewell {
      try? await send(ErrorFields(severity: "FATAL", code: error.code, message: error.message).frame)
    } catch let error as ProtocolError {
      log(error.reason)
      try? await send(ErrorFields(severity: "FATAL", code: "08P01", message: "protocol violation").frame)
    } catch {
      log(reason(of: error))
    }
    await connection.close()
  }

  /// What the client hears last.
  private struct Farewell: Error {
    let code: String
    let message: String
  }

  // MARK: Before the login

  /// Goes over to TLS, which must come first, and reads who the client says it is.
  private func start(_ context: TLSServerContext) async throws -> (user: String, TLSHandshake) {
    var first = try await receiveStartup()
    // A client that would like Kerberos asks for it before TLS.
    if first.code == StartupFrame.gssEncryptionRequest {
      try await connection.write(Array("N".utf8))
      first = try await receiveStartup()
    }
    guard first.code == StartupFrame.sslRequest else {
      throw Farewell(code: "28000", message: "this server speaks with nobody in the clear: use sslmode=require")
    }
    let handshake = try await connection.startTLS(saying: Array("S".utf8), context)
    let startup = try await receiveStartup()
    guard startup.code == StartupFrame.version else {
      throw Farewell(code: "0A000", message: "this server speaks protocol 3.0")
    }
    var reader = FrameReader(startup.body)
    var parameters: [String: String] = [:]
    while case let name = try reader.string(), !name.isEmpty {
      guard parameters.updateValue(try reader.string(), forKey: name) == nil else {
        throw ProtocolError("parameter \(name) stands twice")
      }
    }
    try reader.end()
    guard let user = parameters["user"] else { throw ProtocolError("a client without a name") }
    return (user, handshake)
  }

  private func authenticate(_ user: String, _ handshake: TLSHandshake) async throws -> AuthenticatedIdentity {
    let offer = authenticator.offer(on: handshake.bindings)
    guard !offer.mechanisms.isEmpty else {
      throw Farewell(code: "28000", message: "logins have to be bound here, and this certificate can't be bound by")
    }
    try await send(Frame("R", int32(10) + offer.mechanisms.flatMap { terminated($0.description) } + [0]))
    var reader = FrameReader(try await receive("p"))
    guard let mechanism = MechanismName(try reader.string()), let first = try reader.counted() else {
      throw ProtocolError("a login without a mechanism, or without a first message")
    }
    try reader.end()

    // The name that counts is that of the startup message: libpq leaves the one inside SCRAM empty.
    var exchange = authenticator.exchange(
      mechanism, on: handshake.bindings, offer: offer, from: connection.peerAddress, user: user)
    var message = first
    while true {
      switch await exchange.step(message) {
      case .challenge(let next, let challenge):
        try await send(Frame("R", int32(11) + challenge))
        message = try await receive("p")
        exchange = next
      case .accepted(let identity, let finalMessage):
        if let finalMessage { try await send(Frame("R", int32(12) + finalMessage)) }
        try await send(Frame("R", int32(0)))
        return identity
      case .refused:
        throw Farewell(code: "28P01", message: "password authentication failed for user \"\(user)\"")
      }
    }
  }

  // MARK: After it

  private func answerQueries(of identity: AuthenticatedIdentity) async throws {
    let settings = [("server_version", "15.0"), ("client_encoding", "UTF8"), ("standard_conforming_strings", "on")]
    for (name, value) in settings { try await send(Frame("S", terminated(name) + terminated(value))) }
    while true {
      try await send(Frame("Z", Array("I".utf8)))
      connection.extend(by: .seconds(30 * 60))
      let frame = try await connection.read { try Frame(parsing: &$0) }
      connection.extend(by: .seconds(60))  // for the answer, which the client may be slow to take
      if frame.is("X") { return }
      guard frame.is("Q") else { throw Farewell(code: "0A000", message: "this server answers simple queries alone") }
      var reader = FrameReader(frame.body)
      let words = try reader.string().lowercased().split { $0 == ";" || $0.isWhitespace }
      try reader.end()
      if words == ["select", "current_user"] {
        try await sendRow("current_user", identity.authorizationIdentity.description)
      } else {
        let message = "this server answers select current_user, and nothing else"
        try await send(ErrorFields(severity: "ERROR", code: "0A000", message: message).frame)
      }
    }
  }

  /// A row of one column, of type text.
  private func sendRow(_ name: String, _ value: String) async throws {
    let text = int32(25) + int16(.max) + int32(.max)  // the type's number, its size, its modifier: none
    try await send(Frame("T", int16(1) + terminated(name) + int32(0) + int16(0) + text + int16(0)))
    try await send(Frame("D", int16(1) + int32(UInt32(clamping: value.utf8.count)) + Array(value.utf8)))
    try await send(Frame("C", terminated("SELECT 1")))
  }

  // MARK: Messages

  private func send(_ frame: Frame) async throws { try await connection.write(frame.bytes) }

  private func receiveStartup() async throws -> StartupFrame {
    try await connection.read { try StartupFrame(parsing: &$0) }
  }

  /// The body of the next message, which must be of this kind.
  private func receive(_ type: Unicode.Scalar) async throws -> [UInt8] {
    let frame = try await connection.read { try Frame(parsing: &$0) }
    guard frame.is(type) else { throw ProtocolError("\(frame.name) where '\(Character(type))' was due") }
    return frame.body
  }

  private func log(_ reason: String) {
    printError(
      JSON.object([
        ("message", .string("connection failed")), ("peer", .string(connection.peerAddress)),
        ("reason", .string(reason)),
      ]).description)
  }
}
