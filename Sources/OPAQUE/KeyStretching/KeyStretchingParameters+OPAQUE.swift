public import PassBindCrypto

/// Argon2id and scrypt as RFC 9807 uses them (section 7): a salt of 16 zeros, since the OPRF's output is salted
/// already, and 64 bytes out. Parameters that a server sent go through
/// ``PassBindCrypto/KeyStretchingLimits/permits(_:)`` first.
extension KeyStretchingParameters: KeyStretching {
  /// Stretches on a thread of its own; see ``KeyStretching/stretch(_:)``. Once begun, it can't be stopped.
  ///
  /// - Throws: ``OPAQUEError`` `stretchingFailed` where this process lacks the function or the memory, or if the task
  ///   was cancelled before it began.
  public func stretch(_ oprfOutput: borrowing SecretBytes) async throws(OPAQUEError) -> SecretBytes {
    do throws(CryptoError) {
      return try await stretchingKeys { () throws(CryptoError) in
        if Task.isCancelled { throw CryptoError(.cancelled, "the task was cancelled before key stretching") }
        let salt = [UInt8](repeating: 0, count: 16)
        return try stretch(oprfOutput.span, salt: salt.span, count: 64)
      }
    } catch {
      throw OPAQUEError(.stretchingFailed, error.reason)
    }
  }
}
