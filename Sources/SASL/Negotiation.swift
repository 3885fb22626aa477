/// How much a client insists on channel binding, in the words of libpq.
public enum ChannelBindingPolicy: String, CaseIterable, Sendable {
  /// Never bind. Whoever ends the TLS connection can take the login over.
  case disable
  /// Bind where both sides can, else log in unbound. An interceptor that hides the server's -PLUS mechanisms is
  /// noticed; one that leaves them and changes the list of binding types, so that none is common, is noticed by the
  /// server's hash of its offer alone (XEP-0474); one that terminates TLS before a server without them is not.
  case prefer
  /// Bind, or do not log in. Never falls back to anything weaker.
  case require
}

/// What a client accepts, and how it chooses among what a server offers.
public struct ClientNegotiationPolicy: Sendable {
  /// Mechanisms without their -PLUS, best first. Nothing else is ever used, whatever a server offers.
  public var mechanisms: [MechanismName]
  /// How much to insist on channel binding.
  public var channelBinding: ChannelBindingPolicy
  /// The binding types to use, best first. Nothing else is ever used; a mechanism that ``MechanismName/bindsByItself``
  /// needs none.
  public var bindingTypes: [ChannelBindingType]

  /// A policy.
  public init(
    mechanisms: [MechanismName], channelBinding: ChannelBindingPolicy = .require,
    bindingTypes: [ChannelBindingType] = ChannelBindingType.preferred
  ) {
    self.mechanisms = mechanisms
    self.channelBinding = channelBinding
    self.bindingTypes = bindingTypes
  }

  /// What to log in with.
  public struct Choice: Hashable, Sendable {
    /// The mechanism, with its -PLUS where the login is bound.
    public let mechanism: MechanismName
    /// The flag for the GS2 header.
    public let flag: GS2Header.BindingFlag
    /// The channel binding, where the mechanism takes one.
    public let binding: ChannelBinding?

    /// What the login is bound by; nil where it is not.
    public var loginBinding: LoginBinding? {
      mechanism.bindsByItself ? .exportedAuthenticator : LoginBinding(binding?.type)
    }

    /// A choice made elsewhere; the mechanism checks that its parts fit.
    public init(mechanism: MechanismName, flag: GS2Header.BindingFlag, binding: ChannelBinding?) {
      self.mechanism = mechanism
      self.flag = flag
      self.binding = binding
    }

    /// Whether mechanism, flag and binding say the same: bound by that binding, or not at all.
    package var isConsistent: Bool {
      guard let binding else { return !mechanism.isPlus && (flag == .unsupported || flag == .notOffered) }
      return mechanism.isPlus && flag == .required(binding.type)
    }
  }

  /// Chooses among what a server offers on a connection with these bindings (RFC 5802 section 6, XEP-0440).
  ///
  /// - Throws: ``SASLError`` `noAcceptableMechanism`, or `channelBindingUnavailable` where binding is required.
  public func choose(from offer: SASLOffer, bindings: ChannelBindings) throws(SASLError) -> Choice {
    let own = bindingTypes.compactMap { bindings[$0] }
    let common = own.filter { offer.bindingTypes?.contains($0.type) ?? true }
    if channelBinding != .disable {
      for name in mechanisms {
        if name.bindsByItself {
          guard bindings.tlsVersion == .tls13, offer.mechanisms.contains(name) else { continue }
          return Choice(mechanism: name, flag: .unsupported, binding: nil)
        }
        if let binding = common.first, let plus = name.plus, offer.mechanisms.contains(plus) {
          return Choice(mechanism: plus, flag: .required(binding.type), binding: binding)
        }
      }
    }
    guard channelBinding != .require else { throw whyUnbound(offer, bindings, own: own, common: common) }

    guard let name = mechanisms.first(where: { !$0.bindsByItself && offer.mechanisms.contains($0) }) else {
      throw SASLError(
        .noAcceptableMechanism,
        "the server offers \(offer.mechanisms.list), this side accepts \(mechanisms.list)")
    }
    // `y` says "I could, you did not offer": true only if no -PLUS was on the list at all. Where there was one but no
    // type in common, `y` would make an honest server refuse.
    let sawPlus = offer.mechanisms.contains(where: \.isPlus)
    let couldBind = channelBinding == .prefer && !own.isEmpty
    return Choice(mechanism: name, flag: couldBind && !sawPlus ? .notOffered : .unsupported, binding: nil)
  }

  private func whyUnbound(
    _ offer: SASLOffer, _ bindings: ChannelBindings, own: [ChannelBinding], common: [ChannelBinding]
  ) -> SASLError {
    let accepted = mechanisms.compactMap { $0.bindsByItself ? $0 : $0.plus }
    let bindByThemselves = !accepted.isEmpty && accepted.allSatisfy(\.bindsByItself)
    if bindings.tlsVersion != .tls13, bindByThemselves {
      let version = bindings.tlsVersion.map { "TLS \($0)" } ?? "no TLS"
      return SASLError(.channelBindingUnavailable, "\(accepted.list) needs TLS 1.3, and this connection has \(version)")
    }
    if own.isEmpty, !bindByThemselves {
      let reasons = bindingTypes.map { "\($0): \(bindings.unavailable[$0] ?? "this connection has none")" }
      return SASLError(.channelBindingUnavailable, reasons.joined(separator: "; "))
    }
    if !accepted.contains(where: offer.mechanisms.contains) {
      return SASLError(
        .channelBindingUnavailable,
        "the server offers \(offer.mechanisms.list), and none of \(accepted.list); either it cannot bind, or somebody "
          + "between took those off the list")
    }
    return SASLError(
      .channelBindingUnavailable,
      "the server binds by \((offer.bindingTypes ?? []).list), this connection by \(own.map(\.type).list)")
  }
}

extension Array where Element: CustomStringConvertible {
  fileprivate var list: String { isEmpty ? "nothing" : map(\.description).joined(separator: " ") }
}
