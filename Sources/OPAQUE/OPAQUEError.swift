/// Why a step of OPAQUE failed: a code to switch on and a sentence for a log. Two errors are equal if their codes are.
/// On a server it is for the log alone: tell the peer nothing but that the login failed.
public struct OPAQUEError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    package init(description: String) { self.description = description }

    // What a message or a stored value can get wrong. The reason names the field.

    /// A message, record or setup that has not exactly the length RFC 9807 gives it.
    public static let wrongLength = Code(description: "wrongLength")
    /// A group element or a scalar that is not one, or that is the identity or zero.
    public static let invalidElement = Code(description: "invalidElement")
    /// The server sent the client's own blinded element back.
    public static let reflectedValue = Code(description: "reflectedValue")

    // What the two ends find out about each other.

    /// The client: the password is wrong, or the record, the identities or the server's key are not those of the
    /// registration (RFC 9807's EnvelopeRecoveryError). One error for all of these, since they can't be told apart.
    public static let envelopeRecovery = Code(description: "envelopeRecovery")
    /// The client: the server did not prove that it knows the record and its own key, or its context is another one
    /// (RFC 9807's ServerAuthenticationError).
    public static let serverAuthentication = Code(description: "serverAuthentication")
    /// The server: the client did not prove that it knows the password (RFC 9807's ClientAuthenticationError).
    public static let clientAuthentication = Code(description: "clientAuthentication")

    // What the caller can get wrong, and what can be missing.

    /// A password that is empty or longer than 65,535 bytes.
    public static let invalidPassword = Code(description: "invalidPassword")
    /// A context, identity or credential identifier outside its bounds.
    public static let invalidParameter = Code(description: "invalidParameter")
    /// Key stretching parameters outside the limits that the caller set.
    public static let stretchingRefused = Code(description: "stretchingRefused")
    /// Key stretching failed: not available here, out of memory, or cancelled.
    public static let stretchingFailed = Code(description: "stretchingFailed")
    /// A sealed setup or note that does not open: another key, passphrase or name, or changed bytes.
    public static let sealBroken = Code(description: "sealBroken")
    /// No live server key has the identifier that a record names.
    public static let unknownServerKey = Code(description: "unknownServerKey")
    /// The holder of the server's keys did not answer.
    public static let keysUnavailable = Code(description: "keysUnavailable")
    /// OpenSSL does not offer SHA-512 or AES-256-GCM here.
    public static let unavailable = Code(description: "unavailable")
  }

  /// What kind of failure this is.
  public let code: Code
  /// The failure in words.
  public let reason: String

  /// The code and the reason.
  public var description: String { "\(code): \(reason)" }

  /// An error; for those who conform to a protocol of this module.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Equal codes make equal errors.
  public static func == (a: OPAQUEError, b: OPAQUEError) -> Bool { a.code == b.code }
}
