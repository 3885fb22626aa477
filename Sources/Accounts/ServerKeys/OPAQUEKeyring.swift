public import PassBindCrypto
package import PassBindExportedAuthenticators
public import PassBindOPAQUE
internal import Synchronization

/// A server's keys for OPAQUE, which a store keeps sealed, in one record that all who share the store agree on. Without
/// these keys no account that registered by OPAQUE can log in, ever again: keep a copy of the key they are sealed under
/// somewhere else.
///
/// A change by another process is noticed when it matters: when an account needs keys that this process does not know,
/// and before something is registered. What is registered is written on condition that the keys are still the same.
public final class OPAQUEKeyring: Sendable {
  /// What the record is called in the store.
  public static let recordName = "opaque-keys"

  /// The keys at one time.
  package struct Snapshot: Sendable {
    package let keys: OPAQUEServerKeys
    /// OPAQUE-EA's, which are derived from them.
    package let eaKeys: OPAQUEEAServerKeys
    /// That they are still the same.
    package let condition: ServerRecordCondition

    init(_ keys: OPAQUEServerKeys, version: UInt64) throws(OPAQUEError) {
      self.keys = keys
      eaKeys = try OPAQUEEAServerKeys(keys)
      condition = ServerRecordCondition(recordName, isAt: version)
    }
  }

  let store: any CredentialStore
  private let key: SealingKey
  private let state: Mutex<Snapshot>

  private init(_ store: any CredentialStore, _ key: consuming SealingKey, _ snapshot: Snapshot) {
    self.store = store
    self.key = key
    state = Mutex(snapshot)
  }

  /// Opens the keys that a store keeps.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - key: what they are sealed under. A passphrase is stretched, off the caller's executor.
  /// - Throws: ``AccountError`` `keysMissing` if the store keeps none, `keysSealed` if the key does not open them,
  ///   `unavailable`.
  public static func open(
    _ store: any CredentialStore, with key: consuming SealingKey
  ) async throws(AccountError) -> OPAQUEKeyring {
    let snapshot = try await read(store, key)
    return OPAQUEKeyring(store, key, snapshot)
  }

