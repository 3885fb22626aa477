internal import PassBindOPAQUE
public import PassBindSASL
internal import PassBindSCRAM
internal import Synchronization

/// What a client may do to its own account after a login: register another credential, delete the account, and keep
/// notes that it has sealed. It belongs to the connection of that login, and dies with it.
///
/// Registering and deleting want a login that has just succeeded, bound to the channel: so whoever ends the TLS
/// connection in between can do neither, and a session that was left open for long can't either. All want that the
/// credential which the login proved is still the account's, and the account not disabled: a session from before a
/// change of the password is good for nothing any more.
public struct AccountSession: Sendable {
  let authenticator: Authenticator
  let identity: AuthenticatedIdentity
  let address: String
  let began: Timestamp
  private let registrationsBegun = Counter()

  /// The most registrations that may be begun after one login: each shows what the OPRF makes of a guess at the
  /// password that the account has (RFC 9807 section 5.2.2), and is not counted as one.
  package static let maximumRegistrations = 8

  /// What may be registered here, best first; empty where nothing may.
  public let registrations: [MechanismName]
  /// What the server would like the client to register; nil where it is content.
  public let wanted: MechanismName?

  init(_ authenticator: Authenticator, _ identity: AuthenticatedIdentity, _ address: String) {
    self.authenticator = authenticator
    self.identity = identity
    self.address = address
    began = authenticator.time.now()
    registrations = authenticator.registrations(after: identity)
    wanted = authenticator.policy.asksForRegistration ? authenticator.wanted(of: registrations, after: identity) : nil
  }

  /// Begins a registration; its steps say whether it is allowed.
  ///
  /// - Parameter mechanism: what to register, one of ``registrations``.
  public func register(_ mechanism: MechanismName) -> RegistrationExchange {
    RegistrationExchange(self, mechanism)
  }

  /// Reports a registration that the outer protocol has refused, since the mechanism is none of ``registrations``.
  package func refuseRegistration(of mechanism: MechanismName) { audit(.registration, .notPermitted(mechanism)) }

  /// Deletes the account, with its notes.
  ///
  /// - Throws: ``AccountError`` `notPermitted` where the login does not allow it or not any more, `expired` where it
  ///   was too long ago, `notFound`, `conflict`, `unavailable`.
  public func deleteAccount() async throws(AccountError) {
    do throws(AccountError) {
      guard !identity.isEnrolment else { throw AccountError(.notPermitted, "a token is good for a registration alone") }
      try checkLogin()
      try await authenticator.store.delete(identity.account, version: try await account().version)
    } catch {
      audit(.deletion, error)
      throw error
    }
    audit(.deletion, nil)
  }

  // MARK: Notes

  /// The names of the account's notes, in their order.
  ///
  /// - Throws: ``AccountError`` `notPermitted` unless the login was by OPAQUE, which alone gives a client the key to
  ///   seal notes under, if the account has records for both of OPAQUE's mechanisms, each of which gives another key,
  ///   and if it was changed since, so that it could not log in again; `notFound`, `unavailable`.
  public func noteNames() async throws(AccountError) -> [NoteName] { try await notes().notes.keys.sorted() }

  /// A note, as the client has sealed it; nil if there is none of that name.
  ///
  /// - Throws: ``AccountError`` as ``noteNames()``.
  public func note(_ name: NoteName) async throws(AccountError) -> [UInt8]? { try await notes().notes[name] }

  /// Keeps a note in place of the one of that name, if there is one.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - sealed: the note, which the client has sealed: 1 to 4,200 bytes. Nil takes it away.
  /// - Throws: ``AccountError`` as ``noteNames()``; `invalidSize` for a note too long or one too many, `tooOften` past
  ///   ``ServerPolicy/noteChangesPerMinute``.
  public func setNote(_ name: NoteName, to sealed: [UInt8]?) async throws(AccountError) {
    var conflict = AccountError(.conflict, "the account is always being changed by somebody else")
    for _ in 0..<16 {
      do throws(AccountError) {
        let account = try await notingAccount()
        try authenticator.noteChanges.count(
          account.name, now: authenticator.time.now(), limit: authenticator.policy.noteChangesPerMinute)
        _ = try await authenticator.store.update(account, notes: [name: sealed], under: nil)
        return
      } catch  where error.code == .conflict {
        conflict = error
      }
    }
    throw conflict
  }

  private func notes() async throws(AccountError) -> AccountNotes {
    let account = try await notingAccount()
    guard let notes = try await authenticator.store.notes(of: account.name) else { throw .notFound(account.name) }
    return notes
  }

  /// The account as it is now, if it may have notes.
  private func notingAccount() async throws(AccountError) -> Account {
    guard opaqueRecordTypes.contains(where: { $0.password == identity.proved.key }) else {
      throw AccountError(.notPermitted, "notes want a login by OPAQUE with the password")
    }
    guard identity.authorizationIdentity == identity.account else {
      throw AccountError(.notPermitted, "notes are for the account itself, not for whom it acts as")
    }
    let account = try await account()
    // One that is sealed under the key of the one record would be lost when the other is registered anew.
    guard opaqueRecordTypes.count(where: { account.credentials[$0.password] != nil }) == 1 else {
      throw AccountError(.notPermitted, "notes want one of OPAQUE's mechanisms, and the account has records for both")
    }
    return account
  }

  // MARK: What is allowed

