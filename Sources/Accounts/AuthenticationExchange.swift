internal import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM

/// One login as the server sees it. Each step consumes the exchange, so none can be repeated.
///
/// An exchange that is let go of before its end is reported as abandoned. With SCRAM it counts as no failure: all that
/// the client has seen by then is salt, count and nonce (RFC 5802 section 5), which are the same whatever the password
/// is, so it could not test a guess. With OPAQUE it does count, since the challenge tells the client whether its guess
/// was right (RFC 9807 section 9.2); and whoever fails too often gets none. A proof that has come in counts, whatever
/// becomes of the connection. How long an exchange may stay open is for the caller to say.
public struct AuthenticationExchange: ~Copyable, Sendable {
  enum State: ~Copyable, Sendable {
    case opened(offer: SASLOffer, user: String?)
    case scram(SCRAMLogin)
    case opaque(OPAQUELogin)
  }

  private let login: Login
  private let state: State

  init(_ login: Login, offer: SASLOffer, user: String?) {
    self.login = login
    state = .opened(offer: offer, user: user)
  }

  init(_ login: Login, _ state: consuming State) {
    self.login = login
    self.state = state
  }

  /// Takes the client's next message.
  ///
  /// The answer to a failure is held back, for longer after each one. Cancelling the task cuts that short, and nothing
  /// else.
  public consuming func step(_ message: [UInt8]) async -> AuthenticationStep {
    let login = login
    switch consume state {
    case .opened(let offer, let user): return await Self.open(login, offer, user, message)
    case .scram(let scram): return await scram.finish(login, message)
    case .opaque(let opaque): return await opaque.finish(login, message)
    }
  }

  private static func open(
    _ login: Login, _ offer: SASLOffer, _ user: String?, _ message: [UInt8]
  ) async -> AuthenticationStep {
    guard login.isAdmitted else {
      return login.refuse(Refusal(.tooManyExchanges, "too many exchanges are open, in all or from this address"))
    }
    if offer.mechanisms.contains(login.mechanism) {
      if let mechanism = SCRAMMechanism(login.mechanism) {
        return await SCRAMLogin.open(login, mechanism, offer, user, message)
      }
      if user == nil, let keyring = login.authenticator.keyring {
        return await openOPAQUE(login, keyring, offer, message)
      }
    }
    return login.refuseMechanism(message, user: user)
  }

  private static func openOPAQUE(
    _ login: Login, _ keyring: OPAQUEKeyring, _ offer: SASLOffer, _ message: [UInt8]
  ) async -> AuthenticationStep {
    let policy = login.authenticator.policy.opaque
    do throws(OPAQUEError) {
      if let mechanism = OPAQUEMechanism(login.mechanism) {
        let server = OPAQUESASLServer(mechanism, offer: offer, bindings: login.bindings, policy: policy)
        return await OPAQUELogin.open(login, try server.receive(message), keyring)
      }
      if login.mechanism == OPAQUEEAMechanism.name, login.bindings.tlsVersion == .tls13,
        let authenticators = login.authenticators
      {
        let server = OPAQUEEAServer(offer: offer, authenticators: authenticators, policy: policy)
        return await OPAQUELogin.open(login, try server.receive(message), keyring)
      }
      return login.refuseMechanism(message)
    } catch {
      login.claims(whatIsSaidIn: message)
      return login.refuse(Refusal(error))
    }
  }
}

/// What the server does next.
public enum AuthenticationStep: ~Copyable, Sendable {
  /// Send the bytes, and give the client's answer to the exchange.
  case challenge(AuthenticationExchange, [UInt8])
  /// The client has proved itself. The bytes, where there are any, are the server's own proof: without them the client
  /// must not believe it. With OPAQUE there are none, since the challenge was the proof.
  case accepted(AuthenticatedIdentity, finalMessage: [UInt8]?)
  /// Tell the client that authentication failed, and nothing else.
  case refused
}

