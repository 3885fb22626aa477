/// Why an oblivious evaluation failed: a code to switch on and a sentence for a log. Two errors are equal if their
/// codes are.
public struct OPRFError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    /// An input longer than 65,535 bytes, or one that hashes to the identity element (RFC 9497's InvalidInputError).
    public static let invalidInput = Code(description: "invalidInput")
    /// Bytes from the peer or from storage that are not what they should be (RFC 9497's DeserializeError).
    public static let invalidEncoding = Code(description: "invalidEncoding")
    /// A proof that does not hold: the peer used another key (RFC 9497's VerifyError).
    public static let invalidProof = Code(description: "invalidProof")
    /// The public input and the key cancel each other out (RFC 9497's InverseError).
    public static let notInvertible = Code(description: "notInvertible")
    /// 256 attempts gave no key (RFC 9497's DeriveKeyPairError).
    public static let noKeyDerived = Code(description: "noKeyDerived")
    /// OpenSSL does not offer SHA-512 here.
    public static let unavailable = Code(description: "unavailable")
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
  public static func == (a: OPRFError, b: OPRFError) -> Bool { a.code == b.code }
}
