/// Why a text is not fit to be a user name or a password (RFC 4013): a code to switch on, a sentence for a log, and
/// where. It never holds the text or a part of it. Two errors are equal if their codes are.
public struct SASLprepError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    /// The bytes are not UTF-8 (RFC 3629).
    public static let invalidUTF8 = Code(description: "invalidUTF8")
    /// The text is longer than the limit, before preparation or after it.
    public static let tooLong = Code(description: "tooLong")
    /// There is no text, or nothing is left of it.
    public static let empty = Code(description: "empty")
    /// A character that RFC 4013 section 2.3 prohibits: a control character, private use and the like.
    public static let prohibited = Code(description: "prohibited")
    /// A code point that Unicode 3.2 does not assign, in a stored string (RFC 4013 section 2.5).
    public static let unassigned = Code(description: "unassigned")
    /// Right-to-left and left-to-right characters are mixed, or right-to-left text does not begin and end with a
    /// right-to-left character (RFC 3454 section 6).
    public static let bidirectional = Code(description: "bidirectional")
  }

  /// What kind of failure this is.
  public let code: Code
  /// The failure in words.
  public let reason: String
  /// Where the fault lies, in bytes of UTF-8 from the start of the text; nil where it is the text as a whole.
  public let offset: Int?

  /// The code, the reason and the place.
  public var description: String { "\(code): \(reason)" + (offset.map { " at byte \($0)" } ?? "") }

  init(_ code: Code, _ reason: String, offset: Int? = nil) {
    self.code = code
    self.reason = reason
    self.offset = offset
  }

  /// Equal codes make equal errors.
  public static func == (a: SASLprepError, b: SASLprepError) -> Bool { a.code == b.code }
}
