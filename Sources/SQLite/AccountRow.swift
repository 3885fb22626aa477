#if SQLite
  internal import Foundation
  internal import GRDB
  internal import PassBindAccounts

  /// An account as rows of three tables. What is read is believed only as far as it makes sense.
  enum AccountRow {
    /// The account of that name. What belongs to it is asked for whether there is one or not, so that a name which is
    /// known takes no more questions than one which isn't.
    static func fetch(_ db: Database, _ name: AccountName) throws -> Account? {
      let parts = try Parts(db, of: name.description)
      let statement = try db.cachedStatement(sql: "SELECT * FROM account WHERE name = ?")
      return try Row.fetchOne(statement, arguments: [name.description]).map { try account($0, parts) }
    }

    /// A page of accounts.
    static func fetch(_ db: Database, after name: String, limit: Int) throws -> [Account] {
      let statement = try db.cachedStatement(sql: "SELECT * FROM account WHERE name > ? ORDER BY name LIMIT ?")
      return try Row.fetchAll(statement, arguments: [name, limit]).map { row in
        try account(row, Parts(db, of: row.text("name") ?? ""))
      }
    }

    /// The stored version; nil if there is no such account.
    static func version(_ db: Database, of name: AccountName) throws -> UInt64? {
      let statement = try db.cachedStatement(sql: "SELECT version, format FROM account WHERE name = ?")
      guard let row = try Row.fetchOne(statement, arguments: [name.description]) else { return nil }
      try checkFormat(row, name.description)
      guard let version = row.integer("version").flatMap(UInt64.init(exactly:)) else {
        throw unreadable(name.description)
      }
      return version
    }

    /// Throws unless there is such an account, and, given a version, unless it is at that version.
    static func expect(_ db: Database, _ name: AccountName, at expected: UInt64?) throws {
      guard let stored = try version(db, of: name) else { throw AccountError.notFound(name) }
      if let expected, expected != stored { throw AccountError.conflict(name, expected, stored) }
    }

    static func insert(_ db: Database, _ account: Account) throws {
      try db.cachedStatement(
        sql: "INSERT INTO account (version, isDisabled, created, changed, format, name) VALUES (?, ?, ?, ?, ?, ?)"
      ).execute(arguments: columns(of: account))
      try insertParts(db, account)
    }

    /// The row stays, since what refers to it would go with it.
    static func update(_ db: Database, _ account: Account) throws {
      try db.cachedStatement(
        sql: "UPDATE account SET version = ?, isDisabled = ?, created = ?, changed = ?, format = ? WHERE name = ?"
      ).execute(arguments: columns(of: account))
      for table in ["credential", "authorizationIdentity"] {
        try db.cachedStatement(sql: "DELETE FROM \(table) WHERE account = ?")
          .execute(arguments: [account.name.description])
      }
      try insertParts(db, account)
    }

    private static func columns(of account: Account) throws -> StatementArguments {
      let name = account.name.description
      guard let version = Int64(exactly: account.version) else { throw unreadable(name) }
      return [
        version, account.isDisabled ? 1 : 0, account.created.microseconds, account.changed.microseconds, Schema.format,
        name,
      ]
    }

    private static func insertParts(_ db: Database, _ account: Account) throws {
      let name = account.name.description
      let credential = try db.cachedStatement(
        sql: "INSERT INTO credential (account, suite, apiKeyID, bytes) VALUES (?, ?, ?, ?)")
      for (key, value) in account.credentials {
        try credential.execute(arguments: [name, key.suite.description, key.apiKeyID ?? 0, Data(value.bytes)])
      }
      let identity = try db.cachedStatement(sql: "INSERT INTO authorizationIdentity (account, identity) VALUES (?, ?)")
      for value in account.authorizationIdentities {
        try identity.execute(arguments: [name, value.description])
      }
    }

    /// Deletes an account with all that belongs to it.
    static func delete(_ db: Database, _ name: AccountName) throws {
      try db.cachedStatement(sql: "DELETE FROM account WHERE name = ?").execute(arguments: [name.description])
    }

    /// What belongs to an account, as it was read.
    private struct Parts {
      let credentials: [Row]
      let identities: [Row]

      init(_ db: Database, of name: String) throws {
        credentials = try Row.fetchAll(
          db.cachedStatement(sql: "SELECT suite, apiKeyID, bytes FROM credential WHERE account = ?"), arguments: [name])
        identities = try Row.fetchAll(
          db.cachedStatement(sql: "SELECT identity FROM authorizationIdentity WHERE account = ?"), arguments: [name])
      }
    }

    private static func account(_ row: Row, _ parts: Parts) throws -> Account {
      let text = row.text("name") ?? ""
      try checkFormat(row, text)
      guard let name = accountName(text), let isDisabled = row.integer("isDisabled"), (0...1).contains(isDisabled),
        let created = row.moment("created"), let changed = row.moment("changed"),
        let version = row.integer("version").flatMap(UInt64.init(exactly:)), version > 0
      else { throw unreadable(text) }

      let credentials = try parts.credentials.map { row in
        guard let suite = row.text("suite").flatMap({ Credential.Suite($0) }),
          let apiKey = row.integer("apiKeyID").flatMap(Int32.init(exactly:)),
          let key = Credential.Key(suite, apiKeyID: apiKey == 0 ? nil : apiKey),
          let bytes = row.blob("bytes"), let credential = Credential(key, bytes: bytes)
        else { throw unreadable(text) }
        return credential
      }
      let identities = try parts.identities.map { row in
        guard let identity = row.text("identity").flatMap(accountName) else { throw unreadable(text) }
        return identity
      }
      do throws(AccountError) {
        return try Account(
          name, credentials: credentials, authorizationIdentities: Set(identities), isDisabled: isDisabled == 1,
          created: created, changed: changed, version: version)
      } catch {
        throw unreadable(text)
      }
    }

    private static func checkFormat(_ row: Row, _ name: String) throws {
      guard let format = row.integer("format"), format >= 1 else { throw unreadable(name) }
      guard format <= Schema.format else {
        throw AccountError(.tooNew, "the account \(name) was written by a newer version of PassBind")
      }
    }

    /// A stored name, which must be as SASLprep leaves it: no login could reach another.
    private static func accountName(_ text: String) -> AccountName? {
      guard let name = try? AccountName(text), name.description.utf8.elementsEqual(text.utf8) else { return nil }
      return name
    }

    private static func unreadable(_ name: String) -> AccountError {
      AccountError(.corrupt, "the row of account \(name) makes no sense")
    }
  }
#endif
