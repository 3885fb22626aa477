internal import PassBindOPAQUE
internal import PassBindSASL
internal import Synchronization

/// A login by OPAQUE whose challenge is out. The challenge has told the client whether its guess was right, so all that
/// keeps guessing down comes before it: whoever fails too often gets none, the others get it after a delay that grows,
/// and a login that ends here has failed.
struct OPAQUELogin: ~Copyable, Sendable {
  private let challenge: OPAQUEChallenge
  private let binding: LoginBinding?
  private let account: Account?
  /// What the client has to prove.
  private let credential: Credential?
  private let guess: Guess
  /// Why the proof is not believed, whatever it is.
  private let refusal: Refusal?

  /// What the store has on a user.
  private struct Found<Record: OPAQUEPasswordRecord> {
    var account: Account?
    var credential: Credential?
    var record: Record?
    var refusal: Refusal?
  }

  /// Begins a login, whose first message has been read.
  static func open<Lookup: OPAQUELookup & ~Copyable>(
    _ login: Login, _ lookup: consuming Lookup, _ keyring: OPAQUEKeyring
  ) async -> AuthenticationStep {
    let authenticator = login.authenticator
    do throws(OPAQUEError) {
      let (user, binding) = (lookup.user, lookup.binding)
      login.claims(Login.Claim(lookup))

      let guess: Guess
      switch await authenticator.permission(to: user, from: login.block) {
      case .granted(let attempt): guess = Guess(attempt, authenticator.throttle)
      case .denied(let denial, let delay):
        // Not even a made-up record: what makes a guess testable is the OPRF's answer, and any true masked_response
        // that was ever seen serves to test it against (RFC 9807 section 6.3.2.3). What is not counted gets no answer.
        login.report(denial)
        await authenticator.holdBack(delay, since: authenticator.time.now())
        return .refused
      }
      // Not before: however long that took, what follows is hidden behind a wait of its own.
      let began = authenticator.time.now()
      let wait = guess.attempt.delay + authenticator.policy.limits.lookUpTime
      let found = await find(user, Lookup.Record.self, in: authenticator, keyring)
      // A client that is refused can't make a proof, and goes away.
      if let refusal = found.refusal { login.expects(refusal) }

      let challenge: OPAQUEChallenge
      do throws(OPAQUEError) {
        challenge = try lookup.challenge(with: found.record, under: keyring.current, refusing: found.refusal?.detail)
      } catch {
        await authenticator.holdBack(wait, since: began)
        throw error
      }
      let bytes = challenge.message
      let next = AuthenticationExchange(
        login,
        .opaque(
          OPAQUELogin(
            challenge: challenge, binding: binding, account: found.account, credential: found.credential, guess: guess,
            refusal: found.refusal)))
      // The delay is that of the name and the address, so it tells nothing about the account; and an account takes
      // longer to read than none, by enough to be measured.
      await authenticator.holdBack(wait, since: began)
      return .challenge(next, bytes)
    } catch {
      return login.refuse(Refusal(error))
    }
  }

  /// Whatever the store has, the exchange goes on; without a record, with a made-up one.
  private static func find<Record: OPAQUEPasswordRecord>(
    _ user: String, _: Record.Type, in authenticator: Authenticator, _ keyring: OPAQUEKeyring
  ) async -> Found<Record> {
    do throws(AccountError) {
      guard let name = try? AccountName(user, for: .query),
        let account = try await authenticator.store.account(named: name)
      else { return Found(refusal: .unknownUser(Record.mechanism)) }
      var found = Found<Record>(account: account, refusal: account.isDisabled ? .accountDisabled : nil)
      if let credential = account.credentials[Record.password] {
        found.credential = credential
        found.record = try credential.opaqueRecord()
      } else if authenticator.policy.acceptsEnrolment, let credential = account.credentials[Record.token] {
        let token = try EnrolmentCredential<Record>(credential)
        found.credential = credential
        found.record = token.record
        if found.refusal == nil, token.expires <= authenticator.time.now() { found.refusal = .tokenExpired }
      } else if found.refusal == nil {
        found.refusal = .unknownUser(Record.mechanism)
      }
      // Another process may have changed the keys since this one read them.
      if let keyID = found.record?.keyID, !keyring.isLive(keyID) { try await keyring.refresh() }
      return found
    } catch {
      return Found(refusal: Refusal(.storeFailed, error.description))
    }
  }

  /// Takes the client's proof.
  consuming func finish(_ login: Login, _ message: [UInt8]) async -> AuthenticationStep {
    let authenticator = login.authenticator
    let (binding, account, credential, guess, refusal) = (binding, account, credential, guess, refusal)
    let came = authenticator.time.now()
    let proved: (user: String, authorizationIdentity: String?)
    do throws(OPAQUEError) {
      proved = try challenge.receive(message)
    } catch {
      login.report(refusal ?? Refusal(error))
      if let attempt = guess.settle() { await authenticator.fail(attempt, since: came) }
      return .refused
    }
    if let attempt = guess.settle() { try? await authenticator.throttle.succeed(attempt) }
    return login.authorize(
      account, credential, user: proved.user, actingAs: proved.authorizationIdentity, binding: binding,
      finalMessage: nil)
  }
}

/// A guess that a client has made and knows the answer to. Unless its outcome is told, it counts as a failure: at once
/// if it is let go of, and if the process dies, when ``ThrottleLimits/checkTime`` is over.
private final class Guess: Sendable {
  let attempt: Throttle.Attempt
  private let throttle: Throttle
  private let isOpen = Atomic(true)

  init(_ attempt: Throttle.Attempt, _ throttle: Throttle) {
    self.attempt = attempt
    self.throttle = throttle
  }

  deinit {
    guard let attempt = settle() else { return }
    Task { [throttle] in _ = try? await throttle.fail(attempt) }
  }

  /// The attempt, whose outcome is to be told now; nil if it was told before.
  func settle() -> Throttle.Attempt? { isOpen.exchange(false, ordering: .relaxed) ? attempt : nil }
}

extension Refusal {
  fileprivate static let tokenExpired = Refusal(.tokenExpired, "the enrolment token has expired")

  fileprivate static func unknownUser(_ mechanism: MechanismName) -> Refusal {
    Refusal(OPAQUEError(.unknownUser, "no account of that name has a credential for \(mechanism)"))
  }
}
