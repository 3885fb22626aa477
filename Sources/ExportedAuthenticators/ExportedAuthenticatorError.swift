/// What went wrong with an authenticator or a request for one: a code to switch on and a sentence for a log. Two errors
/// are equal if their codes are. Nothing of it is for the peer: how failures are told is the application protocol's
/// business (RFC 9261 section 1).
public struct ExportedAuthenticatorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    /// The connection has no authenticators: it is not TLS 1.3, or its handshake is not finished.
    public static let unavailable = Code(description: "unavailable")
    /// This end's certificate, key, trust, host name or parameter cannot be used.
    public static let invalidConfiguration = Code(description: "invalidConfiguration")
    /// The bytes are no such message: a length lies, bytes are missing or left over.
    public static let malformed = Code(description: "malformed")
    /// The message is longer, or has more parts, than is taken here.
    public static let limitExceeded = Code(description: "limitExceeded")
    /// The message says what it may not say here: another role's type, an extension out of place, twice or not asked
    /// for, a signature scheme not asked for, no certificate.
    public static let illegalParameter = Code(description: "illegalParameter")
    /// The authenticator answers another request than this one.
    public static let wrongContext = Code(description: "wrongContext")
    /// The context was used on this connection before (RFC 9261 section 4).
    public static let contextReused = Code(description: "contextReused")
    /// Finished is wrong: made on another connection, in another role, for another request, or changed on the way.
    public static let notAuthentic = Code(description: "notAuthentic")
    /// The signature was not made by the certificate's key, or not over this.
    public static let invalidSignature = Code(description: "invalidSignature")
    /// The certificate was refused: wrong host, unknown authority, expired, not for this purpose.
    public static let untrustedPeer = Code(description: "untrustedPeer")
    /// The peer declines: it sent a good empty authenticator (RFC 9261 section 6).
    public static let refused = Code(description: "refused")
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
  public static func == (a: ExportedAuthenticatorError, b: ExportedAuthenticatorError) -> Bool { a.code == b.code }
}
