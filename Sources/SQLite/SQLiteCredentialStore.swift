#if SQLite
  internal import Foundation
  internal import GRDB
  public import PassBindAccounts
  public import PassBindCrypto

  /// Accounts in a SQLite database, which several processes may use at once: a server, and its administrator's
  /// commands.
  ///
  /// The database is in WAL mode. Accounts, notes, secrets and records are written with `synchronous=FULL`: an account
  /// whose insertion was acknowledged survives the process and the power. Counts of failures are written without
  /// waiting for the disk: they survive the process, and perhaps not the power.
  ///
  /// What its methods throw, ``PassBindAccounts/CredentialStore`` says.
  public final class SQLiteCredentialStore: CredentialStore {
    package let connections: Connections

    /// Opens a database, and makes it if there is none. Its file mode is set to 0600, since it holds verifiers. This
    /// blocks: open the database before serving.
    ///
    /// - Parameters:
    ///   - path: the database's file. SQLite puts `-wal` and `-shm` files beside it.
    ///   - patience: how long a call waits for another process that is writing.
    /// - Throws: ``AccountError`` `unavailable` if the file can't be opened, `corrupt` if it is no database, `tooNew`
    ///   if a newer version of this library has changed the schema.
    public init(path: String, patience: Duration = .seconds(10)) throws(AccountError) {
      connections = try Connections(path: path, patience: patience)
    }

    /// Closes the database; later calls throw `unavailable`. A store that is let go of closes it too.
    ///
    /// - Throws: ``AccountError`` `unavailable` while calls are under way.
    public func close() throws(AccountError) { try connections.close() }

    /// The account of that name; nil if there is none.
    public func account(named name: AccountName) async throws(AccountError) -> Account? {
      try await connections.read { db in try AccountRow.fetch(db, name) }
    }

    /// Adds an account.
    @discardableResult
    public func insert(
      _ account: Account, under condition: ServerRecordCondition?
    ) async throws(AccountError) -> Account {
      let written = account.atFirstVersion()
      try await connections.writeDurably { db in
        let name = account.name
        if try AccountRow.version(db, of: name) != nil { throw AccountError.alreadyExists(name) }
        try ServerRecordRow.expect(db, condition)
        try AccountRow.insert(db, written)
      }
      return written
    }

    /// Writes an account in place of the stored one of the same version, and some of its notes.
    @discardableResult
    public func update(
      _ account: Account, notes: [NoteName: [UInt8]?], under condition: ServerRecordCondition?
    ) async throws(AccountError) -> Account {
      let written = account.at(version: account.version &+ 1)
      try await connections.writeDurably { db in
        try AccountRow.expect(db, account.name, at: account.version)
        try ServerRecordRow.expect(db, condition)
        try AccountRow.update(db, written)
        try NoteRow.change(db, of: written, by: notes)
      }
      return written
    }

    /// An account's notes; nil if there is no such account.
    public func notes(of name: AccountName) async throws(AccountError) -> AccountNotes? {
      try await connections.read { db in
        guard let version = try AccountRow.version(db, of: name) else { return nil }
        return try NoteRow.fetch(db, of: name, at: version)
      }
    }

    /// Deletes an account and its notes.
    public func delete(_ name: AccountName, version: UInt64?) async throws(AccountError) {
      try await connections.writeDurably { db in
        try AccountRow.expect(db, name, at: version)
        try AccountRow.delete(db, name)
      }
    }

    /// A page of accounts, ordered by name.
    public func accounts(after name: AccountName?, limit: Int) async throws(AccountError) -> [Account] {
      let limit = max(0, limit)
      return try await connections.read { db in
        // No name is empty, so all come after the empty string.
        try AccountRow.fetch(db, after: name?.description ?? "", limit: limit)
      }
    }

    /// How many accounts there are.
    public func accountCount() async throws(AccountError) -> Int {
      try await connections.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM account") ?? 0 }
    }

    /// The server's own secret of that name.
    public func serverSecret(
      named name: String, orKeep candidate: borrowing SecretBytes
    ) async throws(AccountError) -> SecretBytes {
      let span = candidate.span
      let offered = Data(span.indices.map { span[$0] })
      var kept = try await connections.writeDurably { db in
        try db.execute(
          sql: "INSERT INTO serverSecret (name, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING",
          arguments: [name, offered])
        let row = try Row.fetchOne(db, sql: "SELECT bytes FROM serverSecret WHERE name = ?", arguments: [name])
        guard let kept = row?.blob("bytes") else {
          throw AccountError(.corrupt, "the server's secret \(name) is unreadable")
        }
        return kept
      }
      return SecretBytes(taking: &kept)
    }

    /// The server's own record of that name; nil if there is none.
    public func serverRecord(named name: String) async throws(AccountError) -> ServerRecord? {
      try await connections.read { db in try ServerRecordRow.fetch(db, name) }
    }

    /// Writes a record of the server's own in place of the one of that version.
    @discardableResult
    public func setServerRecord(
      named name: String, to bytes: [UInt8], replacing version: UInt64
    ) async throws(AccountError) -> ServerRecord {
      try await connections.writeDurably { db in
        try ServerRecordRow.expect(db, ServerRecordCondition(name, isAt: version))
        let written = try ServerRecord(bytes, version: version &+ 1)
        try ServerRecordRow.write(db, name, written)
        return written
      }
    }

    /// Alters entries that are kept for a while, in one atomic step.
    public func changeEntries<Outcome: Sendable>(
      under keys: [EntryKey], now: Timestamp, limit: Int,
      _ change: @escaping @Sendable (inout [Entry?]) throws(AccountError) -> Outcome
    ) async throws(AccountError) -> Outcome {
      try await connections.writeQuickly { db in
        let old = try keys.map { try EntryRow.fetch(db, $0, now: now) }
        var new = old
        let outcome = try change(&new)
        guard new != old else { return outcome }
        for (key, entry) in zip(keys, new) { try EntryRow.write(db, key, entry) }
        try EntryRow.bound(db, now: now, limit: limit)
        return outcome
      }
    }
  }
#endif
