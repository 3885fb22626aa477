public import PassBindOPAQUE

extension OPAQUEError.Code {
  // What an authenticator can get wrong; more of it is told by the codes of OPAQUE and its SASL mechanisms.

  /// The authenticator answers another request than this one.
  public static let wrongContext = Self(description: "wrongContext")
  /// The context was used on this connection before.
  public static let contextReused = Self(description: "contextReused")
  /// Finished is wrong: the message was made on another connection, in another role or for another request, or changed
  /// on the way.
  public static let notAuthentic = Self(description: "notAuthentic")
  /// The peer declines, by an empty authenticator (RFC 9261 section 6).
  public static let declined = Self(description: "declined")
}

extension OPAQUEError {
  init(_ error: ExportedAuthenticatorError) {
    let code: Code =
      switch error.code {
      case .malformed, .illegalParameter: .malformedMessage
      case .limitExceeded: .messageTooLong
      case .refused: .declined
      case .wrongContext: .wrongContext
      case .contextReused: .contextReused
      case .notAuthentic: .notAuthentic
      case .invalidConfiguration: .invalidParameter
      default: .unavailable
      }
    self.init(code, error.reason)
  }
}

/// Runs `work`, and says what it throws in OPAQUE's words.
func authenticating<Result: ~Copyable>(
  _ work: () throws(ExportedAuthenticatorError) -> Result
) throws(OPAQUEError) -> Result {
  do { return try work() } catch { throw OPAQUEError(error) }
}
