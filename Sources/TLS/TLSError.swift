/// What went wrong with a context or a connection: a code to switch on and a sentence for a log, with OpenSSL's own
/// words where it has some. Two errors are equal if their codes are. Nothing of it is for the peer, which gets a TLS
/// alert.
public struct TLSError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    /// A certificate, key, trust root, host name or setting cannot be used.
    public static let invalidConfiguration = Code(description: "invalidConfiguration")
    /// The peer's certificate was refused: wrong host, unknown authority, expired.
    public static let untrustedPeer = Code(description: "untrustedPeer")
    /// The handshake failed for another reason, or the peer refused it.
    public static let handshakeFailed = Code(description: "handshakeFailed")
    /// A record after the handshake was damaged or out of place.
    public static let connectionFailed = Code(description: "connectionFailed")
    /// The transport ended without close_notify: somebody may have cut off the end (RFC 8446 section 6.1).
    public static let truncated = Code(description: "truncated")
    /// The operation needs a finished handshake.
    public static let notFinished = Code(description: "notFinished")
    /// This end has already sent close_notify.
    public static let closed = Code(description: "closed")
    /// The handshake is too long, or too much output waits to be taken.
    public static let limitExceeded = Code(description: "limitExceeded")
    /// The connection cannot give what was asked for, keying material say.
    public static let unavailable = Code(description: "unavailable")
  }

  /// What kind of failure this is.
  public let code: Code
  /// The failure in words, and what can be done about it.
  public let reason: String

  /// The code and the reason.
  public var description: String { "\(code): \(reason)" }

  package init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Equal codes make equal errors.
  public static func == (a: TLSError, b: TLSError) -> Bool { a.code == b.code }
}
