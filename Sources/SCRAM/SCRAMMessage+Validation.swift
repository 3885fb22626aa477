internal import PassBindSASL

// What a message must be beyond its grammar. Pure functions of the message and of what went before.

extension SCRAMMessage.ClientFirst {
  /// Whether the GS2 flag is one that an honest client sends to this server on this connection, and allowed.
  ///
  /// - Returns: the binding to use; nil where the login is not bound.
  func binding(
    for mechanism: SCRAMMechanism, offer: SASLOffer, bindings: ChannelBindings, policy: SCRAMServerPolicy
  ) throws(SCRAMError) -> ChannelBinding? {
    switch header.flag {
    case .unsupported, .notOffered:
      guard !mechanism.isPlus else {
        throw SCRAMError(.mechanismMismatch, "\(mechanism) with a GS2 header that does not bind")
      }
      // RFC 5802 section 6: an honest client says `y` only to a server that offered no -PLUS.
      if header.flag == .notOffered, offer.mechanisms.contains(where: \.isPlus) {
        throw SCRAMError(
          .channelBindingDowngrade, "the client saw no -PLUS mechanism, and this connection was offered one")
      }
      guard !policy.requiresChannelBinding else {
        throw SCRAMError(.channelBindingRequired, "\(mechanism) does not bind, and the policy wants it")
      }
      return nil
    case .required(let type):
      guard mechanism.isPlus else {
        throw SCRAMError(.mechanismMismatch, "\(mechanism) with a GS2 header that binds by \(type)")
      }
      guard !bindings.available.isEmpty else {
        throw SCRAMError(.channelBindingNotSupported, "the client binds by \(type), this connection has no binding")
      }
      guard let binding = bindings[type], offer.bindingTypes?.contains(type) ?? true else {
        let why = bindings.unavailable[type] ?? "not offered"
        throw SCRAMError(.unsupportedBindingType, "the client binds by \(type): \(why)")
      }
      return binding
    }
  }
}

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
