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

    let isTrueNAS = policy.dialect == .trueNAS
    guard isTrueNAS ? salt.count == 16 : (max(1, policy.minSaltCount)...1024).contains(salt.count) else {
      throw SCRAMError(.weakSalt, "the server's salt has \(salt.count) bytes")
    }
    let floor = isTrueNAS ? max(50_000, policy.minIterations) : policy.minIterations
    guard iterations >= floor else {
      throw SCRAMError(.iterationCountRefused, "the server asks for \(iterations) iterations, the floor is \(floor)")
    }
    guard iterations <= policy.maxIterations else {
      throw SCRAMError(
        .iterationCountRefused, "the server asks for \(iterations) iterations, the cap is \(policy.maxIterations)")
    }
    guard !isTrueNAS || extensions.isEmpty else {
      throw SCRAMError(.malformedMessage, "TrueNAS sends no extensions")
    }
  }
}