  /// Makes keys, and has a store keep them.
  ///
  /// - Parameters:
  ///   - store: a store that keeps none yet.
  ///   - key: what to seal them under.
  ///   - setup: the keys of another server, opaque-ke's for instance, whose accounts are to log in here; nil makes
  ///     fresh ones.
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
    let record: ServerRecord
    do throws(AccountError) {
      record = try await store.setServerRecord(named: recordName, to: sealed, replacing: 0)
    } catch  where error.code == .conflict {
      throw AccountError(.alreadyExists, "there are server keys already")
    }
    return OPAQUEKeyring(store, key, try snapshot(keys, record))
  }

  /// The keys as this process knows them.
  public var keys: OPAQUEServerKeys { current.keys }

  /// The same, with what belongs to them.
  package var current: Snapshot { state.withLock { $0 } }

  /// Whether this process knows such keys.
  func isLive(_ keyID: OPAQUEKeyID) -> Bool {
    let keys = keys
    return keys.current.keyID == keyID || keys.previous?.keyID == keyID
  }

  /// Reads the keys anew if they were changed.
  ///
  /// - Throws: ``AccountError`` `keysMissing`, `keysSealed` or `unavailable`; the keys as they were known stay then.
  public func refresh() async throws(AccountError) {
    let known = current.condition.version
    guard try await store.serverRecord(named: Self.recordName)?.version != known else { return }
    adopt(try await Self.read(store, key))
  }

  private func adopt(_ snapshot: Snapshot) {
    state.withLock { if snapshot.condition.version > $0.condition.version { $0 = snapshot } }
  }

  private static func read(
    _ store: any CredentialStore, _ key: borrowing SealingKey
  ) async throws(AccountError) -> Snapshot {
    guard let record = try await store.serverRecord(named: recordName) else {
      throw AccountError(.keysMissing, "the store keeps no server keys for OPAQUE")
    }
    let keys: OPAQUEServerKeys
    do throws(OPAQUEError) {
      keys = try await OPAQUEServerKeys(unsealing: record.bytes, with: key)
    } catch {
      throw AccountError(keys: error)
    }
    return try snapshot(keys, record)
  }

  private static func snapshot(_ keys: OPAQUEServerKeys, _ record: ServerRecord) throws(AccountError) -> Snapshot {
    do throws(OPAQUEError) {
      return try Snapshot(keys, version: record.version)
    } catch {
      throw AccountError(keys: error)
    }
  }

  // MARK: Changing them

  /// Makes fresh keys the current ones. Accounts go on logging in under the previous ones, and move to the current ones
  /// as they register anew.
  ///
  /// - Throws: ``AccountError`` `notPermitted` while there are previous keys; `conflict` if somebody else changed the
  ///   keys at the same time; `keysSealed`, `unavailable`.
  public func rotate() async throws(AccountError) {
    try await refresh()
    let now = current
    guard now.keys.previous == nil else {
      throw AccountError(.notPermitted, "the previous keys are still live; retire them first")
    }
    let rotated: OPAQUEServerKeys
    do throws(OPAQUEError) { rotated = try now.keys.rotated() } catch { throw AccountError(keys: error) }
    try await write(rotated, under: now.condition)
  }

  /// Forgets the previous keys. Nothing more can have been registered under them since they were rotated, so that those
  /// accounts which are counted before are all that there are.
  ///
  /// - Parameter isForced: whether to go on though accounts are on them. These lose what they log in with, and have to
  ///   be invited anew.
  /// - Throws: ``AccountError`` `notPermitted` if there are no previous keys, or accounts on them; `conflict` if
  ///   somebody else changed the keys at the same time; `keysSealed`, `unavailable`.
  public func retire(isForced: Bool = false) async throws(AccountError) {
    try await refresh()
    // These and no others are retired: if there are newer ones by the time the accounts are counted, that is a
    // conflict.
    let now = current
    guard let previous = now.keys.previous?.keyID else {
      throw AccountError(.notPermitted, "there are no previous keys")
    }
    let left = try await Self.usage(in: store)[previous] ?? 0
    if left > 0 {
      guard isForced else {
        throw AccountError(.notPermitted, "\(left) account\(left == 1 ? " is" : "s are") still on the previous keys")
      }
      // Before the keys go: whoever is interrupted here can begin again.
      try await removeCredentials { $0 == previous }
    }
    try await write(now.keys.retired, under: now.condition)
  }

  /// Makes wholly new keys, for when the old ones were stolen: a rotation does not end that, since it keeps what
  /// unknown names are answered from, and what OPAQUE-EA signs with. All accounts lose what they log in with by OPAQUE,
  /// and have to be invited anew; nothing opens their notes any more.
  ///
  /// - Throws: ``AccountError`` `conflict` if somebody else changed the keys at the same time; `keysSealed`,
  ///   `unavailable`.
  public func replace() async throws(AccountError) {
    try await refresh()
    let condition = current.condition
    let new: OPAQUEServerKeys
    do throws(OPAQUEError) {
      new = try OPAQUEServerKeys(current: .generate())
    } catch {
      throw AccountError(keys: error)
    }
    // First, so that what was stolen is worth nothing from now on. Whoever is interrupted here can begin again.
    try await write(new, under: condition)
    try await removeCredentials { $0 != new.current.keyID }
  }

  private func removeCredentials(under isGone: (OPAQUEKeyID) -> Bool) async throws(AccountError) {
    let administration = AccountAdministration(store)
    try await administration.forEach { account throws(AccountError) in
      guard try account.opaqueKeyIDs.contains(where: isGone) else { return }
      try await administration.change(account.name.description) { account throws(AccountError) in
        for (key, id) in try account.opaqueKeyIDByCredential where isGone(id) { account.removeCredential(key) }
      }
    }
  }

  private func write(_ new: OPAQUEServerKeys, under condition: ServerRecordCondition) async throws(AccountError) {
    let sealed: [UInt8]
    do throws(OPAQUEError) { sealed = try await new.sealed(under: key) } catch { throw AccountError(keys: error) }
    let record = try await store.setServerRecord(named: Self.recordName, to: sealed, replacing: condition.version)
    adopt(try Self.snapshot(new, record))
  }

  /// How many accounts log in under which keys, tokens included. An account with records for both of OPAQUE's
  /// mechanisms may count under two keys. Goes through all accounts.
  ///
  /// - Throws: ``AccountError`` `unavailable`, `corrupt`, `tooNew`.
  public static func usage(in store: any CredentialStore) async throws(AccountError) -> [OPAQUEKeyID: Int] {
    var counts: [OPAQUEKeyID: Int] = [:]
    try await AccountAdministration(store).forEach { account throws(AccountError) in
      for keyID in try account.opaqueKeyIDs { counts[keyID, default: 0] += 1 }
    }
    return counts
  }
}

extension Account {
  /// The server keys that the account logs in under by OPAQUE, whichever of its mechanisms; none where it does not.
  ///
  /// - Throws: ``AccountError`` `corrupt`.
  public var opaqueKeyIDs: Set<OPAQUEKeyID> {
    get throws(AccountError) { Set(try opaqueKeyIDByCredential.values) }
  }

  fileprivate var opaqueKeyIDByCredential: [Credential.Key: OPAQUEKeyID] {
    get throws(AccountError) {
      var found: [Credential.Key: OPAQUEKeyID] = [:]
      for record in opaqueRecordTypes { try addKeyIDs(of: record, to: &found) }
      return found
    }
  }

  private func addKeyIDs<Record: OPAQUEPasswordRecord>(
    of _: Record.Type, to found: inout [Credential.Key: OPAQUEKeyID]
  ) throws(AccountError) {
    if let credential = credentials[Record.password] {
      found[Record.password] = try credential.opaqueRecord(Record.self)?.keyID
    }
    if let credential = credentials[Record.token] {
      found[Record.token] = try EnrolmentCredential<Record>(credential).record.keyID
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
