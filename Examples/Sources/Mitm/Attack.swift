internal import ExampleSupport

/// One way to attack a login.
struct Attack: Sendable {
  /// How it is done.
  enum Means: Sendable {
    /// Between a client and a server, whose TLS it ends.
    case between(any Scenario)
    /// Likewise, with the server's own certificate and key.
    case withServersKey(any Scenario)
    /// Between a client and a server that begin in the clear.
    case beforeTLS(any Scenario)
    /// The same, and TLS goes past it unread.
    case besideTLS(any Scenario)
    /// As a client.
    case asClient(@Sendable (Intrusion) async throws -> Intrusion.Finding)
    /// The same, with the right password.
    case asThief(@Sendable (Intrusion) async throws -> Intrusion.Finding)
    /// As a server.
    case asServer(@Sendable (Intrusion) async throws -> Intrusion.Finding)
  }

  /// What it is called on the command line.
  let name: String
  /// What it does.
  let does: String
  /// What must happen.
  let must: String
  let means: Means
  /// Whether everything passes as it is.
  let isPassive: Bool

  init(_ name: String, does: String, must: String, isPassive: Bool = false, _ means: Means) {
    self.name = name
    self.does = does
    self.must = must
    self.means = means
    self.isPassive = isPassive
  }

  /// Whether it is about the server's stolen signing key.
  var wantsSigningKey: Bool {
    if case .withServersKey(let scenario) = means { scenario is Impersonating } else { false }
  }

  static func named(_ name: String?) -> Attack? { all.first { $0.name == name } }

  /// The attacks with what they do, for people.
  static var list: String {
    all.map {
      "  \($0.name.padded(to: 24))"
        + $0.does.wrapped(to: 53).joined(separator: "\n" + String(repeating: " ", count: 26))
    }
    .joined(separator: "\n")
  }
}

extension CommandError {
  /// An attack that the other side gives no occasion for.
  init(cannotEnact message: String) {
    self.init(message, hint: "the attack wants something else of its target: passbind-mitm ATTACK --help says what")
  }
}

extension String {
  /// The text in lines of at most so many characters.
  fileprivate func wrapped(to width: Int) -> [String] {
    split(separator: " ").reduce(into: [""]) { lines, word in
      let last = lines[lines.count - 1]
      if last.count + 1 + word.count > width {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = last.isEmpty ? String(word) : "\(last) \(word)"
      }
    }
  }
}
