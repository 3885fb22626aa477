// What a message must be beyond its grammar. Pure functions of the message and of what went before.

extension SCRAMMessage.ServerFirst {
  /// Checks nonce, salt and count against the client's nonce and policy.
  func validate(clientNonce: [UInt8], policy: SCRAMClientPolicy) throws(SCRAMError) {
    guard let added = try policy.dialect.serverPart(of: nonce, client: clientNonce) else {
      throw SCRAMError(.nonceMismatch, "the server's nonce does not continue the client's")
    }
    guard added > 0 else {
      throw SCRAMError(.nonceMismatch, "the server added nothing to the nonce")
    }
    guard added >= policy.minServerNonceCount else {
      throw SCRAMError(.weakNonce, "the server added \(added) characters to the nonce")
    }

    try policy.permits(salt: salt, iterations: iterations)
    let isTrueNAS = policy.dialect == .trueNAS
    guard !isTrueNAS || extensions.isEmpty else {
      throw SCRAMError(.malformedMessage, "TrueNAS sends no extensions")
    }
  }
}

extension SCRAMClientPolicy {
  /// Checks what a server wants a password to be stretched with.
  func permits(salt: [UInt8], iterations: Int) throws(SCRAMError) {
    let isTrueNAS = dialect == .trueNAS
    guard isTrueNAS ? salt.count == 16 : (max(1, minSaltCount)...1024).contains(salt.count) else {
      throw SCRAMError(.weakSalt, "the server's salt has \(salt.count) bytes")
    }
    let floor = isTrueNAS ? max(50_000, minIterations) : minIterations
    guard iterations >= floor else {
      throw SCRAMError(.iterationCountRefused, "the server asks for \(iterations) iterations, the floor is \(floor)")
    }
    guard iterations <= maxIterations else {
      throw SCRAMError(
        .iterationCountRefused, "the server asks for \(iterations) iterations, the cap is \(maxIterations)")
    }
  }

  /// How the dialect lets passwords be normalised.
  var effectivePasswordPreparation: SCRAMPreparation { dialect == .trueNAS ? .none : passwordPreparation }
}
