#if SQLite
  internal import Foundation
  internal import GRDB
  internal import PassBindAccounts

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
      // SQLite counts by looking at each: not at every change, then, but 50 times, more or less, in as many changes as
      // there is room for.
      guard Int.random(in: 0...max(0, limit) / (50 * Entry.roomShare)) == 0 else { return }
      try db.cachedStatement(
        sql: """
          DELETE FROM entry WHERE key IN
            (SELECT key FROM entry ORDER BY expires LIMIT max(0, (SELECT count(*) FROM entry) - ?))
          """
      ).execute(arguments: [Entry.kept(of: limit)])
    }
  }
#endif
