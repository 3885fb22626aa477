#if SQLite
  internal import GRDB
  internal import PassBindAccounts

  /// The tables, and how they came to be.
  enum Schema {
    /// What an account's row says of how it is to be read. A version of this library that means something else by a row
    /// writes another number, and older ones leave such rows alone.
    static let format: Int64 = 1

    static func migrate(_ pool: DatabasePool) throws {
      if try pool.read(migrator.hasBeenSuperseded) {
        throw AccountError(.tooNew, "the database was changed by a newer version of PassBind")
      }
      try migrator.migrate(pool)
    }

    private static var migrator: DatabaseMigrator {
      var migrator = DatabaseMigrator()
      migrator.registerMigration("1") { db in
        try db.execute(
          sql: """
            CREATE TABLE account (
              name TEXT NOT NULL PRIMARY KEY,
              format INTEGER NOT NULL,
              version INTEGER NOT NULL CHECK (version > 0),
              isDisabled INTEGER NOT NULL CHECK (isDisabled IN (0, 1)),
              created INTEGER NOT NULL,
              changed INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            -- apiKeyID is 0 where the credential is the password's.
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
            """)
      }
      // Its tables are new, so no row of others needs to be looked at again.
      migrator.registerMigration("2", foreignKeyChecks: .immediate) { db in
        try db.execute(
          sql: """
            CREATE TABLE note (
              account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
              name TEXT NOT NULL,
              bytes BLOB NOT NULL,
              PRIMARY KEY (account, name)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE serverRecord (
              name TEXT NOT NULL PRIMARY KEY,
              version INTEGER NOT NULL CHECK (version > 0),
              bytes BLOB NOT NULL
            ) STRICT, WITHOUT ROWID;
            """)
      }
      return migrator
    }
  }
#endif
