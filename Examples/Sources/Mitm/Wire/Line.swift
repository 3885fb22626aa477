internal import ExampleSupport
internal import PassBindExportedAuthenticators
internal import PassBindLineProfile
internal import PassBindSASL

/// The messages of a login, as SCRAM and OPAQUE-R255 name them; OPAQUE has no last one. Those of OPAQUE-EA are m1, m2
/// and m3.
enum Message {
  case clientFirst, serverFirst, clientFinal, serverFinal
}

/// A login that a client began.
struct LoginCommand {
  let tag: String
  /// In upper case.
  let mechanism: String

  var isOPAQUEEA: Bool { mechanism == OPAQUEEAMechanism.name.description }
  var isOPAQUE: Bool { mechanism.hasPrefix("OPAQUE-") }
}

/// A line on its way, without its CRLF, and what it means.
struct Line {
  enum Meaning {
    /// The client wants to go over to TLS, or the server lets it.
    case startTLS, startingTLS
    case capabilities(Capabilities)
    /// A message of a login, decoded; the first one stands behind the command or on a line of its own.
    case message(Message, [UInt8], LoginCommand)
    /// The client breaks a login off.
    case cancellation(LoginCommand)
    case outcome(LoginCommand, isAccepted: Bool)
    case other
  }

  let bytes: [UInt8]
  let side: Conversation.Side
  let meaning: Meaning

  /// The line with another message, and the command with another mechanism, in the place of its own.
  func carrying(_ message: [UInt8], mechanism: String? = nil) -> [UInt8] {
    let encoded = Base64.encode(message)
    if side == .server { return Array("+ ".utf8) + encoded }
    let words = bytes.split(separator: UInt8(ascii: " "))
    guard words.count == 4 else { return encoded }
    let name = mechanism ?? String(decoding: words[2], as: UTF8.self)
    let command = "\(String(decoding: words[0], as: UTF8.self)) AUTHENTICATE \(name) "
    return Array(command.utf8) + encoded
  }
}

/// Follows the logins of one connection, so that each line is known for what it is.
struct LineReader {
  private var login: LoginCommand?
  /// What the login's next message is; nil behind the last one.
  private var next: Message?
  private var startTLSTag: String?

  mutating func read(_ bytes: [UInt8], from side: Conversation.Side) -> Line {
    Line(bytes: bytes, side: side, meaning: side == .client ? fromClient(bytes) : fromServer(bytes))
  }

  private mutating func fromClient(_ bytes: [UInt8]) -> Line.Meaning {
    if let login {
      if bytes == [UInt8(ascii: "*")] { return .cancellation(login) }
      return message(bytes, login, among: [.clientFirst, .clientFinal])
    }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
    switch (words.count, words.dropFirst().first?.uppercased()) {
    case (2, "STARTTLS"):
      startTLSTag = words[0]
      return .startTLS
    case (3..., "AUTHENTICATE"):
      let command = LoginCommand(tag: words[0], mechanism: words[2].uppercased())
      (login, next) = (command, .clientFirst)
      return words.count > 3 ? message(Array(words[3].utf8), command, among: [.clientFirst]) : .other
    default: return .other
    }
  }

  private mutating func fromServer(_ bytes: [UInt8]) -> Line.Meaning {
    switch try? ServerLine(parsing: bytes) {
    case .untagged("CAPABILITY", let words)?: return .capabilities(Capabilities(parsing: words))
    case .continuation(let text)?:
      guard let login else { return .other }
      return message(text, login, among: [.serverFirst, .serverFinal])
    case .answer(let tag, let status, _)?:
      if tag == startTLSTag {
        startTLSTag = nil
        return status == .ok ? .startingTLS : .other
      }
      guard let ended = login, tag == ended.tag else { return .other }
      (login, next) = (nil, nil)
      return .outcome(ended, isAccepted: status == .ok)
    default: return .other
    }
  }

  private mutating func message(
    _ encoded: [UInt8], _ login: LoginCommand, among expected: [Message]
  ) -> Line.Meaning {
    guard let now = next, expected.contains(now), let bytes = try? Base64.decode(encoded) else { return .other }
    next = now.following
    return .message(now, bytes, login)
  }
}

extension Message {
  fileprivate var following: Message? {
    switch self {
    case .clientFirst: .serverFirst
    case .serverFirst: .clientFinal
    case .clientFinal: .serverFinal
    case .serverFinal: nil
    }
  }
}
