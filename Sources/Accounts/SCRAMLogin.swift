internal import PassBindSASL
internal import PassBindSCRAM

/// A login by SCRAM whose challenge is out.
struct SCRAMLogin: ~Copyable, Sendable {
  private let challenge: SCRAMServerChallenge
  private let user: String
  private let found: Found

  /// What the store has on a user.
  private struct Found {
    var account: Account?
    var credential: Credential?
    var verifier: SCRAMVerifier?
    var refusal: Refusal?
  }

  /// Takes the client's first message.
  static func open(
    _ login: Login, _ mechanism: SCRAMMechanism, _ offer: SASLOffer, _ user: String?, _ message: [UInt8]
  ) async -> AuthenticationStep {
    let authenticator = login.authenticator
    do throws(SCRAMError) {
      let server = SCRAMServer(
        mechanism, offer: offer, bindings: login.bindings, decoys: authenticator.decoys,
        policy: authenticator.policy.scram)
      let lookup = try server.receive(message, from: user)
      login.claims(Login.Claim(lookup))
      let user = lookup.user
      let found = await find(user, lookup.apiKeyID, mechanism, in: authenticator.store)
      let challenge = try lookup.challenge(with: found.verifier, refusing: found.refusal?.detail)
      let bytes = challenge.message
      let next = AuthenticationExchange(login, .scram(SCRAMLogin(challenge: challenge, user: user, found: found)))
      // An account takes longer to read than none, by enough to be measured.
      await authenticator.holdBack(authenticator.policy.limits.lookUpTime, since: login.began)
      return .challenge(next, bytes)
    } catch {
      login.claims(whatIsSaidIn: message, user: user)
      return login.refuse(Refusal(error))
    }
  }

  /// Whatever the store has, the exchange goes on; without a verifier, with a stand-in.
  private static func find(
    _ user: String, _ apiKeyID: Int32?, _ mechanism: SCRAMMechanism, in store: any CredentialStore
  ) async -> Found {
    do throws(AccountError) {
      guard let name = try? AccountName(user, for: .query), let account = try await store.account(named: name) else {
        return Found()
      }
      let credential = Credential.Key(scram: mechanism.hash, apiKeyID: apiKeyID).flatMap { account.credentials[$0] }
      return Found(
        account: account, credential: credential, verifier: try credential?.scramVerifier(),
        refusal: account.isDisabled ? .accountDisabled : nil)
    } catch {
      return Found(refusal: Refusal(.storeFailed, error.description))
    }
  }

  /// Takes the client's proof.
  consuming func finish(_ login: Login, _ message: [UInt8]) async -> AuthenticationStep {
    let authenticator = login.authenticator
    let (user, found) = (user, found)
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
      login.report(denial)
      await authenticator.holdBack(delay, since: came)
      return .refused
    case (.granted(let attempt), .failure(let error)):
      login.report(error.code == .refused ? found.refusal ?? Refusal(error) : Refusal(error))
      await authenticator.fail(attempt, since: came)
      return .refused
    case (.granted(let attempt), .success(let acceptance)):
      try? await authenticator.throttle.succeed(attempt)
      return login.authorize(
        found.account, found.credential, user: acceptance.user, actingAs: acceptance.authorizationIdentity,
        binding: LoginBinding(acceptance.bindingType), finalMessage: acceptance.finalMessage)
    }
  }
}
