/// What went wrong in a primitive: a code to switch on and a sentence for a log. Two errors are equal if their codes
/// are.
public struct CryptoError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    /// OpenSSL, as configured on this machine, does not offer the algorithm (a FIPS provider, say).
    public static let unavailable = Code(description: "unavailable")
    /// A parameter lies outside what the algorithm or its limits allow.
    public static let invalidParameter = Code(description: "invalidParameter")
    /// What was sealed cannot be opened: the key, the passphrase or the purpose is another one, or the bytes were
    /// changed.
    public static let notAuthentic = Code(description: "notAuthentic")
    /// The task was cancelled before the result was ready.
    public static let cancelled = Code(description: "cancelled")
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
  public static func == (a: CryptoError, b: CryptoError) -> Bool { a.code == b.code }
}
