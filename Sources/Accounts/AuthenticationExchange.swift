internal import PassBindSASL
internal import PassBindSCRAM

/// One login as the server sees it. Each step consumes the exchange, so none can be repeated.
///
/// An exchange that is let go of before its end is reported as abandoned. It counts as no failure: all that a SCRAM client has
/// seen by then is salt, count and nonce (RFC 5802 section 5), which are the same whatever the password is, so it could
/// not test a guess. A proof that has come in counts, whatever becomes of the connection. How long an exchange may stay open is for
/// the caller to say.
public struct AuthenticationExchange: ~Copyable, Sendable {
  private enum State: ~Copyable, Sendable {
    case opened(offer: SASLOffer)
    case challenged(SCRAMServerChallenge, user: String, Account?, Refusal?)
  }

  private let login: Login
  private let state: State

  init(_ login: Login, offer: SASLOffer) {
    self.login = login
    state = .opened(offer: offer)
  }

  private init(_ login: Login, _ state: consuming State) {
    self.login = login
    self.state = state
  }

  /// Takes the client's next message.
  ///
  /// The answer to a failure is held back, for longer after each one. Cancelling the task cuts that short, and nothing else.
  public consuming func step(_ message: [UInt8]) async -> AuthenticationStep {
    let login = login
    switch consume state {
    case .opened(let offer): return await Self.open(login, offer, message)
    case .challenged(let challenge, let user, let account, let refusal):
      return await Self.finish(login, challenge, user, account, refusal, message)
    }
  }

  // MARK: The client's first message

  private static func open(_ login: Login, _ offer: SASLOffer, _ message: [UInt8]) async -> AuthenticationStep {
    let authenticator = login.authenticator
    guard login.isAdmitted else {
      return refuse(login, Refusal(.tooManyExchanges, "too many exchanges are open, in all or from this address"))
    }
    guard let mechanism = SCRAMMechanism(login.mechanism), offer.mechanisms.contains(login.mechanism) else {
      return refuse(login, Refusal(.mechanismNotOffered, "\(login.mechanism) was not offered on this connection"))
    }
    do throws(SCRAMError) {
      let server = SCRAMServer(
        mechanism, offer: offer, bindings: login.bindings, decoys: authenticator.decoys,
        policy: authenticator.policy.scram)
      let lookup = try server.receive(message)
      login.claims(
        Login.Claim(
          user: lookup.user, authorizationIdentity: lookup.authorizationIdentity, apiKeyID: lookup.apiKeyID,
          bindingType: lookup.bindingType))
      let user = lookup.user
      let found = await find(user, lookup.apiKeyID, mechanism, in: authenticator.store)
      let challenge = try lookup.challenge(with: found.verifier, refusing: found.refusal?.detail)
      let bytes = challenge.message
      let next = AuthenticationExchange(login, .challenged(challenge, user: user, found.account, found.refusal))
      // An account takes longer to read than none, by enough to be measured.
      await authenticator.holdBack(authenticator.policy.limits.lookUpTime, since: login.began)
      return .challenge(next, bytes)
    } catch {
      return refuse(login, Refusal(error))
    }
  }

  /// What the store has on a user. Whatever it is, the exchange goes on; without a verifier, with a stand-in.
  private static func find(
    _ user: String, _ apiKeyID: Int32?, _ mechanism: SCRAMMechanism, in store: any CredentialStore
  ) async -> (account: Account?, verifier: SCRAMVerifier?, refusal: Refusal?) {
    do throws(AccountError) {
      guard let name = try? AccountName(user, for: .query), let account = try await store.account(named: name) else {
        return (nil, nil, nil)
      }
      let key = Credential.Key(scram: mechanism.hash, apiKeyID: apiKeyID)
      let verifier = try key.flatMap { account.credentials[$0] }?.scramVerifier()
      let refusal = Refusal(.accountDisabled, "the account is disabled")
      return (account, verifier, account.isDisabled ? refusal : nil)
    } catch {
      return (nil, nil, Refusal(.storeFailed, error.description))
    }
  }

  // MARK: The client's proof

