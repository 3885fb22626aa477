internal import PassBindCrypto
public import PassBindExportedAuthenticators
public import PassBindSASL
internal import PassBindSCRAM

/// A server's side of logging in: it offers mechanisms, runs exchanges, checks them against the accounts of a store,
/// counts failures, and reports every login once.
///
/// ```swift
/// let authenticator = try await Authenticator(store: store) { event in log(event.json) }
/// let offer = authenticator.offer(on: bindings)
/// var exchange = authenticator.exchange(named, on: bindings, offer: offer, from: address)
/// loop: while true {
///   switch await exchange.step(try await receive()) {
///   case .challenge(let next, let bytes): try await send(bytes); exchange = next
///   case .accepted(let identity, let bytes): try await succeed(identity, bytes); break loop
///   case .refused: try await fail(); break loop
///   }
/// }
/// ```
///
/// What a client gets to see is the same, and as much work, for an unknown user, a disabled account, a wrong password
/// and a wrong channel binding; with SCRAM also for a user or address that is throttled. With OPAQUE these are refused
/// without a challenge, which would help to guess; names are throttled whether they have an account or not. The reason
/// is in the ``AuditEvent``.
public final class Authenticator: Sendable {
  /// What is offered and insisted on.
  public let policy: ServerPolicy

  let store: any CredentialStore
  let keyring: OPAQUEKeyring?
  let time: TimeSource
  let audit: @Sendable (AuditEvent) -> Void
  let decoys: SCRAMDecoys
  let throttle: Throttle
  let openExchanges: OpenExchanges
  let noteChanges = NoteChanges()

  /// An authenticator. All that share a store agree on what unknown users get to see, and on who is throttled.
  ///
  /// - Parameters:
  ///   - store: the accounts.
  ///   - policy: what to offer and insist on.
  ///   - keyring: the server's keys for OPAQUE; without them it is not offered.
  ///   - time: the clock.
  ///   - audit: is called once for every login, and for what changes an account after it, from whatever thread ends it;
  ///     it should return soon.
  /// - Throws: ``AccountError`` `unavailable` or `corrupt` if the store can't be used, `invalidCredential` if the
  ///   policy's iteration counts can't.
  public init(
    store: any CredentialStore, policy: ServerPolicy = ServerPolicy(), keyring: OPAQUEKeyring? = nil,
    time: TimeSource = .system, audit: @escaping @Sendable (AuditEvent) -> Void
  ) async throws(AccountError) {
    self.store = store
    self.policy = policy
    self.keyring = keyring
    self.time = time
    self.audit = audit
    let secret = try await store.serverSecret(named: "scram-decoys", count: 32)
    do throws(SCRAMError) {
      decoys = try SCRAMDecoys(secret: secret, iterations: policy.iterations)
    } catch {
      throw AccountError(.invalidCredential, error.reason)
    }
    throttle = Throttle(store: store, limits: policy.limits, now: time.now)
    openExchanges = OpenExchanges(policy.limits)
  }

  /// What to offer on a connection. -PLUS mechanisms are offered only if there is something to bind to, and OPAQUE-EA
  /// only if there are authenticators.
  ///
  /// - Parameters:
  ///   - bindings: what the connection can be bound by.
  ///   - authenticators: the connection's, one object for all its logins; nil below TLS 1.3.
  public func offer(
    on bindings: ChannelBindings, authenticators: ConnectionAuthenticators? = nil
  ) -> SASLOffer {
    policy.offer(
      on: bindings, hasOPAQUE: keyring != nil,
      hasAuthenticators: authenticators != nil && bindings.tlsVersion == .tls13)
  }

  /// An exchange, for which the client has named a mechanism.
  ///
  /// - Parameters:
  ///   - mechanism: what the client named. If it was not offered, the exchange's first step refuses, and reports it.
  ///   - bindings: what the connection can be bound by.
  ///   - authenticators: the connection's, as they were given for the offer.
  ///   - offer: what was offered on this connection, as the client was told it. A client that says it was not offered
  ///     -PLUS is refused if it was (RFC 5802 section 6).
  ///   - address: where the client connected from, without a port.
  ///   - user: who logs in, where the outer protocol has said so and the name in the client's message does not count,
  ///     as in PostgreSQL's; nil where the message says it. For SCRAM alone.
  public func exchange(
    _ mechanism: MechanismName, on bindings: ChannelBindings, authenticators: ConnectionAuthenticators? = nil,
    offer: SASLOffer, from address: String, user: String? = nil
  ) -> AuthenticationExchange {
    AuthenticationExchange(Login(self, mechanism, bindings, authenticators, address), offer: offer, user: user)
  }

  /// Reports a login by a mechanism that was not offered, which the outer protocol has refused.
  package func refuse(
    _ mechanism: MechanismName, _ message: [UInt8], on bindings: ChannelBindings, from address: String
  ) {
    _ = Login(self, mechanism, bindings, nil, address).refuseMechanism(message)
  }
}

/// Who is logged in.
public struct AuthenticatedIdentity: Hashable, Sendable {
  /// The account whose password was proved.
  public let account: AccountName
  /// Whom the account acts as, which it may; itself if it did not ask for anybody else.
  public let authorizationIdentity: AccountName
  /// The mechanism.
  public let mechanism: MechanismName
  /// What the login is bound by; nil where it is not bound.
  public let binding: LoginBinding?
  /// The TLS version; nil without TLS.
  let tlsVersion: ChannelBindings.TLSVersion?
  /// Whether the TLS session was resumed.
  let isResumed: Bool
  /// What was proved.
  let proved: Credential
  /// What else the account had for its password then.
  let suites: Set<Credential.Suite>

  /// The TrueNAS API key that was used, if any.
  public var apiKeyID: Int32? { proved.key.apiKeyID }

  /// Whether it was no password that was proved but a one-time token, which is good for a registration and for nothing
  /// else. Never true unless ``ServerPolicy/acceptsEnrolment`` is.
  public var isEnrolment: Bool { opaqueRecordTypes.contains { $0.token == proved.key } }

  package init(
    account: AccountName, authorizationIdentity: AccountName, mechanism: MechanismName,
    binding: LoginBinding?, tlsVersion: ChannelBindings.TLSVersion?, isResumed: Bool, proved: Credential,
    suites: Set<Credential.Suite>
  ) {
    self.account = account
    self.authorizationIdentity = authorizationIdentity
    self.mechanism = mechanism
    self.binding = binding
    self.tlsVersion = tlsVersion
    self.isResumed = isResumed
    self.proved = proved
    self.suites = suites
  }
}
