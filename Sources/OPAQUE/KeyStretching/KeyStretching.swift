public import PassBindCrypto

/// RFC 9807's KSF (section 2.3): what makes each guess at a password expensive for whoever stole the server's records.
/// Client and administrator choose it when an account is made; each login uses the same one, with the same parameters.
public protocol KeyStretching: Sendable {
  /// Stretch(msg): the 64 bytes of the OPRF's output, stretched.
  ///
  /// It takes long and must not block the executor it is called on; see ``PassBindCrypto/stretchingKeys(_:)``.
  ///
  /// - Parameter oprfOutput: 64 bytes, as good as the password.
  /// - Returns: 64 bytes with the functions of this package; RFC 9807 leaves the number open.
  /// - Throws: ``OPAQUEError`` `stretchingFailed` where it cannot be done here, or the task was cancelled.
  func stretch(_ oprfOutput: borrowing SecretBytes) async throws(OPAQUEError) -> SecretBytes
}

/// No stretching at all: who steals the server's records tries guesses as fast as he can. For test vectors and for
/// peers that are built this way; never for anybody's password.
public struct InsecureIdentityStretching: KeyStretching {
  /// Stretches nothing.
  public init() {}

  /// The same bytes (RFC 9807 appendix C uses this).
  public func stretch(_ oprfOutput: borrowing SecretBytes) async throws(OPAQUEError) -> SecretBytes {
    oprfOutput.copy()
  }
}

/// randomized_password (sections 5.2.3 and 6.3.2.3): 64 bytes from which everything else on the client comes.
package func randomizedPassword(
  _ oprfOutput: borrowing SecretBytes, stretching: some KeyStretching
) async throws(OPAQUEError) -> SecretBytes {
  let stretched = try await stretching.stretch(oprfOutput)
  var joined = SecretBytes(count: oprfOutput.count + stretched.count)
  joined.write(oprfOutput.span, at: 0)
  joined.write(stretched.span, at: oprfOutput.count)
  return try extract(joined.span)
}
