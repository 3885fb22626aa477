#if SQLite
  internal import Foundation
  internal import GRDB
  internal import PassBindAccounts

  /// An account's notes, as rows.
  enum NoteRow {
    static func fetch(_ db: Database, of name: AccountName, at version: UInt64) throws -> AccountNotes {
      let statement = try db.cachedStatement(sql: "SELECT name, bytes FROM note WHERE account = ?")
      var notes: [NoteName: [UInt8]] = [:]
      for row in try Row.fetchAll(statement, arguments: [name.description]) {
        guard let note = row.text("name").flatMap({ NoteName($0) }), let bytes = row.blob("bytes"),
          (1...AccountNotes.maximumNoteCount).contains(bytes.count)
        else { throw AccountError(.corrupt, "a note of the account \(name) makes no sense") }
        notes[note] = bytes
      }
      return AccountNotes(version: version, notes: notes)
    }

    static func change(_ db: Database, of account: Account, by changes: [NoteName: [UInt8]?]) throws {
      guard !changes.isEmpty else { return }
      _ = try fetch(db, of: account.name, at: account.version).changed(by: changes, version: account.version)
      for (name, bytes) in changes { try write(db, account.name.description, name.description, bytes) }
    }

    private static func write(_ db: Database, _ account: String, _ name: String, _ bytes: [UInt8]?) throws {
      guard let bytes else {
        try db.cachedStatement(sql: "DELETE FROM note WHERE account = ? AND name = ?")
          .execute(arguments: [account, name])
        return
      }
      try db.cachedStatement(
        sql: """
          INSERT INTO note (account, name, bytes) VALUES (?, ?, ?)
          ON CONFLICT (account, name) DO UPDATE SET bytes = excluded.bytes
          """
      ).execute(arguments: [account, name, Data(bytes)])
    }
  }
#endif
