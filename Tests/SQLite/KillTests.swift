#if SQLite
  import Dispatch
  import Foundation
  import GRDB
  import PassBindAccounts
  import PassBindSQLite
  import Testing

  @Suite("Processes that die, and processes that share", .serialized, .timeLimit(.minutes(60)))
  struct KillTests {
    @Test("A process killed at any moment loses no account that it was told is stored")
    func killed() async throws {
      try await inFolder { folder in
        let path = folder.appending(path: "accounts.db").path
        var acknowledged: [String: UInt64] = [:]
        var round = 0
        // Until enough was stored, whatever the machine's pace.
        while round < 30 || acknowledged.count <= 50 {
          // The first rounds die while the database is made, the later ones at work.
          let microseconds =
            round < 10 ? Int.random(in: 0...20_000) : Int.random(in: 5_000...(200_000 * (1 + round / 30)))
          let result = try await #require(
            processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]
          ) { [path = path as String, round = round as Int, microseconds = microseconds as Int] in
            DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(microseconds)) {
              kill(getpid(), SIGKILL)
            }
            let store = try SQLiteCredentialStore(path: path)
            try await withThrowingTaskGroup(of: Void.self) { group in
              for task in 0..<3 {
                group.addTask {
                  for i in 0... {
                    let written = try await store.insert(account("r\(round)-t\(task)-\(i)"))
                    FileHandle.standardOutput.write(Data("stored \(written.name) \(written.version)\n".utf8))
                    let next = try await store.update(written)
                    FileHandle.standardOutput.write(Data("stored \(next.name) \(next.version)\n".utf8))
                  }
                }
              }
              try await group.waitForAll()
            }
          }
          for line in String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "stored" else { continue }
            acknowledged[String(words[1])] = UInt64(words[2])
          }
          round += 1
        }

        let store = try SQLiteCredentialStore(path: path)
        for (name, version) in acknowledged {
          let stored = try await store.account(named: AccountName(name))
          // It may have got further than it could say.
          #expect(try stored?.credentials == account(name).credentials)
          #expect(stored?.version ?? 0 >= version)
        }
        let checks = try await store.connections.read { db in
          (
            try String.fetchAll(db, sql: "PRAGMA integrity_check"),
            try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count
          )
        }
        #expect(checks.0 == ["ok"])
        #expect(checks.1 == 0)
      }
    }

    @Test("Processes that open one new database at once all get to write to it")
    func openedTogether() async throws {
      try await inFolder { folder in
        for round in 0..<5 {
          let path = folder.appending(path: "accounts\(round).db").path
          await withTaskGroup(of: Void.self) { group in
            for process in 0..<4 {
              group.addTask {
                await #expect(processExitsWith: .success) { [path = path as String, process = process as Int] in
                  let store = try SQLiteCredentialStore(path: path)
                  for i in 0..<20 { try await store.insert(account("p\(process)-\(i)")) }
                }
              }
            }
          }
          let store = try SQLiteCredentialStore(path: path)
          #expect(try await store.accountCount() == 80)
        }
      }
    }
  }
#endif
