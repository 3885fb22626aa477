public import PassBindCrypto
public import PassBindOPAQUE
internal import Synchronization

/// A server's keys for OPAQUE, which a store keeps sealed, in one record that all who share the store agree on. Without these keys
/// no account that registered by OPAQUE can log in, ever again: keep a copy of the key they are sealed under somewhere else.
///
/// A change by another process is noticed when it matters: when an account needs keys that this process does not know, and before
/// something is registered. What is registered is written on condition that the keys are still the same.
public final class OPAQUEKeyring: Sendable {
  /// What the record is called in the store.
  public static let recordName = "opaque-keys"

  private struct State {
    var keys: OPAQUEServerKeys
    var version: UInt64
  }

  let store: any CredentialStore
  private let key: SealingKey
  private let state: Mutex<State>

  private init(_ store: any CredentialStore, _ key: consuming SealingKey, _ keys: OPAQUEServerKeys, version: UInt64) {
    self.store = store
    self.key = key
    state = Mutex(State(keys: keys, version: version))
  }

  /// Opens the keys that a store keeps.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - key: what they are sealed under. A passphrase is stretched, off the caller's executor.
  /// - Throws: ``AccountError`` `keysMissing` if the store keeps none, `keysSealed` if the key does not open them, `unavailable`.
  public static func open(
    _ store: any CredentialStore, with key: consuming SealingKey
  ) async throws(AccountError) -> OPAQUEKeyring {
    let (keys, version) = try await read(store, key)
    return OPAQUEKeyring(store, key, keys, version: version)
  }

  /// Makes keys, and has a store keep them.
  ///
  /// - Parameters:
  ///   - store: a store that keeps none yet.
  ///   - key: what to seal them under.
  ///   - setup: the keys of another server, opaque-ke's for instance, whose accounts are to log in here; nil makes fresh ones.
  /// - Throws: ``AccountError`` `alreadyExists` if the store keeps keys; `unavailable`.
  public static func create(
    in store: any CredentialStore, under key: consuming SealingKey, from setup: OPAQUEServerSetup? = nil
  ) async throws(AccountError) -> OPAQUEKeyring {
    let keys: OPAQUEServerKeys
    let sealed: [UInt8]
    do throws(OPAQUEError) {
      let fresh = if let setup { setup } else { try OPAQUEServerSetup.generate() }
      keys = try OPAQUEServerKeys(current: fresh)
      sealed = try await keys.sealed(under: key)
    } catch {
      throw AccountError(keys: error)
    }
    do throws(AccountError) {
      let record = try await store.setServerRecord(named: recordName, to: sealed, replacing: 0)
      return OPAQUEKeyring(store, key, keys, version: record.version)
    } catch  where error.code == .conflict {
      throw AccountError(.alreadyExists, "there are server keys already")
    }
  }

  /// The keys as this process knows them.
  public var keys: OPAQUEServerKeys { state.withLock { $0.keys } }

  /// The keys, and the condition that they are still the same.
  package var current: (OPAQUEServerKeys, ServerRecordCondition) {
    let now = state.withLock { $0 }
    return (now.keys, ServerRecordCondition(Self.recordName, isAt: now.version))
  }

  /// Whether this process knows such keys.
  func isLive(_ keyID: OPAQUEKeyID) -> Bool {
    let keys = keys
    return keys.current.keyID == keyID || keys.previous?.keyID == keyID
  }

  /// Reads the keys anew if they were changed.
  ///
  /// - Throws: ``AccountError`` `keysMissing`, `keysSealed` or `unavailable`; the keys as they were known stay then.
  public func refresh() async throws(AccountError) {
    let known = current.1.version
    guard try await store.serverRecord(named: Self.recordName)?.version != known else { return }
    let (keys, version) = try await Self.read(store, key)
    adopt(keys, version)
  }

  private func adopt(_ keys: OPAQUEServerKeys, _ version: UInt64) {
    state.withLock { if version > $0.version { $0 = State(keys: keys, version: version) } }
  }

  private static func read(
    _ store: any CredentialStore, _ key: borrowing SealingKey
  ) async throws(AccountError) -> (OPAQUEServerKeys, UInt64) {
    guard let record = try await store.serverRecord(named: recordName) else {
      throw AccountError(.keysMissing, "the store keeps no server keys for OPAQUE")
    }
    do throws(OPAQUEError) {
      return (try await OPAQUEServerKeys(unsealing: record.bytes, with: key), record.version)
    } catch {
      throw AccountError(keys: error)
    }
  }

