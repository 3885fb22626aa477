public import PassBindCrypto
public import PassBindSASL
public import PassBindSCRAM

/// What a server offers, and what it insists on.
public struct ServerPolicy: Sendable {
  /// The mechanisms to offer, best first, named without -PLUS: any of SCRAM-SHA-512, SCRAM-SHA-256, SCRAM-SHA-384,
  /// SCRAM-SHA3-512, and, for clients that know nothing better, SCRAM-SHA-1. Names that this library doesn't know are not
  /// offered. A mechanism serves the accounts that have a credential for it, so both defaults are made for new accounts.
  public var mechanisms = [SCRAMMechanism(.sha512).name, SCRAMMechanism(.sha256).name]
  /// Whether logins that are not bound to the channel are refused; then only -PLUS mechanisms are offered.
  public var requiresChannelBinding = false
  /// The binding types to accept, of those that a connection has.
  public var bindingTypes = ChannelBindingType.preferred
  /// The iteration count that the verifiers of accounts have, by hash, which unknown users are then given too; as new
  /// accounts have it where this says nothing. Accounts with other counts can be told from unknown users.
  public var iterations: [HashFunction: Int] = [:]
  /// Whether to tell clients a hash of the offer, so that they notice when somebody shortened it (XEP-0474). Clients
  /// that know no extensions refuse it; libpq is one.
  public var sendsOfferHash = false
  /// Whether to tell clients the TLS version (XEP-0515). Clients that know no extensions refuse it; libpq is one.
  public var sendsTLSVersion = false
  /// The language of SCRAM's messages. With `trueNAS`, only TrueNAS clients can log in.
  public var dialect = SCRAMDialect.rfc5802
  /// How often logins may fail, and how many may be under way.
  public var limits = ThrottleLimits()

  /// The defaults.
  public init() {}

  /// What to offer on a connection with these bindings. -PLUS mechanisms are offered if there is something to bind to.
  func offer(on bindings: ChannelBindings) -> SASLOffer {
    let types = bindings.available.map(\.type).filter(bindingTypes.contains)
    let known = mechanisms.filter { name in
      guard !name.isPlus, let mechanism = SCRAMMechanism(name) else { return false }
      return dialect == .rfc5802 || mechanism.hash == .sha512
    }
    let bound = types.isEmpty ? [] : known.compactMap(\.plus)
    return SASLOffer(mechanisms: bound + (requiresChannelBinding ? [] : known), bindingTypes: types)
  }

  var scram: SCRAMServerPolicy {
    var policy = SCRAMServerPolicy()
    policy.requiresChannelBinding = requiresChannelBinding
    policy.sendsOfferHash = sendsOfferHash
    policy.sendsTLSVersion = sendsTLSVersion
    policy.dialect = dialect
    return policy
  }
}
