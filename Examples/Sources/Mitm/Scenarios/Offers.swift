internal import PassBindExportedAuthenticators
internal import PassBindLineProfile
internal import PassBindSASL

// What an interceptor can make of the list that a server offers, which nobody has signed.

extension Capabilities {
  /// Nothing binds.
  static let withoutPlus: @Sendable (Capabilities) -> Capabilities = { whole in
    whole.offering(whole.offer.mechanisms.filter { !$0.isPlus }, by: nil)
  }

  /// Everything can also be had unbound.
  static let unbound: @Sendable (Capabilities) -> Capabilities = { whole in
    whole.offering(whole.offer.mechanisms + whole.offer.mechanisms.map(\.base), by: whole.offer.bindingTypes)
  }

  /// Exported authenticators are not spoken of.
  static let withoutAuthenticators: @Sendable (Capabilities) -> Capabilities = { whole in
    whole.offering(whole.offer.mechanisms.filter { $0 != OPAQUEEAMechanism.name }, by: whole.offer.bindingTypes)
  }

  /// OPAQUE-EA is the best there is.
  static let withAuthenticators: @Sendable (Capabilities) -> Capabilities = { whole in
    whole.offering([OPAQUEEAMechanism.name] + whole.offer.mechanisms, by: whole.offer.bindingTypes)
  }

  /// The password itself is asked for.
  static let onlyPLAIN: @Sendable (Capabilities) -> Capabilities = { $0.offering(names("PLAIN"), by: nil) }

  /// The oldest hash.
  static let onlySHA1: @Sendable (Capabilities) -> Capabilities = {
    $0.offering(names("SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"), by: $0.offer.bindingTypes)
  }

  /// One type of binding, whether the server has it or not.
  static func binding(by type: ChannelBindingType) -> @Sendable (Capabilities) -> Capabilities {
    { $0.offering($0.offer.mechanisms, by: [type]) }
  }

  private func offering(_ mechanisms: [MechanismName], by types: [ChannelBindingType]?) -> Capabilities {
    Capabilities(
      startTLS: startTLS, initialResponse: initialResponse,
      offer: SASLOffer(mechanisms: mechanisms, bindingTypes: types), registrations: registrations)
  }

  private static func names(_ names: String...) -> [MechanismName] { names.compactMap { MechanismName($0) } }
}
