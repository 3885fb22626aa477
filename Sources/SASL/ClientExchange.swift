/// A client's side of one authentication, as a protocol profile (IMAP's AUTHENTICATE, say) drives it: bytes out, bytes
/// in, until the server claims success and the mechanism agrees. An exchange is used once, by one task at a time.
public protocol SASLClientExchange: AnyObject {
  /// What the mechanism throws.
  associatedtype Failure: Error

  /// The mechanism's name.
  var mechanism: MechanismName { get }

  /// The client's first message; every mechanism here opens with one (RFC 4422 section 5, "client-first").
  var initialResponse: [UInt8] { get }

  /// The answer to a challenge.
  func respond(to challenge: [UInt8]) async throws(Failure) -> [UInt8]

  /// To be called when the server claims success, with the data that came along. Throws unless the mechanism has what
  /// it needs to believe it: a success without the server's own proof is a failure.
  func finish(with data: [UInt8]?) throws(Failure)
}
