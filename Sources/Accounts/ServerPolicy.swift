public import PassBindCrypto
internal import PassBindOPAQUE
public import PassBindSASL
public import PassBindSCRAM

/// What a server offers, and what it insists on.
public struct ServerPolicy: Sendable {
  /// The mechanisms to offer, best first, named without -PLUS: any of OPAQUE-R255, OPAQUE-EA, SCRAM-SHA-512,
  /// SCRAM-SHA-256, SCRAM-SHA-384, SCRAM-SHA3-512, and, for clients that know nothing better, SCRAM-SHA-1. Names that
  /// this library doesn't know are not offered, and OPAQUE's are only where the authenticator has keys for them,
  /// OPAQUE-EA over TLS 1.3 alone. A mechanism serves the accounts that have a credential for it.
  public var mechanisms =
    opaqueRecordTypes.map { $0.mechanism } + [SCRAMMechanism(.sha512).name, SCRAMMechanism(.sha256).name]
  /// Whether logins that are not bound to the channel are refused; then only -PLUS mechanisms are offered, and
  /// OPAQUE-EA.
  public var requiresChannelBinding = false
  /// The binding types to accept, of those that a connection has.
  public var bindingTypes = ChannelBindingType.preferred
  /// The iteration count that the verifiers of accounts have, by hash, which unknown users are then given too; as new
  /// accounts have it where this says nothing. Accounts with other counts can be told from unknown users.
  public var iterations: [HashFunction: Int] = [:]
  /// The key stretching that OPAQUE's records are made with from now on. Unknown users are shown it too, so accounts
  /// with other parameters can be told from them.
  public var stretching = KeyStretchingParameters.default
  /// What clients may register after a bound login, best first, named without -PLUS: any of those in ``mechanisms``.
  /// Nobody goes from OPAQUE to SCRAM this way, nor to a mechanism that stands further back than that of the login,
  /// save from one of OPAQUE's to the other. OPAQUE-EA is registered over TLS 1.3 alone.
  public var registrations = opaqueRecordTypes.map { $0.mechanism } + [SCRAMMechanism(.sha512).name]
  /// For how long after a login its client may register, or delete the account.
  public var registrationTime: Duration = .seconds(5 * 60)
  /// How often an account may change its notes in a minute, over all its sessions at this server: each change is a
  /// write, and a store may have one writer at a time. Registrations that seal them anew are not counted.
  public var noteChangesPerMinute = 60
  /// Whether clients are told when something better could be registered: another mechanism, newer server keys, or more
  /// key stretching.
  public var asksForRegistration = true
  /// Whether one-time tokens may log in. Whoever turns it on lets ``AuthenticatedIdentity/isEnrolment`` do nothing but
  /// register.
  public var acceptsEnrolment = false
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
  func offer(on bindings: ChannelBindings, hasOPAQUE: Bool, hasAuthenticators: Bool) -> SASLOffer {
    let types = bindings.available.map(\.type).filter(bindingTypes.contains)
    let known = mechanisms.filter { name in
      if name.isPlus { return false }
      if name.bindsByItself { return hasOPAQUE && hasAuthenticators }
      if OPAQUEMechanism(name) != nil { return hasOPAQUE }
      guard let mechanism = SCRAMMechanism(name) else { return false }
      return dialect == .rfc5802 || mechanism.hash == .sha512
    }
    let bound = known.compactMap { $0.bindsByItself ? $0 : types.isEmpty ? nil : $0.plus }
    let unbound = requiresChannelBinding ? [] : known.filter { !$0.bindsByItself }
    return SASLOffer(mechanisms: bound + unbound, bindingTypes: types)
  }

  var scram: SCRAMServerPolicy {
    var policy = SCRAMServerPolicy()
    policy.requiresChannelBinding = requiresChannelBinding
    policy.sendsOfferHash = sendsOfferHash
    policy.sendsTLSVersion = sendsTLSVersion
    policy.dialect = dialect
    return policy
  }

  var opaque: OPAQUESASLServerPolicy {
    var policy = OPAQUESASLServerPolicy()
    policy.requiresChannelBinding = requiresChannelBinding
    policy.decoyStretching = stretching
    return policy
  }
}
