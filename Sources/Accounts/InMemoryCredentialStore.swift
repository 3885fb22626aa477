public import PassBindCrypto
internal import Synchronization

/// Accounts that live as long as the process does: for tests, and for servers that get their users from elsewhere.
/// What its methods throw, ``CredentialStore`` says.
public final class InMemoryCredentialStore: CredentialStore {
  private struct State: ~Copyable {
    var accounts: [AccountName: Account] = [:]
    /// Of those accounts that have any.
    var notes: [AccountName: [NoteName: [UInt8]]] = [:]
    var secrets: [String: SharedSecret] = [:]
    var records: [String: ServerRecord] = [:]
    var entries: [EntryKey: Entry] = [:]
  }

  private let state = Mutex(State())

  /// An empty store.
  public init() {}

  /// The account of that name; nil if there is none.
  public func account(named name: AccountName) async throws(AccountError) -> Account? {
    state.withLock { $0.accounts[name] }
  }

  /// Adds an account.
  @discardableResult
  public func insert(
    _ account: Account, under condition: ServerRecordCondition?
  ) async throws(AccountError) -> Account {
    try state.withLock { state throws(AccountError) in
      guard state.accounts[account.name] == nil else { throw .alreadyExists(account.name) }
      if let condition { try condition.check(state.records[condition.name]?.version) }
      let written = account.atFirstVersion()
      state.accounts[account.name] = written
      return written
    }
  }

  /// Writes an account in place of the stored one of the same version, and some of its notes.
  @discardableResult
  public func update(
    _ account: Account, notes: [NoteName: [UInt8]?], under condition: ServerRecordCondition?
  ) async throws(AccountError) -> Account {
    try state.withLock { state throws(AccountError) in
      guard let stored = state.accounts[account.name] else { throw .notFound(account.name) }
      guard stored.version == account.version else { throw .conflict(account.name, account.version, stored.version) }
      if let condition { try condition.check(state.records[condition.name]?.version) }
      let written = account.at(version: account.version &+ 1)
      let old = AccountNotes(version: stored.version, notes: state.notes[account.name] ?? [:])
      let new = try old.changed(by: notes, version: written.version)
      state.accounts[account.name] = written
      state.notes[account.name] = new.notes.isEmpty ? nil : new.notes
      return written
    }
  }

  /// An account's notes; nil if there is no such account.
  public func notes(of name: AccountName) async throws(AccountError) -> AccountNotes? {
    state.withLock { state in
      state.accounts[name].map { AccountNotes(version: $0.version, notes: state.notes[name] ?? [:]) }
    }
  }

  /// Deletes an account and its notes.
  public func delete(_ name: AccountName, version: UInt64?) async throws(AccountError) {
    try state.withLock { state throws(AccountError) in
      guard let stored = state.accounts[name] else { throw .notFound(name) }
      if let version, version != stored.version { throw .conflict(name, version, stored.version) }
      state.accounts[name] = nil
      state.notes[name] = nil
    }
  }

  /// A page of accounts, ordered by name.
  public func accounts(after name: AccountName?, limit: Int) async throws(AccountError) -> [Account] {
    state.withLock { state in
      let later = state.accounts.values.filter { account in name.map { $0 < account.name } ?? true }
      return Array(later.sorted { $0.name < $1.name }.prefix(max(0, limit)))
    }
  }

  /// How many accounts there are.
  public func accountCount() async throws(AccountError) -> Int { state.withLock { $0.accounts.count } }

  /// The server's own secret of that name.
  public func serverSecret(
    named name: String, orKeep candidate: borrowing SecretBytes
  ) async throws(AccountError) -> SecretBytes {
    let candidate = SharedSecret(candidate.copy())
    return state.withLock { state in
      let kept = state.secrets[name] ?? candidate
      state.secrets[name] = kept
      return kept.bytes.copy()
    }
  }

  /// The server's own record of that name; nil if there is none.
  public func serverRecord(named name: String) async throws(AccountError) -> ServerRecord? {
    state.withLock { $0.records[name] }
  }

  /// Writes a record of the server's own in place of the one of that version.
  @discardableResult
  public func setServerRecord(
    named name: String, to bytes: [UInt8], replacing version: UInt64
  ) async throws(AccountError) -> ServerRecord {
    try state.withLock { state throws(AccountError) in
      try ServerRecordCondition(name, isAt: version).check(state.records[name]?.version)
      let written = try ServerRecord(bytes, version: version &+ 1)
      state.records[name] = written
      return written
    }
  }

  /// Alters entries that are kept for a while, in one atomic step.
  public func changeEntries<Outcome: Sendable>(
    under keys: [EntryKey], now: Timestamp, limit: Int,
    _ change: @escaping @Sendable (inout [Entry?]) throws(AccountError) -> Outcome
  ) async throws(AccountError) -> Outcome {
    try state.withLock { state throws(AccountError) in
      var entries = keys.map { key in state.entries[key].flatMap { $0.expires > now ? $0 : nil } }
      let outcome = try change(&entries)
      for (key, entry) in zip(keys, entries) { state.entries[key] = entry }
      if state.entries.count > limit { state.entries = state.entries.filter { $0.value.expires > now } }
      if state.entries.count > limit {
        let first = state.entries.sorted { $0.value.expires < $1.value.expires }
        for (key, _) in first.dropLast(Entry.kept(of: limit)) { state.entries[key] = nil }
      }
      return outcome
    }
  }
}