  // MARK: Changing them

  /// Makes fresh keys the current ones. Accounts go on logging in under the previous ones, and move to the current ones as they
  /// register anew.
  ///
  /// - Throws: ``AccountError`` `notPermitted` while there are previous keys; `conflict` if somebody else changed the keys at the
  ///   same time; `keysSealed`, `unavailable`.
  public func rotate() async throws(AccountError) {
    try await refresh()
    let (keys, condition) = current
    guard keys.previous == nil else {
      throw AccountError(.notPermitted, "the previous keys are still live; retire them first")
    }
    let rotated: OPAQUEServerKeys
    do throws(OPAQUEError) { rotated = try keys.rotated() } catch { throw AccountError(keys: error) }
    try await write(rotated, under: condition)
  }

  /// Forgets the previous keys. Nothing more can have been registered under them since they were rotated, so that those
  /// accounts which are counted before are all that there are.
  ///
  /// - Parameter isForced: whether to go on though accounts are on them. These lose what they log in with, and have to be invited
  ///   anew.
  /// - Throws: ``AccountError`` `notPermitted` if there are no previous keys, or accounts on them; `conflict` if somebody else
  ///   changed the keys at the same time; `keysSealed`, `unavailable`.
  public func retire(isForced: Bool = false) async throws(AccountError) {
    try await refresh()
    // These and no others are retired: if there are newer ones by the time the accounts are counted, that is a conflict.
    let (keys, condition) = current
    guard let previous = keys.previous?.keyID else { throw AccountError(.notPermitted, "there are no previous keys") }
    let left = try await Self.usage(in: store)[previous] ?? 0
    if left > 0 {
      guard isForced else {
        throw AccountError(.notPermitted, "\(left) account\(left == 1 ? " is" : "s are") still on the previous keys")
      }
      // Before the keys go: whoever is interrupted here can begin again.
      try await removeCredentials(under: previous)
    }
    try await write(keys.retired, under: condition)
  }

  private func removeCredentials(under keyID: OPAQUEKeyID) async throws(AccountError) {
    let administration = AccountAdministration(store)
    try await administration.forEach { account throws(AccountError) in
      guard try account.opaqueKeyID == keyID else { return }
      try await administration.change(account.name.description) { account throws(AccountError) in
        guard try account.opaqueKeyID == keyID else { return }
        account.removeCredential(.opaque)
        account.removeCredential(.enrolment)
      }
    }
  }

  private func write(_ new: OPAQUEServerKeys, under condition: ServerRecordCondition) async throws(AccountError) {
    let sealed: [UInt8]
    do throws(OPAQUEError) { sealed = try await new.sealed(under: key) } catch { throw AccountError(keys: error) }
    let record = try await store.setServerRecord(named: Self.recordName, to: sealed, replacing: condition.version)
    adopt(new, record.version)
  }

  /// How many accounts log in under which keys, tokens included. Goes through all accounts.
  ///
  /// - Throws: ``AccountError`` `unavailable`, `corrupt`, `tooNew`.
  public static func usage(in store: any CredentialStore) async throws(AccountError) -> [OPAQUEKeyID: Int] {
    var counts: [OPAQUEKeyID: Int] = [:]
    try await AccountAdministration(store).forEach { account throws(AccountError) in
      if let keyID = try account.opaqueKeyID { counts[keyID, default: 0] += 1 }
    }
    return counts
  }
}

extension Account {
  /// The server keys that the account logs in under; nil where it does not by OPAQUE.
  ///
  /// - Throws: ``AccountError`` `corrupt`.
  public var opaqueKeyID: OPAQUEKeyID? {
    get throws(AccountError) {
      if let credential = credentials[.opaque] { return try credential.opaqueCredential()?.keyID }
      return try credentials[.enrolment].map(EnrolmentCredential.init)?.opaque.keyID
    }
  }
}

extension AccountError {
  init(keys error: OPAQUEError) {
    switch error.code {
    case .sealBroken:
      self.init(.keysSealed, "the key does not open the server keys: it is another one, or they were changed")
    case .invalidPassword: self.init(.invalidPassword, error.reason)
    default: self.init(.unavailable, error.reason)
    }
  }
}
