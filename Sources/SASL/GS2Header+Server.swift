extension GS2Header {
  /// What a server makes of this header from a client that named `mechanism`: whether its flag is one that an honest
  /// client sends to this server on this connection, and allowed.
  ///
  /// - Parameters:
  ///   - mechanism: the one that the client named.
  ///   - offer: what this server offered on this connection.
  ///   - bindings: what the connection can be bound by.
  ///   - isRequired: whether logins that are not bound are refused.
  /// - Returns: the binding to use; nil where the login is not bound.
  /// - Throws: ``SASLError`` `mechanismMismatch`, `channelBindingDowngrade`, `channelBindingRequired`,
  ///   `channelBindingNotSupported`, `unsupportedBindingType`, `mechanismNotOffered`.
  package func binding(
    for mechanism: MechanismName, offer: SASLOffer, bindings: ChannelBindings, isRequired: Bool
  ) throws(SASLError) -> ChannelBinding? {
    let binding = try allowedBinding(mechanism, offer, bindings, isRequired)
    guard offer.mechanisms.contains(mechanism) else {
      throw SASLError(.mechanismNotOffered, "\(mechanism) was not offered on this connection")
    }
    return binding
  }

  private func allowedBinding(
    _ mechanism: MechanismName, _ offer: SASLOffer, _ bindings: ChannelBindings, _ isRequired: Bool
  ) throws(SASLError) -> ChannelBinding? {
    switch flag {
    case .unsupported, .notOffered:
      guard !mechanism.isPlus else {
        throw SASLError(.mechanismMismatch, "\(mechanism) with a GS2 header that does not bind")
      }
      // RFC 5802 section 6: an honest client says `y` only to a server that offered no -PLUS.
      if flag == .notOffered, offer.mechanisms.contains(where: \.isPlus) {
        throw SASLError(
          .channelBindingDowngrade, "the client saw no -PLUS mechanism, and this connection was offered one")
      }
      guard !isRequired else {
        throw SASLError(.channelBindingRequired, "\(mechanism) does not bind, and the policy wants it")
      }
      return nil
    case .required(let type):
      guard mechanism.isPlus else {
        throw SASLError(.mechanismMismatch, "\(mechanism) with a GS2 header that binds by \(type)")
      }
      guard !bindings.available.isEmpty else {
        throw SASLError(.channelBindingNotSupported, "the client binds by \(type), this connection has no binding")
      }
      guard let binding = bindings[type], offer.bindingTypes?.contains(type) ?? true else {
        let why = bindings.unavailable[type] ?? "not offered"
        throw SASLError(.unsupportedBindingType, "the client binds by \(type): \(why)")
      }
      return binding
    }
  }
}