  /// The account as it is now.
  ///
  /// - Throws: ``AccountError`` `notPermitted` unless the credential that the login proved is still the account's.
  func account() async throws(AccountError) -> Account {
    guard let account = try await authenticator.store.account(named: identity.account) else {
      throw .notFound(identity.account)
    }
    guard !account.isDisabled, account.credentials[identity.proved.key] == identity.proved else {
      throw AccountError(.notPermitted, "the account was changed since this login: log in again")
    }
    return account
  }

  /// Whether the login allows what changes an account.
  ///
  /// - Throws: ``AccountError`` `notPermitted`, `expired`.
  func checkLogin() throws(AccountError) {
    if let refusal = identity.refusalOfChanges { throw AccountError(.notPermitted, refusal) }
    let now = authenticator.time.now()
    guard began.isWithin(authenticator.policy.registrationTime, of: now) else {
      throw AccountError(.expired, "the login was too long ago: log in again")
    }
    // Until the password is there, and not only when it logs in: from then on, nothing comes of it any more.
    if let expiry = identity.proved.tokenExpiry, expiry <= now {
      throw AccountError(.expired, "the one-time token has expired")
    }
  }

  /// Counts a registration.
  ///
  /// - Throws: ``AccountError`` `notPermitted` past ``maximumRegistrations``.
  func countRegistration() throws(AccountError) {
    guard registrationsBegun.next() <= Self.maximumRegistrations else {
      throw AccountError(.notPermitted, "too many registrations were begun since this login: log in again")
    }
  }

  /// All copies of a session count together.
  private final class Counter: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
  }

  /// Tells of an end, good or bad.
  func audit(_ action: AuditEvent.Action, _ error: AccountError?) {
    let now = authenticator.time.now()
    authenticator.audit(
      AuditEvent(
        action: action, time: now, duration: now - began, user: identity.account.description,
        authorizationIdentity: nil, apiKeyID: identity.apiKeyID, mechanism: identity.mechanism,
        binding: identity.binding, tlsVersion: identity.tlsVersion, isResumed: identity.isResumed,
        address: address, reason: error.map { AuditEvent.Reason($0.code.description) }, detail: error?.reason))
  }
}

extension AccountError {
  static func notPermitted(_ mechanism: MechanismName) -> AccountError {
    AccountError(.notPermitted, "\(mechanism) may not be registered after this login")
  }
}

extension AuthenticatedIdentity {
  /// Why this login allows no change of the account; nil where it does.
  fileprivate var refusalOfChanges: String? {
    if binding == nil { return "the login was not bound to the channel" }
    if apiKeyID != nil { return "the login was by an API key" }
    if authorizationIdentity != account { return "the login acts as somebody else" }
    return nil
  }

  /// Whether it logged in by OPAQUE, or could have with the password.
  fileprivate var hasOPAQUE: Bool {
    opaqueRecordTypes.contains { $0.mechanism == mechanism.base || suites.contains($0.password.suite) }
  }
}

extension Authenticator {
  /// What a client may do after a login.
  ///
  /// - Parameters:
  ///   - identity: what the login's last step gave, just now.
  ///   - address: where the client connected from, without a port.
  public func session(of identity: AuthenticatedIdentity, from address: String) -> AccountSession {
    AccountSession(self, identity, address)
  }

  /// What may be registered: from the mechanism of the login on to what stands before it in the policy, but any of
  /// OPAQUE's after any of them; and never from OPAQUE to SCRAM: the server would get something to guess at that it can
  /// do without its keys. Nor where the account has both: the record would go, and with it what opens the notes. What
  /// needs TLS 1.3 may be registered over it alone: who does not have it could not log in again.
  fileprivate func registrations(after identity: AuthenticatedIdentity) -> [MechanismName] {
    guard identity.refusalOfChanges == nil else { return [] }
    let known = policy.registrations.filter { name in
      guard !name.isPlus, policy.mechanisms.contains(name) else { return false }
      if name.bindsByItself, identity.tlsVersion != .tls13 { return false }
      if opaqueRecordType(of: name) != nil { return keyring != nil }
      return SCRAMMechanism(name) != nil && !identity.hasOPAQUE && policy.dialect == .rfc5802
    }
    guard opaqueRecordType(of: identity.mechanism.base) == nil,
      let last = known.firstIndex(of: identity.mechanism.base)
    else { return known }
    return Array(known[...last])
  }

  /// The best of them, unless the account has it already, and as well as it would get it. OPAQUE's mechanisms are as
  /// good as one another: after a login by one of them, it is that one.
  fileprivate func wanted(
    of registrations: [MechanismName], after identity: AuthenticatedIdentity
  ) -> MechanismName? {
    if let record = opaqueRecordType(of: identity.mechanism.base) {
      // A token is good for nothing else.
      guard registrations.contains(record.mechanism) else { return identity.isEnrolment ? registrations.first : nil }
      return isNew(identity.proved, record) ? nil : record.mechanism
    }
    guard let best = registrations.first else { return nil }
    if identity.proved.key.suite.description != best.description {
      let isThere = identity.hasOPAQUE || identity.suites.contains { $0.description == best.description }
      return isThere ? nil : best
    }
    if let verifier = try? identity.proved.scramVerifier() {
      let count = policy.iterations[verifier.hash] ?? SCRAMVerifier.defaultIterations(for: verifier.hash)
      return verifier.iterations < count ? best : nil
    }
    return nil
  }

  /// Whether it is the record of a password, and as it would be made now.
  private func isNew<Record: OPAQUEPasswordRecord>(_ credential: Credential, _: Record.Type) -> Bool {
    guard let record = try? credential.opaqueRecord(Record.self), let keyring else { return false }
    return record.keyID == keyring.keys.current.keyID && record.stretching == policy.stretching
  }
}
