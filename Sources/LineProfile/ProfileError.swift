/// What went wrong on the wire of the line profile: a code to switch on and a sentence for a log. Two errors are equal
/// if their codes are.
public struct ProfileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    /// A line, or what was sent without waiting for an answer, is longer than its limit.
    public static let tooLong = Code(description: "tooLong")
    /// A line outside the grammar: a bare CR or LF, a NUL, no tag, bad base64.
    public static let malformed = Code(description: "malformed")
    /// Plaintext arrived behind the line that starts TLS. Somebody may have put it there (CVE-2011-0411 and its kin).
    public static let plaintextBehindStartTLS = Code(description: "plaintextBehindStartTLS")
    /// The server does not offer STARTTLS, or somebody took it off the list.
    public static let startTLSUnavailable = Code(description: "startTLSUnavailable")
    /// A line that is in order, but not here.
    public static let unexpected = Code(description: "unexpected")
    /// The server refuses the login; it does not say why.
    public static let refused = Code(description: "refused")
    /// The other side took too long.
    public static let timedOut = Code(description: "timedOut")
    /// The server closed the connection.
    public static let closed = Code(description: "closed")
  }

  /// What kind of failure this is.
  public let code: Code
  /// The failure in words.
  public let reason: String

  /// The code and the reason.
  public var description: String { "\(code): \(reason)" }

  package init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Equal codes make equal errors.
  public static func == (a: ProfileError, b: ProfileError) -> Bool { a.code == b.code }
}
