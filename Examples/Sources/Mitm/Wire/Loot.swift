internal import ExampleSupport
internal import PassBindSASL

/// What an attacker got to see, and what it is worth.
struct Loot: Sendable {
  /// A client's proof, by what it is good for.
  enum Proof: Sendable {
    case unbound
    /// Bound to the attacker's own connection with the server, as to the client's.
    case boundHereToo
    case boundElsewhere
    /// OPAQUE's, which does not show what it is for.
    case opaque
  }

  var ciphertextCount = 0
  /// Whom the server took the attacker for, as it says it.
  var identity: String?
  private(set) var sawCapabilities = false
  private(set) var messages: [Message] = []
  private(set) var proof: Proof?
  /// What the login's messages are called; empty for SCRAM's.
  private(set) var names: [Message: String] = [:]
  /// Whether the attacker passed on something else than it was sent.
  var isChanged = false
  private(set) var password: String?

  /// Whether there was a server's answer to a client's blinded password.
  var hasKeyExchange: Bool { !names.isEmpty && messages.contains(.serverFirst) }

  mutating func saw(_ line: Line, _ serverBindings: ChannelBindings) {
    switch line.meaning {
    case .capabilities: sawCapabilities = true
    case .message(let kind, let bytes, let login):
      messages.append(kind)
      names = login.isOPAQUEEA ? Self.authenticators : login.isOPAQUE ? Self.keyExchange : [:]
      if login.mechanism == "PLAIN" { password = String(decoding: bytes, as: UTF8.self) }
      if kind == .clientFinal { proof = login.isOPAQUE ? .opaque : Self.proof(bytes, serverBindings) }
    default: break
    }
  }

  private static func proof(_ clientFinal: [UInt8], _ serverBindings: ChannelBindings) -> Proof {
    guard let input = try? Base64.decode(attribute("c", of: clientFinal) ?? []) else { return .boundElsewhere }
    var data = input[...]
    guard let header = try? GS2Header(parsing: &data), case .required(let type) = header.flag else { return .unbound }
    return serverBindings[type]?.data == Array(data) ? .boundHereToo : .boundElsewhere
  }

  /// The loot in words.
  var description: String {
    if let password { return "THE PASSWORD: \(printable(password))" }
    var things = names.isEmpty ? firstMessages : messages.compactMap { names[$0] }
    switch proof {
    case .unbound: things.append("a proof for any connection")
    case .boundHereToo: things.append("a proof for its own connection too")
    case .boundElsewhere: things.append("a proof for another connection")
    case .opaque, nil: break
    }
    if let identity { things.append("a session as \(printable(identity).filter { $0 != "\"" })") }
    if things.isEmpty, sawCapabilities { things.append("capabilities") }
    if ciphertextCount > 0 { things.append("ciphertext") }
    return things.isEmpty ? "nothing" : things.joined(separator: ", ")
  }

  private var firstMessages: [String] {
    switch (messages.contains(.clientFirst), messages.contains(.serverFirst)) {
    case (true, true): ["both first messages"]
    case (true, false): ["client-first"]
    case (false, true): ["server-first"]
    case (false, false): []
    }
  }

  private static let keyExchange: [Message: String] = [.clientFirst: "KE1", .serverFirst: "KE2", .clientFinal: "KE3"]
  private static let authenticators: [Message: String] = [.clientFirst: "m1", .serverFirst: "m2", .clientFinal: "m3"]
}
