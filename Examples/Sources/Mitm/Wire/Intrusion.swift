internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindSASL
internal import PassBindTLS

/// An attack that needs nobody in between: as a client of the server, or as a server for a client.
struct Intrusion: Sendable {
  /// What came of it, as the attacker finds.
  struct Finding: Sendable {
    enum Outcome: String, Sendable {
      case accepted, refused
    }

    var loot: Loot
    let outcome: Outcome
    /// How the attacker knows.
    let text: String
    /// Why the attacker's own end of a login would not go on, or what the server told it.
    var error: ClientError?
  }

  /// The server, or where to wait for a client.
  let place: HostPort
  /// What is tried: a password is needed where the attacker has one.
  var login: PasswordLogin
  var newest = TLSVersion.tls13
  /// The certificate to show as a server, or to sign with as a client, and its key.
  var certificate = ""
  var key = ""
  /// Is told where clients can connect.
  var listens: @Sendable (Int) async throws -> Void = { _ in }
}

/// A conversation by openssl, in which what the other side says is kept.
struct OpenSSLConversation {
  let program: OpenSSLProgram
  /// Who openssl is.
  let side: Conversation.Side
  private(set) var loot = Loot()
  private var reader = LineReader()

  init(_ program: OpenSSLProgram, as side: Conversation.Side) {
    self.program = program
    self.side = side
  }

  mutating func say(_ line: String) {
    _ = reader.read(Array(line.utf8), from: side)
    program.say(line)
  }

  /// The other side's next line that begins like one of these; nil if there is none any more. The program's own words
  /// are passed over.
  mutating func hear(_ beginnings: String...) async -> Line? {
    while let text = await program.line(where: { _ in true }) {
      let isWanted = beginnings.contains { text.hasPrefix($0) }
      guard isWanted || text.hasPrefix("* ") else { continue }
      let line = reader.read(Array(text.utf8), from: side == .client ? .server : .client)
      loot.saw(line, .none)
      if isWanted { return line }
    }
    return nil
  }
}
