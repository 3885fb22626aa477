#if SQLite
  internal import Foundation
  package import GRDB
  package import PassBindAccounts
  internal import Synchronization

  /// A database's connections: those that read and one that writes, waiting for the disk, and one that writes without.
  package struct Connections: Sendable {
    private let pool: DatabasePool
    private let quick: DatabaseQueue

    init(path: String, patience: Duration) throws(AccountError) {
      (pool, quick) = try Self.rephrasing { () throws in
        try Self.protect(path)
        return try Self.open(path, patience: patience)
      }
    }

    func close() throws(AccountError) {
      try Self.rephrasing { () throws in
        try quick.close()
        try pool.close()
      }
    }

    /// Runs `body` in a transaction that sees one state of the database.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(AccountError) -> T {
      try await Self.rephrasing { () async throws in try await pool.read(body) }
    }

    /// Runs `body` in a transaction that is on the disk when this returns.
    package func writeDurably<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T)
      async throws(AccountError) -> T
    {
      try await Self.rephrasing { () async throws in try await pool.write(body) }
    }

    /// Runs `body` in a transaction that outlives the process when this returns, and perhaps not the power.
    package func writeQuickly<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T)
      async throws(AccountError) -> T
    {
      try await Self.rephrasing { () async throws in try await quick.write(body) }
    }

    /// Makes the file if there is none, and keeps others from reading it. SQLite gives its other files the mode of this
    /// one. Every process does this before SQLite sees the file, so whoever made it, it was closed before it held
    /// anything.
    private static func protect(_ path: String) throws {
      let path = target(of: path)
      try make(path)
      for file in [path, path + "-wal", path + "-shm"] where FileManager.default.fileExists(atPath: file) {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
      }
    }

    /// Where a link leads, though there be nothing yet: SQLite makes its files there.
    private static func target(of path: String) -> String {
      var file = URL(fileURLWithPath: path)
      for _ in 0..<40 {
        guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: file.path) else { break }
        file = URL(fileURLWithPath: link, relativeTo: file.deletingLastPathComponent())
      }
      return file.path
    }

    private static let makers = Mutex(())

    /// It has its mode from the start: who opened it before a chmod could read it ever after. The mask is the whole
    /// process', so that it is changed by one at a time, and for no longer than this takes.
    private static func make(_ path: String) throws {
      try makers.withLock { _ in
        let mask = umask(0o077)
        defer { umask(mask) }
        do {
          try Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch CocoaError.fileWriteFileExists {}
      }
    }

    private static func open(_ path: String, patience: Duration) throws -> (DatabasePool, DatabaseQueue) {
      var configuration = Configuration()
      configuration.label = "passbind"
      configuration.busyMode = .timeout(patience / .seconds(1))
      configuration.journalMode = .wal
      // What is deleted is overwritten: a verifier that was replaced can still be guessed against.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
      let clock = ContinuousClock()
      let deadline = clock.now + patience
      var collisions = 0
      while true {
        do {
          let pool = try DatabasePool(path: path, configuration: configuration)
          try Schema.migrate(pool)
          // After the pool's own setting, which is NORMAL. Its one writer keeps it.
          try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
          return (pool, try DatabaseQueue(path: path, configuration: configuration))
        } catch let error as DatabaseError {
          // Another process may be turning on WAL, which SQLite doesn't wait for, or have made the tables after this
          // one looked; then it is done soon, and another look tells.
          switch error.resultCode {
          case .SQLITE_BUSY, .SQLITE_LOCKED: guard clock.now < deadline else { throw error }
          case .SQLITE_ERROR, .SQLITE_CONSTRAINT:
            guard collisions < 3 else { throw error }
            collisions += 1
          default: throw error
          }
          Thread.sleep(forTimeInterval: 0.01)
        }
      }
    }

    private static func rephrasing<T>(_ body: () throws -> T) throws(AccountError) -> T {
      do { return try body() } catch { throw AccountError(of: error) }
    }

    private static func rephrasing<T>(_ body: () async throws -> T) async throws(AccountError) -> T {
      do { return try await body() } catch { throw AccountError(of: error) }
    }
  }

  extension AccountError {
    /// What an error of GRDB's, of Foundation's or of a transaction's own means.
    fileprivate init(of error: any Error) {
      switch error {
      case let error as AccountError: self = error
      case let error as DatabaseError:
        let isCorrupt = [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        // Its description would show the statement; the message and the code suffice.
        self.init(
          isCorrupt ? .corrupt : .unavailable,
          "SQLite: \(error.message ?? "no reason given") (\(error.resultCode.rawValue))")
      case is CancellationError: self.init(.unavailable, "the task was cancelled")
      default: self.init(.unavailable, "the database can't be used: \(error.localizedDescription)")
      }
    }
  }
#endif
