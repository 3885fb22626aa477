internal import ExampleSupport
internal import PassBindAccounts

/// What became of a login, as the two who were attacked found it. What the attacker had wished for is not asked, but
/// for whom the server took it.
struct Outcome: Equatable, Sendable {
  enum Result: String, Sendable {
    case accepted, refused
    case takenOver = "taken over"
    /// The client takes the attacker for the server, which knows of no login.
    case deceived = "client deceived"
  }

  /// Who said no.
  enum Side: String, Sendable {
    case client, server
    /// TLS, at either end.
    case tls = "TLS"
  }

  let result: Result
  var by: Side?
  /// Why: the code of the client's error, or the reason in the server's audit event.
  var reason: String?
  /// What the server's audit says of each login, in order: `accepted`, or the reason.
  var audit: [String] = []

  static let accepted = Outcome(result: .accepted, audit: ["accepted"])
  static let takenOver = Outcome(result: .takenOver, audit: ["accepted"])

  static func byServer(_ reason: String) -> Outcome {
    Outcome(result: .refused, by: .server, reason: reason, audit: [reason])
  }

  static func byClient(_ reason: String, audit: String...) -> Outcome {
    Outcome(result: .refused, by: .client, reason: reason, audit: audit)
  }

  /// The outcome in words.
  var description: String {
    guard let by else { return result.rawValue }
    return "refused by \(by == .tls ? "" : "the ")\(by.rawValue): \(reason ?? "no reason")"
  }
}

/// What the two ends of a login tell of it.
struct Evidence: Sendable {
  /// How the login ended for a client.
  enum ClientEnd: Sendable {
    case accepted
    case failed(ClientError)
    /// There was no client but the attacker.
    case absent
  }

  var client = ClientEnd.absent
  var audit: [AuditEvent] = []
  /// What went wrong with the server's connections.
  var serverErrors: [String] = []
  /// What the server read inside TLS, or in the clear before it.
  var heard = ""
  var loot = Loot()
  /// What an attacker on one side alone found. It has to agree with the rest, and shows nothing by itself.
  var finding: Intrusion.Finding.Outcome?

  /// What follows from it.
  var outcome: Outcome {
    let words = audit.map { $0.reason?.description ?? "accepted" }
    let last = audit.last?.reason?.description
    switch client {
    case .failed(.client(let code)):
      return Outcome(result: .refused, by: .client, reason: code, audit: words)
    case .failed(.server(let code)):
      return Outcome(result: .refused, by: .server, reason: last ?? code, audit: words)
    case .failed(.tls(let code)): return Outcome(result: .refused, by: .tls, reason: code, audit: words)
    case .accepted, .absent:
      // TLS broke off what the attacker tried: before a login came to anything, or after it. What was in early data was
      // never read.
      if last == nil || last == "abandoned", finding == .refused, let error = serverErrors.last,
        !heard.contains(EarlyData.command)
      {
        return Outcome(result: .refused, by: .tls, reason: error, audit: words)
      }
      if case .accepted = client, !audit.contains(where: \.isAccepted) {
        return Outcome(result: .deceived, audit: words)
      }
      // The last word is the server's: on what the attacker did alone, behind the client's login.
      if let last { return Outcome(result: .refused, by: .server, reason: last, audit: words) }
      if loot.identity != nil { return Outcome(result: .takenOver, audit: words) }
      return Outcome(result: .accepted, audit: words)
    }
  }
}
