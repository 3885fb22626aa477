#if SQLite
  internal import Foundation
  internal import GRDB
  internal import PassBindAccounts

  /// An account as rows of three tables. What is read is believed only as far as it makes sense.
  enum AccountRow {
    static func fetch(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> [Account] {
      try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM account \(condition)"), arguments: arguments)
        .map { try account(db, $0) }
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

    static func write(_ db: Database, _ account: Account) throws {
      let name = account.name.description
      guard let version = Int64(exactly: account.version) else { throw unreadable(name) }
      try db.cachedStatement(
        sql: "INSERT INTO account (name, format, version, isDisabled, created, changed) VALUES (?, ?, ?, ?, ?, ?)"
      ).execute(arguments: [
        name, Schema.format, version, account.isDisabled ? 1 : 0, account.created.microseconds,
        account.changed.microseconds,
      ])
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

    private static func account(_ db: Database, _ row: Row) throws -> Account {
      let text = row.text("name") ?? ""
      try checkFormat(row, text)
      guard let name = accountName(text), let isDisabled = row.integer("isDisabled"), (0...1).contains(isDisabled),
        let created = row.moment("created"), let changed = row.moment("changed"),
        let version = row.integer("version").flatMap(UInt64.init(exactly:)), version > 0
      else { throw unreadable(text) }

      let credentials = try Row.fetchAll(
        db.cachedStatement(sql: "SELECT suite, apiKeyID, bytes FROM credential WHERE account = ?"), arguments: [text]
      ).map { row in
        guard let suite = row.text("suite").flatMap({ Credential.Suite($0) }),
          let apiKey = row.integer("apiKeyID").flatMap(Int32.init(exactly:)),
          let key = Credential.Key(suite, apiKeyID: apiKey == 0 ? nil : apiKey),
          let bytes = row.blob("bytes"), let credential = Credential(key, bytes: bytes)
        else { throw unreadable(text) }
        return credential
      }
      let identities = try Row.fetchAll(
        db.cachedStatement(sql: "SELECT identity FROM authorizationIdentity WHERE account = ?"), arguments: [text]
      ).map { row in
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

  /// What a store keeps for a while, as rows.
  enum EntryRow {
    static func fetch(_ db: Database, _ key: EntryKey, now: Timestamp) throws -> Entry? {
      let statement = try db.cachedStatement(sql: "SELECT bytes, expires FROM entry WHERE key = ? AND expires > ?")
      guard let row = try Row.fetchOne(statement, arguments: [Data(key.bytes), now.microseconds]) else { return nil }
      guard let bytes = row.blob("bytes"), let expires = row.moment("expires") else {
        throw AccountError(.corrupt, "a row of entries makes no sense")
      }
      return Entry(bytes, expires: expires)
    }

    static func write(_ db: Database, _ key: EntryKey, _ entry: Entry?) throws {
      guard let entry else {
        try db.cachedStatement(sql: "DELETE FROM entry WHERE key = ?").execute(arguments: [Data(key.bytes)])
        return
      }
      try db.cachedStatement(
        sql: """
          INSERT INTO entry (key, bytes, expires) VALUES (?, ?, ?)
          ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, expires = excluded.expires
          """
      ).execute(arguments: [Data(key.bytes), Data(entry.bytes), entry.expires.microseconds])
    }

    /// Deletes what has expired, and what is past the limit.
    static func bound(_ db: Database, now: Timestamp, limit: Int) throws {
      try db.cachedStatement(sql: "DELETE FROM entry WHERE expires <= ?").execute(arguments: [now.microseconds])
      try db.cachedStatement(
        sql: """
          DELETE FROM entry WHERE key IN
            (SELECT key FROM entry ORDER BY expires LIMIT max(0, (SELECT count(*) FROM entry) - ?))
          """
      ).execute(arguments: [max(0, limit)])
    }
  }

  // GRDB's own conversions trap on a value of another type.
  extension Row {
    func integer(_ column: String) -> Int64? {
      guard case .int64(let value) = (self[column] as DatabaseValue).storage else { return nil }
      return value
    }

    func text(_ column: String) -> String? {
      guard case .string(let value) = (self[column] as DatabaseValue).storage else { return nil }
      return value
    }

    func blob(_ column: String) -> [UInt8]? {
      guard case .blob(let value) = (self[column] as DatabaseValue).storage else { return nil }
      return [UInt8](value)
    }

    func moment(_ column: String) -> Timestamp? {
      guard let microseconds = integer(column) else { return nil }
      let moment = Timestamp(microseconds: microseconds)
      return moment.microseconds == microseconds ? moment : nil
    }
  }
#endif
