internal import ExampleSupport
internal import PassBindSASL
internal import PassBindSCRAM

/// What a login must be like.
struct Terms {
  /// Mechanisms without their -PLUS, best first.
  var mechanisms = MechanismName.opaque + SCRAMMechanism.preferred
  var channelBinding = ChannelBindingPolicy.require
  var bindingTypes = ChannelBindingType.preferred
  var scramPolicy = SCRAMClientPolicy()
  /// Whether what looks like a wrong password to OPAQUE, by whichever mechanism, is tried with SCRAM too.
  var fallsBack = false

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
