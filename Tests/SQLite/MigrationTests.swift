#if SQLite
  import Foundation
  import GRDB
  import PassBindAccounts
  import PassBindCrypto
  import PassBindSQLite
  import Testing

  @Suite("Databases of other versions", .timeLimit(.minutes(60)))
  struct MigrationTests {
    @Test("A database of schema 1 keeps all that is in it, and takes notes and records")
    func fromVersion1() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let old = try DatabaseQueue(path: path)
        try await old.writeWithoutTransaction { try $0.execute(sql: version1) }
        try old.close()

        let store = try SQLiteCredentialStore(path: path)
        var alice = try #require(try await store.account(named: AccountName("alice")))
        #expect(try alice == expectedAlice())
        #expect(try await store.accountCount() == 2)
        #expect(try await store.account(named: AccountName("bob"))?.isDisabled == true)
        let secret = try await store.serverSecret(named: "salts", count: 2)
        let kept = [secret.span[0], secret.span[1]]
        #expect(kept == [0xab, 0xcd])
        let noon = Timestamp(microseconds: 1_700_000_000_000_000)
        let entries = try await store.changeEntries(
          under: [EntryKey(digestOf: "a")], now: noon, limit: 10
        ) { entries throws(AccountError) in entries }
        #expect(entries == [Entry([5], expires: noon + .seconds(60))])

        #expect(try await store.serverRecord(named: "keys") == nil)
        #expect(try await store.notes(of: alice.name) == AccountNotes(version: 3, notes: [:]))
        let note = try #require(NoteName("a"))
        try await store.setServerRecord(named: "keys", to: [1], replacing: 0)
        alice = try await store.update(alice, notes: [note: [1]], under: ServerRecordCondition("keys", isAt: 1))
        try store.close()

        let reopened = try SQLiteCredentialStore(path: path)
        #expect(try await reopened.account(named: alice.name) == alice)
        #expect(try await reopened.notes(of: alice.name) == AccountNotes(version: 4, notes: [note: [1]]))
        let violations = try await reopened.connections.read { db in
          try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count
        }
        #expect(violations == 0)
      }
    }

    @Test("Processes that open one database of schema 1 at once all get to use it")
    func openedTogether() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        let old = try DatabaseQueue(path: path)
        try await old.writeWithoutTransaction { try $0.execute(sql: version1) }
        try old.close()
        await withTaskGroup(of: Void.self) { group in
          for process in 0..<4 {
            group.addTask {
              await #expect(processExitsWith: .success) { [path = path as String, process = process as Int] in
                let store = try SQLiteCredentialStore(path: path)
                let note = try #require(NoteName("a"))
                for i in 0..<10 {
                  let written = try await store.insert(account("p\(process)-\(i)"))
                  try await store.update(written, notes: [note: [1]], under: nil)
                }
              }
            }
          }
        }
        #expect(try await SQLiteCredentialStore(path: path).accountCount() == 42)
      }
    }

    @Test("A library that knows schema 1 alone sees that this one's database is newer than it")
    func supersedes() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        try SQLiteCredentialStore(path: path).close()
        var older = DatabaseMigrator()
        older.registerMigration("1") { _ in }
        let queue = try DatabaseQueue(path: path)
        #expect(try await queue.read(older.hasBeenSuperseded))
      }
    }

    private func expectedAlice() throws -> Account {
      let scram = try #require(Credential.Suite("SCRAM-SHA-512"))
      let password = try #require(Credential.Key(scram))
      let apiKey = try #require(Credential.Key(scram, apiKeyID: 17))
      return try Account(
        AccountName("alice"),
        credentials: [
          try #require(Credential(password, bytes: [1, 2, 3])), try #require(Credential(apiKey, bytes: [4])),
        ],
        authorizationIdentities: [AccountName("root"), AccountName("staff")], created: Timestamp(microseconds: 5),
        changed: Timestamp(microseconds: 6), version: 3)
    }

    /// What the first version of this library made, with something in every table.
    private let version1 = """
      PRAGMA journal_mode = WAL;
      BEGIN;
      CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
      INSERT INTO grdb_migrations VALUES('1');
      CREATE TABLE account (
        name TEXT NOT NULL PRIMARY KEY,
        format INTEGER NOT NULL,
        version INTEGER NOT NULL CHECK (version > 0),
        isDisabled INTEGER NOT NULL CHECK (isDisabled IN (0, 1)),
        created INTEGER NOT NULL,
        changed INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE credential (
        account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
        suite TEXT NOT NULL,
        apiKeyID INTEGER NOT NULL CHECK (apiKeyID >= 0),
        bytes BLOB NOT NULL,
        PRIMARY KEY (account, suite, apiKeyID)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE authorizationIdentity (
        account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
        identity TEXT NOT NULL,
        PRIMARY KEY (account, identity)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE serverSecret (
        name TEXT NOT NULL PRIMARY KEY,
        bytes BLOB NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE entry (
        key BLOB NOT NULL PRIMARY KEY,
        bytes BLOB NOT NULL,
        expires INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX entryByExpiry ON entry (expires);
      INSERT INTO account VALUES('alice',1,3,0,5,6);
      INSERT INTO account VALUES('bob',1,1,1,5,5);
      INSERT INTO credential VALUES('alice','SCRAM-SHA-512',0,X'010203');
      INSERT INTO credential VALUES('alice','SCRAM-SHA-512',17,X'04');
      INSERT INTO authorizationIdentity VALUES('alice','root');
      INSERT INTO authorizationIdentity VALUES('alice','staff');
      INSERT INTO serverSecret VALUES('salts',X'abcd');
      INSERT INTO entry VALUES(X'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',X'05',1700000060000000);
      COMMIT;
      """
  }
#endif