  private static func finish(
    _ login: Login, _ challenge: consuming SCRAMServerChallenge, _ user: String, _ account: Account?,
    _ refusal: Refusal?, _ message: [UInt8]
  ) async -> AuthenticationStep {
    let authenticator = login.authenticator
    let came = authenticator.time.now()
    let permission = await authenticator.permission(to: user, from: login.block)

    // Every proof is looked at, so that those of the throttled take no less time.
    let outcome: Result<SCRAMAcceptance, SCRAMError>
    do throws(SCRAMError) {
      outcome = .success(try challenge.receive(message))
    } catch {
      outcome = .failure(error)
    }

    switch (permission, outcome) {
    case (.denied(let denial, let delay), _):
      login.refuse(denial)
      await authenticator.holdBack(delay, since: came)
      return .refused
    case (.granted(let attempt), .failure(let error)):
      login.refuse(error.code == .refused ? refusal ?? Refusal(error) : Refusal(error))
      // If the store can't be told, the attempt counts as failed all the same.
      let delay = try? await authenticator.throttle.fail(attempt)
      await authenticator.holdBack(delay ?? authenticator.policy.limits.longestDelay, since: came)
      return .refused
    case (.granted(let attempt), .success(let acceptance)):
      try? await authenticator.throttle.succeed(attempt)
      return authorize(login, account, acceptance)
    }
  }

  /// The proof was right; now who may act as whom can be said (RFC 5802 section 5.1).
  private static func authorize(
    _ login: Login, _ account: Account?, _ acceptance: SCRAMAcceptance
  ) -> AuthenticationStep {
    let wanted = acceptance.authorizationIdentity ?? acceptance.user
    guard let account, let identity = try? AccountName(wanted, for: .query), account.mayAct(as: identity) else {
      return refuse(login, Refusal(.authorizationRefused, "the account may not act as whom it asked for"))
    }
    login.accept()
    return .accepted(
      AuthenticatedIdentity(
        account: account.name, authorizationIdentity: identity, apiKeyID: acceptance.apiKeyID,
        mechanism: login.mechanism, bindingType: acceptance.bindingType),
      acceptance.finalMessage)
  }

  private static func refuse(_ login: Login, _ refusal: Refusal) -> AuthenticationStep {
    login.refuse(refusal)
    return .refused
  }
}

/// What the server does next.
public enum AuthenticationStep: ~Copyable, Sendable {
  /// Send the bytes, and give the client's answer to the exchange.
  case challenge(AuthenticationExchange, [UInt8])
  /// The client has proved itself. The bytes are the server's own proof: without them the client must not believe it.
  case accepted(AuthenticatedIdentity, [UInt8])
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
}

extension Authenticator {
  enum Permission {
    case granted(Throttle.Attempt)
    case denied(Refusal, delay: Duration)
  }

  /// Whether a proof may be believed. Where that depends on others that are being looked at, waits for them.
  func permission(to user: String, from address: AddressBlock) async -> Permission {
    let limits = policy.limits
    let deadline = time.now() + limits.checkTime
    var pause = Duration.milliseconds(5)
    do throws(AccountError) {
      while !Task.isCancelled {
        switch try await throttle.begin(user: user, address: address) {
        case .granted(let attempt): return .granted(attempt)
        case .userBlocked(let delay):
          return .denied(Refusal(.userThrottled, "the user name has failed too often"), delay: delay)
        case .addressBlocked(let delay):
          return .denied(Refusal(.addressThrottled, "the address has failed too often"), delay: delay)
        case .busy where time.now() < deadline:
          await time.sleep(pause)
          pause = min(pause * 2, .milliseconds(200))
        case .busy:
          return .denied(Refusal(.userThrottled, "too many others are being checked"), delay: limits.longestDelay)
        }
      }
      return .denied(Refusal(.abandoned, "the task was cancelled"), delay: .zero)
    } catch {
      return .denied(Refusal(.storeFailed, error.description), delay: limits.longestDelay)
    }
  }

  /// Waits until `delay` after `moment`, so that what was done in between doesn't show.
  func holdBack(_ delay: Duration, since moment: Timestamp) async {
    let left = delay - (time.now() - moment)
    if left > .zero { await time.sleep(left) }
  }
}
