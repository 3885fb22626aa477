/// Why bytes are not an element or a scalar: a code to switch on and a sentence for a log. Two errors are equal if
/// their codes are.
public struct RistrettoError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    /// Too few or too many bytes.
    public static let wrongLength = Code(description: "wrongLength")
    /// The number encoded is not below the modulus, so it has a shorter encoding.
    public static let nonCanonical = Code(description: "nonCanonical")
    /// The number encoded is odd; only its negation, which is even, encodes an element.
    public static let negative = Code(description: "negative")
    /// No point of the curve belongs to the number encoded.
    public static let nonSquare = Code(description: "nonSquare")
    /// A point belongs to the number encoded, but the encoding of its element is another one.
    public static let wrongRepresentative = Code(description: "wrongRepresentative")
    /// The identity element, where it is not allowed.
    public static let identity = Code(description: "identity")
    /// Zero has no inverse.
    public static let zeroScalar = Code(description: "zeroScalar")
  }

  /// What kind of failure this is.
  public let code: Code
  /// The failure in words.
  public let reason: String

  /// The code and the reason.
  public var description: String { "\(code): \(reason)" }

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  static func wrongLength(_ count: Int, wanted: Int) -> RistrettoError {
    RistrettoError(.wrongLength, "\(count) bytes where \(wanted) are wanted")
  }

  /// Equal codes make equal errors.
  public static func == (a: RistrettoError, b: RistrettoError) -> Bool { a.code == b.code }
}
