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
  /// Which scenarios of the README's table it belongs to.
  let numbers: [Int]
  /// What it does.
  let does: String
  /// What must happen.
  let must: String
  let means: Means

  init(_ name: String, _ numbers: Int..., does: String, must: String, _ means: Means) {
    self.name = name
    self.numbers = numbers
    self.does = does
    self.must = must
    self.means = means
  }

  static func named(_ name: String?) -> Attack? { all.first { $0.name == name } }
}
