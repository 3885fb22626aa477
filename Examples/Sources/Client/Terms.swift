internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM

/// What a login must be like.
struct Terms {
  /// Mechanisms without their -PLUS, best first.
  var mechanisms = OPAQUEMechanism.preferred + SCRAMMechanism.preferred
  var channelBinding = ChannelBindingPolicy.require
  var bindingTypes = ChannelBindingType.preferred
  var scramPolicy = SCRAMClientPolicy()
  /// Whether what looks like a wrong password to OPAQUE is tried with SCRAM too.
  var fallsBack = false

  /// A login by OPAQUE, or none.
  static var opaque: Terms {
    var terms = Terms()
    terms.mechanisms = OPAQUEMechanism.preferred
    return terms
  }

  /// The same without OPAQUE, and bound.
  var withoutOPAQUE: Terms {
    var terms = self
    terms.mechanisms = mechanisms.filter { SCRAMMechanism($0) != nil }
    terms.channelBinding = .require
    return terms
  }

  var negotiation: ClientNegotiationPolicy {
    ClientNegotiationPolicy(mechanisms: mechanisms, channelBinding: channelBinding, bindingTypes: bindingTypes)
  }
}
