internal import PassBindExportedAuthenticators
internal import PassBindSASL
internal import PassBindSCRAM
internal import Synchronization

/// What is known of one login while it goes on, and that it is reported once: at its end, or when it is let go of.
final class Login: Sendable {
  private struct State {
    var claim: Claim?
    var expected: Refusal?
    var isReported = false
  }

  /// Whom the client says it is.
  struct Claim {
    let user: String
    let authorizationIdentity: String?
    let apiKeyID: Int32?
    let binding: LoginBinding?
  }

  let authenticator: Authenticator
  let mechanism: MechanismName
  let bindings: ChannelBindings
  let authenticators: ConnectionAuthenticators?
  let address: String
  let block: AddressBlock
  private let place: OpenExchanges.Place?
  let began: Timestamp
  private let state = Mutex(State())

  init(
    _ authenticator: Authenticator, _ mechanism: MechanismName, _ bindings: ChannelBindings,
    _ authenticators: ConnectionAuthenticators?, _ address: String
  ) {
    self.authenticator = authenticator
    self.mechanism = mechanism
    self.bindings = bindings
    self.authenticators = authenticators
    self.address = address
    block = AddressBlock(address)
    place = authenticator.openExchanges.open(from: block)
    began = authenticator.time.now()
  }

  deinit { report(state.withLock { $0.expected } ?? Refusal(.abandoned, "the exchange was not finished")) }

  /// Whether there was room for it.
  var isAdmitted: Bool { place != nil }

  func claims(_ claim: Claim) { state.withLock { $0.claim = claim } }

  /// The login can't end well: if it is let go of, it was for this.
  func expects(_ refusal: Refusal) { state.withLock { $0.expected = refusal } }

  /// Tells how the login ended; nil means well. The first time counts.
  func report(_ refusal: Refusal?) {
    let now = authenticator.time.now()
    let event: AuditEvent? = state.withLock { state in
      if state.isReported { return nil }
      state.isReported = true
      let claim = state.claim
      return AuditEvent(
        action: .login, time: now, duration: now - began, user: claim?.user,
        authorizationIdentity: claim?.authorizationIdentity,
        apiKeyID: claim?.apiKeyID, mechanism: mechanism, binding: claim?.binding,
        tlsVersion: bindings.tlsVersion, isResumed: bindings.isResumed, address: address, reason: refusal?.reason,
        detail: refusal?.detail)
    }
    if let event { authenticator.audit(event) }
  }
}
