internal import PassBindExportedAuthenticators
internal import PassBindSASL
internal import PassBindTLS

/// One row of the show: an attack, on whom, and what must come of it.
struct Trial: Sendable {
  /// What the server is like.
  struct Server: Hashable, Sendable {
    enum Resumption: Sendable {
      case tickets, sessionIDs
    }

    var certificates = ["server"]
    var resumption = Resumption.tickets
    var sendsOfferHash = false
    var requiresChannelBinding = false
    /// Whether names are blocked when they fail as often as they may by default.
    var blocks = false
    var startTLS = false
  }

  /// The name of the attack; nil for a login that nobody attacks.
  let attack: String?
  /// What is special about it.
  var what = ""
  /// Without -PLUS.
  let mechanism: MechanismName
  var channelBinding = ChannelBindingPolicy.require
  /// What the client binds by, best first.
  var bindingTypes = ChannelBindingType.preferred
  var tls = TLSVersion.tls13
  /// Whether what counts is a second login, on a resumed session.
  var isResumed = false
  /// Whether what counts is a second login on the same connection, after one that failed.
  var isRepeated = false
  var server = Server()
  /// Whose login it is.
  var user = LabAccounts.user
  /// The certificate that the attacker shows, if it is not the one that goes with the attack, or signs with.
  var shown: String?
  /// What the client binds by in the end, where the attack is to change that.
  var brought: ChannelBindingType?
  /// What the client hears from the attacker, where nothing else shows that there was an attack.
  var heard: String?
  let right: Outcome

  /// What the client is to bind by, or to want to bind by.
  var binding: LoginBinding? {
    guard channelBinding != .disable else { return nil }
    if mechanism == OPAQUEEAMechanism.name { return .exportedAuthenticator }
    return channelBinding == .require ? LoginBinding(brought ?? bindingTypes.first) : nil
  }

  /// The mechanism that the client is to name.
  var named: MechanismName {
    if case .channel? = binding { mechanism.plus ?? mechanism } else { mechanism }
  }
}

/// A row as it went.
struct Trialled: Sendable {
  let trial: Trial
  /// The mechanism that the client named, or would have.
  let mechanism: MechanismName
  /// What it bound by, or would have; nil where it did not want to.
  let binding: LoginBinding?
  let seen: String
  let outcome: Outcome
  /// Whether the server accepted what the client says it did, if it accepted anything.
  let isAgreed: Bool
  /// Whether an attacker on one side alone says so too.
  let isWarded: Bool
  /// Whether the attack reached the client.
  let isHeard: Bool
  /// Whether an interceptor did something, where it was to, and else nothing.
  let isEnacted: Bool

  // An attack that does nothing can end as it must too, so it has to show in what the client or the attacker did.
  var isRight: Bool {
    outcome == trial.right && isAgreed && isWarded && isHeard && isEnacted && binding == trial.binding
      && mechanism == trial.named
  }
}
