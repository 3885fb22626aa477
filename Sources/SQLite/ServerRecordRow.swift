#if SQLite
  internal import Foundation
  internal import GRDB
  internal import PassBindAccounts

  /// A server's own records, as rows.
  enum ServerRecordRow {
    static func fetch(_ db: Database, _ name: String) throws -> ServerRecord? {
      let statement = try db.cachedStatement(sql: "SELECT bytes, version FROM serverRecord WHERE name = ?")
      guard let row = try Row.fetchOne(statement, arguments: [name]) else { return nil }
      guard let bytes = row.blob("bytes"), let version = row.integer("version").flatMap(UInt64.init(exactly:)),
        let record = try? ServerRecord(bytes, version: version)
      else { throw AccountError(.corrupt, "the server's record \(name) makes no sense") }
      return record
    }

    /// Throws unless the condition, if there is one, holds.
    static func expect(_ db: Database, _ condition: ServerRecordCondition?) throws {
      guard let condition else { return }
      try condition.check(fetch(db, condition.name)?.version)
    }

    static func write(_ db: Database, _ name: String, _ record: ServerRecord) throws {
      guard let version = Int64(exactly: record.version) else {
        throw AccountError(.corrupt, "the server's record \(name) makes no sense")
      }
      try db.cachedStatement(
        sql: """
          INSERT INTO serverRecord (name, version, bytes) VALUES (?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET version = excluded.version, bytes = excluded.bytes
          """
      ).execute(arguments: [name, version, Data(record.bytes)])
    }
  }
#endif
