#if SQLite
  import Foundation
  import GRDB
  import PassBindAccounts
  import PassBindSQLite
  import Synchronization
  import Testing

  @Suite("Accounts in SQLite", .timeLimit(.minutes(60)))
  struct SQLiteStoreTests {
    @Test(
      "The database and what SQLite puts beside it can be read by their owner alone, also behind a link",
      arguments: [false, true])
    func modes(isLinked: Bool) async throws {
      try await inFolder { folder in
        let file = folder.appending(path: "accounts.db").path
        let path = isLinked ? folder.appending(path: "link.db").path : file
        if isLinked { try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "accounts.db") }
        let files = [file, file + "-wal", file + "-shm"]
        func modes() throws -> [Int] {
          try files.map { file in
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
            return try #require(mode?.intValue)
          }
        }
        let store = try SQLiteCredentialStore(path: path)
        try await store.insert(account("alice"))
        #expect(try modes() == [0o600, 0o600, 0o600])

        // Made readable by mistake, they are closed again when the database is next opened.
        for file in files { try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file) }
        let other = try SQLiteCredentialStore(path: path)
        #expect(try modes() == [0o600, 0o600, 0o600])
        #expect(try await other.account(named: AccountName("alice")) != nil)
      }
    }

    // Whoever opens a file that is readable for a moment can read what is written to it later.
    @Test("Nor are they ever anybody else's to read while the database is made")
    func modesFromTheStart() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let watch = SeenModes()
        let old = umask(0o022)
        defer { umask(old) }
        // A thread of its own, which runs whatever else is tested at the same time.
        Thread.detachNewThread {
          while !watch.isOver {
            let facts = try? FileManager.default.attributesOfItem(atPath: path)
            if let mode = facts?[.posixPermissions] as? NSNumber { watch.add(mode.intValue) }
          }
        }
        for _ in 0..<100 {
          try SQLiteCredentialStore(path: path).close()
          for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        }
        #expect(watch.end() == [0o600])
      }
    }

    @Test("Accounts wait for the disk, counts don't")
    func synchronous() async throws {
      try await inFolder { folder in
        let store = try SQLiteCredentialStore(path: folder.appending(path: "accounts.db").path)
        @Sendable func settings(_ db: Database) throws -> [String?] {
          try ["synchronous", "journal_mode", "foreign_keys"].map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        let durable = try await store.connections.writeDurably { try settings($0) }
        let quick = try await store.connections.writeQuickly { try settings($0) }
        #expect(durable == ["2", "wal", "1"])
        #expect(quick == ["1", "wal", "1"])
      }
    }

    @Test("Two stores on one file see each other's writes, and compare versions across")
    func sharedFile() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let (a, b) = (try SQLiteCredentialStore(path: path), try SQLiteCredentialStore(path: path))
        let alice = try await a.insert(account("alice"))
        #expect(try await b.account(named: alice.name) == alice)
        await #expect(throws: AccountError(.alreadyExists, "")) { try await b.insert(account("alice")) }
        try await b.update(alice)
        await #expect(throws: AccountError(.conflict, "")) { try await a.update(alice) }
        try await b.delete(alice.name, version: alice.version + 1)
        #expect(try await a.accountCount() == 0)
      }
    }

    @Test("What is closed stays closed, and what is stored stays stored")
    func reopening() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let first = try SQLiteCredentialStore(path: path)
        let alice = try await first.insert(account("alice"))
        try first.close()
        await #expect(throws: AccountError(.unavailable, "")) { try await first.accountCount() }
        let second = try SQLiteCredentialStore(path: path)
        #expect(try await second.account(named: alice.name) == alice)
      }
    }

    @Test("A process that holds the database too long is an error, not a hang")
    func busy() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let store = try SQLiteCredentialStore(path: path, patience: .milliseconds(50))
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let holder = try DatabaseQueue(path: path, configuration: configuration)
        try await holder.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        await #expect(throws: AccountError(.unavailable, "")) { try await store.insert(account("alice")) }
        #expect(try await store.accountCount() == 0)
        try await holder.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await store.insert(account("alice"))
      }
    }

    @Test(
      "A file that is no database is refused",
      arguments: [("text", AccountError.Code.corrupt), ("folder", .unavailable), ("missing/accounts.db", .unavailable)])
    func noDatabase(file: String, code: AccountError.Code) async throws {
      try await inFolder { folder in
        try Data(String(repeating: "not a database ", count: 1000).utf8).write(to: folder.appending(path: "text"))
        try FileManager.default.createDirectory(
          at: folder.appending(path: "folder"), withIntermediateDirectories: false)
        #expect(throws: AccountError(code, "")) {
          try SQLiteCredentialStore(path: folder.appending(path: file).path, patience: .milliseconds(50))
        }
      }
    }

    @Test("A database that a newer version changed is left alone")
    func newerSchema() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let store = try SQLiteCredentialStore(path: path)
        try await store.connections.writeDurably { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')") }
        #expect(throws: AccountError(.tooNew, "")) { try SQLiteCredentialStore(path: path) }
      }
    }

    @Test("An account that a newer version wrote is refused, not misread, and not overwritten")
    func newerRow() async throws {
      try await inFolder { folder in
        let store = try SQLiteCredentialStore(path: folder.appending(path: "accounts.db").path)
        let alice = try await store.insert(account("alice"))
        try await store.connections.writeDurably { try $0.execute(sql: "UPDATE account SET format = 2") }
        await #expect(throws: AccountError(.tooNew, "")) { try await store.account(named: alice.name) }
        await #expect(throws: AccountError(.tooNew, "")) { try await store.accounts(after: nil, limit: 10) }
        await #expect(throws: AccountError(.tooNew, "")) { try await store.update(alice) }
        await #expect(throws: AccountError(.tooNew, "")) { try await store.notes(of: alice.name) }
        await #expect(throws: AccountError(.tooNew, "")) { try await store.delete(alice.name, version: alice.version) }
        #expect(try await store.accountCount() == 1)
      }
    }

    @Test(
      "A row that makes no sense is an error that says so",
      arguments: [
        "UPDATE account SET version = -1", "UPDATE account SET version = 0", "UPDATE account SET version = 'x'",
        "UPDATE account SET version = 1.5", "UPDATE account SET version = NULL", "UPDATE account SET isDisabled = 2",
        "UPDATE account SET isDisabled = x'01'", "UPDATE account SET created = -1",
        "UPDATE account SET changed = 9223372036854775807", "UPDATE account SET format = 0",
        "UPDATE account SET format = 'one'", "UPDATE credential SET suite = ''", "UPDATE credential SET suite = 'a b'",
        "UPDATE credential SET suite = x'ff'", "UPDATE credential SET apiKeyID = -1",
        "UPDATE credential SET apiKeyID = 2147483648", "UPDATE credential SET bytes = x''",
        "UPDATE credential SET bytes = 'text'", "UPDATE credential SET bytes = zeroblob(20000)",
        "UPDATE credential SET bytes = NULL", "UPDATE authorizationIdentity SET identity = ''",
        "UPDATE authorizationIdentity SET identity = char(8550)", "UPDATE authorizationIdentity SET identity = x'37'",
        "UPDATE authorizationIdentity SET identity = CAST(x'ff' AS TEXT)",
      ])
    func corruptRows(sql: String) async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let store = try SQLiteCredentialStore(path: path)
        let alice = try await store.insert(account("alice"))
        try await loosen(path, sql)
        let reopened = try SQLiteCredentialStore(path: path)
        await #expect(throws: AccountError(.corrupt, "")) { try await reopened.account(named: alice.name) }
        await #expect(throws: AccountError(.corrupt, "")) { try await reopened.accounts(after: nil, limit: 10) }
      }
    }

    @Test(
      "A note or a record that makes no sense is an error that says so",
      arguments: [
        "UPDATE note SET name = 'a b'", "UPDATE note SET name = ''", "UPDATE note SET name = x'61'",
        "UPDATE note SET bytes = x''", "UPDATE note SET bytes = zeroblob(4201)", "UPDATE note SET bytes = 'text'",
        "UPDATE note SET bytes = NULL", "UPDATE serverRecord SET version = 0", "UPDATE serverRecord SET version = -1",
        "UPDATE serverRecord SET version = 'x'", "UPDATE serverRecord SET bytes = x''",
        "UPDATE serverRecord SET bytes = zeroblob(65537)", "UPDATE serverRecord SET bytes = 7",
      ])
    func corruptNotes(sql: String) async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let store = try SQLiteCredentialStore(path: path)
        try await store.setServerRecord(named: "keys", to: [1], replacing: 0)
        var alice = try await store.insert(account("alice"))
        let note = try #require(NoteName("a"))
        alice = try await store.update(alice, notes: [note: [1]], under: nil)
        try await loosen(path, sql)
        let reopened = try SQLiteCredentialStore(path: path)
        #expect(try await reopened.account(named: alice.name) == alice)
        await #expect(throws: AccountError(.corrupt, "")) {
          if sql.contains("note") {
            _ = try await reopened.notes(of: alice.name)
          } else {
            _ = try await reopened.serverRecord(named: "keys")
          }
        }
        await #expect(throws: AccountError(.corrupt, "")) {
          try await reopened.update(alice, notes: [note: [2]], under: ServerRecordCondition("keys", isAt: 1))
        }
      }
    }

    @Test(
      "A name that SASLprep would change is no name of an account",
      arguments: ["char(8550)", "'a' || char(173)", "x'61'"])
    func corruptName(name: String) async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let store = try SQLiteCredentialStore(path: path)
        try await store.insert(account("alice"))
        try await loosen(path, "UPDATE account SET name = \(name)")
        let reopened = try SQLiteCredentialStore(path: path)
        #expect(try await reopened.account(named: AccountName("alice")) == nil)
        await #expect(throws: AccountError(.corrupt, "")) { try await reopened.accounts(after: nil, limit: 10) }
      }
    }

    @Test("Pages of the file that are overwritten are an error, not a crash")
    func corruptPages() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let store = try SQLiteCredentialStore(path: path)
        for i in 0..<100 { try await store.insert(account("user\(i)")) }
        try store.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<40 {
          var broken = whole
          let start = Int.random(in: 0..<whole.count - 512, using: &generator)
          for i in start..<start + 512 { broken[i] = .random(in: 0...255, using: &generator) }
          for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
          try broken.write(to: URL(fileURLWithPath: path))
          do throws(AccountError) {
            let store = try SQLiteCredentialStore(path: path, patience: .milliseconds(50))
            _ = try await store.accounts(after: nil, limit: 1000)
            _ = try await store.insert(account("new"))
          } catch {
            #expect([.corrupt, .tooNew, .unavailable, .alreadyExists, .invalidName].contains(error.code))
          }
        }
      }
    }

    /// Alters a database as nobody should: the tables take whatever type and value they are given.
    private func loosen(_ path: String, _ sql: String) async throws {
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try await queue.writeWithoutTransaction { db in
        try db.execute(
          sql: """
            PRAGMA ignore_check_constraints = ON;
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT, ', ''), ' NOT NULL', '') WHERE type = 'table';
            PRAGMA writable_schema = RESET;
            """)
      }
      try queue.close()
      let reopened = try DatabaseQueue(path: path, configuration: configuration)
      try await reopened.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
        try db.execute(sql: sql)
      }
      try reopened.close()
    }
  }

  /// The modes that a file was seen to have.
  private final class SeenModes: Sendable {
    private let state = Mutex((modes: Set<Int>(), isOver: false))

    var isOver: Bool { state.withLock { $0.isOver } }

    func add(_ mode: Int) { state.withLock { _ = $0.modes.insert(mode) } }

    func end() -> Set<Int> {
      state.withLock { state in
        state.isOver = true
        return state.modes
      }
    }
  }

  /// Runs `body` with an empty folder, which is gone afterwards.
  func inFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "passbind-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  /// An account with a credential and an identity.
  func account(_ name: String) throws(AccountError) -> Account {
    let suite = Credential.Suite("SCRAM-SHA-512")
    let credential = suite.flatMap { Credential.Key($0) }.flatMap {
      Credential($0, bytes: Array("bytes of \(name)".utf8))
    }
    return try Account(
      AccountName(name), credentials: [credential].compactMap { $0 }, authorizationIdentities: [AccountName("staff")],
      created: Timestamp(microseconds: 1))
  }
#endif