/// Why a login is refused: for the log.
struct Refusal: Sendable {
  let reason: AuditEvent.Reason
  let detail: String

  init(_ reason: AuditEvent.Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }

  init(_ error: SCRAMError) { self.init(AuditEvent.Reason(error.code.description), error.reason) }

  init(_ error: OPAQUEError) { self.init(AuditEvent.Reason(error.code.description), error.reason) }

  static let accountDisabled = Refusal(.accountDisabled, "the account is disabled")
}

extension Login {
  /// Reports why the login is refused, and refuses it.
  func refuse(_ refusal: Refusal) -> AuthenticationStep {
    report(refusal)
    return .refused
  }

  /// Refuses a mechanism that was not offered.
  func refuseMechanism(_ message: [UInt8], user: String? = nil) -> AuthenticationStep {
    claims(whatIsSaidIn: message, user: user)
    let policy = authenticator.policy
    if policy.requiresChannelBinding, !mechanism.bindsByItself, policy.mechanisms.contains(mechanism) {
      return refuse(Refusal(.channelBindingRequired, "\(mechanism) does not bind, and the policy wants it"))
    }
    return refuse(Refusal(.mechanismNotOffered, "\(mechanism) was not offered on this connection"))
  }

  /// Notes who the client says it is, in a first message that is refused for what the client chose: somebody in between
  /// may have lied to it, and the log is to say whose logins that befalls.
  func claims(whatIsSaidIn message: [UInt8], user: String? = nil) {
    // What the message says to a server that offers this mechanism and no other.
    let offer = SASLOffer(mechanisms: [mechanism], bindingTypes: nil)
    if let mechanism = SCRAMMechanism(mechanism) {
      var policy = authenticator.policy.scram
      policy.requiresChannelBinding = false
      let server = SCRAMServer(
        mechanism, offer: offer, bindings: bindings, decoys: authenticator.decoys, policy: policy)
      if let lookup = try? server.receive(message, from: user) { claims(Claim(lookup)) }
    } else if user == nil, let mechanism = OPAQUEMechanism(mechanism) {
      let server = OPAQUESASLServer(mechanism, offer: offer, bindings: bindings)
      if let lookup = try? server.receive(message) { claims(Claim(lookup)) }
    }
  }

  /// The proof was right; now who may act as whom can be said (RFC 5802 section 5.1).
  ///
  /// - Parameters:
  ///   - account: the account as it was when its credential was read.
  ///   - proved: the credential that was proved.
  func authorize(
    _ account: Account?, _ proved: Credential?, user: String, actingAs authorizationIdentity: String?,
    binding: LoginBinding?, finalMessage: [UInt8]?
  ) -> AuthenticationStep {
    let wanted = authorizationIdentity ?? user
    guard let account, let proved, let identity = try? AccountName(wanted, for: .query), account.mayAct(as: identity)
    else {
      return refuse(Refusal(.authorizationRefused, "the account may not act as whom it asked for"))
    }
    report(nil)
    return .accepted(
      AuthenticatedIdentity(
        account: account.name, authorizationIdentity: identity, mechanism: mechanism, binding: binding,
        tlsVersion: bindings.tlsVersion, isResumed: bindings.isResumed, proved: proved,
        suites: Set(account.credentials.keys.filter { $0.apiKeyID == nil }.map(\.suite))),
      finalMessage: finalMessage)
  }
}

extension Login.Claim {
  init(_ lookup: borrowing SCRAMServerLookup) {
    self.init(
      user: lookup.user, authorizationIdentity: lookup.authorizationIdentity, apiKeyID: lookup.apiKeyID,
      binding: LoginBinding(lookup.bindingType))
  }

  init<Lookup: OPAQUELookup & ~Copyable>(_ lookup: borrowing Lookup) {
    self.init(
      user: lookup.user, authorizationIdentity: lookup.authorizationIdentity, apiKeyID: nil, binding: lookup.binding)
  }
}
