/// What went wrong in SASL's own layer: a code to switch on and a sentence for a log. Two errors are equal if their
/// codes are.
public struct SASLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    /// Base64 outside the strict form of RFC 4648 section 4.
    public static let invalidBase64 = Code(description: "invalidBase64")
    /// A user name or authorization identity with a bad escape, a forbidden character, or bytes that are not UTF-8.
    public static let invalidName = Code(description: "invalidName")
    /// A GS2 header outside the grammar of RFC 5801 section 4.
    public static let invalidHeader = Code(description: "invalidHeader")
    /// A message longer than its limit.
    public static let tooLong = Code(description: "tooLong")
    /// The server offers no mechanism that this side's policy accepts.
    public static let noAcceptableMechanism = Code(description: "noAcceptableMechanism")
    /// Channel binding is required, and cannot be had on this connection or with this server.
    public static let channelBindingUnavailable = Code(description: "channelBindingUnavailable")
    /// The mechanism's name and the GS2 flag do not fit each other.
    public static let mechanismMismatch = Code(description: "mechanismMismatch")
    /// A mechanism that this server did not offer on this connection.
    public static let mechanismNotOffered = Code(description: "mechanismNotOffered")
    /// The client says that no -PLUS mechanism was offered, while one was: somebody took it off the list.
    public static let channelBindingDowngrade = Code(description: "channelBindingDowngrade")
    /// The server's policy wants channel binding, and the client does not bind.
    public static let channelBindingRequired = Code(description: "channelBindingRequired")
    /// Channel binding asked for on a connection that has none.
    public static let channelBindingNotSupported = Code(description: "channelBindingNotSupported")
    /// A channel binding type that this server did not offer or this connection does not have.
    public static let unsupportedBindingType = Code(description: "unsupportedBindingType")
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
  public static func == (a: SASLError, b: SASLError) -> Bool { a.code == b.code }
}
