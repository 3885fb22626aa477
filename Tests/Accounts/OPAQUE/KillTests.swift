#if SQLite
  import Dispatch
  import Foundation
  import PassBindAccounts
  import PassBindCrypto
  import PassBindOPAQUE
  import PassBindSASL
  import PassBindSCRAM
  import PassBindSQLite
  import Testing

  @Suite("A server that is killed while passwords change", .serialized, .timeLimit(.minutes(60)))
  struct KillTests {
    /// What the processes have told of one account: `try` before a password is set, `done` when that was acknowledged.
    struct Journal {
      var acknowledged: String?
      var underWay: String?

      /// No password: there is no account.
      static let none = "-"
      /// A token of which nobody has heard yet.
      static let token = "?"

      mutating func take(_ word: Substring, _ password: String) {
        if word == "done" { (acknowledged, underWay) = (password, nil) } else { underWay = password }
      }
    }

    @Test("What was acknowledged is there, and each account has exactly one of its passwords")
    func killed() async throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "passbind-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "accounts.db").path

      var journals = try await Self.prepare(path)
      var (round, changes, rotations) = (0, 0, 0)
      // Until enough was done, whatever the machine's pace.
      while round < 24 || changes <= 100 || rotations == 0 {
        let microseconds = Int.random(in: 5_000...(250_000 * (1 + round / 24)))
        let passwords = journals.compactMapValues(\.acknowledged)
        let result = try await #require(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
          [
            path = path as String, passwords = passwords as [String: String], round = round as Int,
            microseconds = microseconds as Int
          ] in
          DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(microseconds)) { kill(getpid(), SIGKILL) }
          try await Worker(path, passwords, round).work()
        }
        for line in String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n") {
          let words = line.split(separator: " ")
          if words == ["rotated"] { rotations += 1 }
          guard words.count == 3 else { continue }
          journals[String(words[1]), default: Journal()].take(words[0], String(words[2]))
          if words[0] == "done" { changes += 1 }
        }
        try await Self.settle(path, round, &journals)
        round += 1
      }
    }

    /// - Parameter round: two hours each, so that the failures of one, logins that were killed among them, are not the
    ///   next one's.
    private static func service(_ path: String, _ round: Int) async throws -> OPAQUEService {
      let time = TestTime()
      time.pass(.seconds(2 * 3600 * round))
      let store = try SQLiteCredentialStore(path: path)
      let isNew = try await store.serverRecord(named: OPAQUEKeyring.recordName) == nil
      let keyring =
        isNew
        ? try await OPAQUEKeyring.create(in: store, under: OPAQUEService.sealingKey())
        : try await OPAQUEKeyring.open(store, with: OPAQUEService.sealingKey())
      return try await OPAQUEService(store, time: time, keyring: keyring) { policy in
        (policy.limits.userFailures, policy.limits.addressFailures) = (200, 200)
      }
    }

    /// Accounts that change their passwords, one of them with a note; one that is moved from SCRAM to OPAQUE again and
    /// again; and one that comes and goes.
    private static func prepare(_ path: String) async throws -> [String: Journal] {
      let service = try await service(path, 0)
      for user in ["changing", "noting"] {
        try await service.administration.create(user, password: SecretBytes(copying: "first".utf8))
      }
      let login = try await service.logIn("noting", "first")
      let sealed = try login.vault(of: "noting").seal(Array("kept".utf8).span, name: "note")
      try await login.session?.setNote(#require(NoteName("note")), to: sealed)
      try await service.scram(.sha512).create("moving", password: SecretBytes(copying: "first".utf8))
      let first = Journal(acknowledged: "first")
      return ["changing": first, "noting": first, "moving": first, "coming": Journal(acknowledged: Journal.none)]
    }

    /// Finds out which of the passwords that an account can have it has, which must be one.
    private static func settle(_ path: String, _ round: Int, _ journals: inout [String: Journal]) async throws {
      let service = try await service(path, round)
      for (user, journal) in journals {
        let candidates = [journal.acknowledged, journal.underWay].compactMap { $0 }
        var found: [String] = []
        let account = try await service.store.account(named: AccountName(user))
        if account == nil { found.append(Journal.none) }
        for password in Set(candidates) where password != Journal.none {
          if password == Journal.token {
            let suites = account?.credentials.keys.map(\.suite) ?? []
            if Set(suites) == [.enrolment, .enrolmentEA] { found.append(password) }
            continue
          }
          let login = try await service.logIn(user, password)
          let isBySCRAM = try await service.logInBySCRAM(password, user: user) != nil
          #expect(!(login.identity != nil && isBySCRAM), "\(user) logs in by both")
          guard login.identity != nil || isBySCRAM else { continue }
          found.append(password)
          if user == "noting" {
            let name = try #require(NoteName("note"))
            let sealed = try #require(try await login.session?.note(name))
            let note = try login.vault(of: user).open(sealed.span, name: "note")
            #expect(text(note) == "kept")
          }
        }
        let reasons = service.takeEvents().compactMap(\.reason?.description)
        #expect(found.count == 1, "\(user) has \(found.count) of \(candidates): \(reasons)")
        journals[user] = Journal(acknowledged: found.first)
      }
      let live = [service.keyring.keys.current.keyID, service.keyring.keys.previous?.keyID]
      let usage = try await OPAQUEKeyring.usage(in: service.store)
      #expect(usage.keys.allSatisfy(live.contains), "an account is on keys that are gone")
    }

    /// What happens in the process that is killed.
    struct Worker {
      let service: OPAQUEService
      let passwords: [String: String]
      let round: Int

      init(_ path: String, _ passwords: [String: String], _ round: Int) async throws {
        service = try await KillTests.service(path, round)
        self.passwords = passwords
        self.round = round
      }

      func work() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await change("changing", reseals: false) }
          group.addTask { try await change("noting", reseals: true) }
          group.addTask { try await move() }
          group.addTask { try await comeAndGo() }
          group.addTask { try await rotate() }
          try await group.waitForAll()
        }
      }

      private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

      private func change(_ user: String, reseals: Bool) async throws {
        var password = passwords[user] ?? ""
        for count in 0..<1_000_000 {
          let next = "r\(round)-\(count)"
          let login = try await service.logIn(user, password)
          let session = try #require(login.session)
          let client = try OPAQUERegistrationExchange(
            password: SecretBytes(copying: next.utf8), policy: OPAQUEService.clientPolicy,
            resealing: reseals ? login.vault(of: user) : nil, mayLoseNotes: true, account: user)
          say("try \(user) \(next)")
          // Declined if the keys were rotated meanwhile.
          guard try await service.register(session, client) == nil else { continue }
          say("done \(user) \(next)")
          password = next
        }
      }

      private func move() async throws {
        var password = passwords["moving"] ?? ""
        for count in 0..<1_000_000 {
          let next = "r\(round)-\(count)"
          say("try moving \(next)")
          try await service.scram(.sha512).changePassword(of: "moving", to: SecretBytes(copying: next.utf8))
          say("done moving \(next)")
          password = next
          let session = try #require(await service.logInBySCRAM(password, user: "moving"))
          let client = try OPAQUERegistrationExchange(
            password: SecretBytes(copying: next.utf8), policy: OPAQUEService.clientPolicy, account: "moving")
          if try await service.register(session, client) == nil { say("done moving \(next)") }
        }
      }

      private func comeAndGo() async throws {
        var isThere = passwords["coming"] != Journal.none
        for count in 0..<1_000_000 {
          if isThere {
            say("try coming \(Journal.none)")
            try await service.administration.delete("coming")
            say("done coming \(Journal.none)")
            isThere = false
            continue
          }
          let next = "r\(round)-\(count)"
          // Between the two there is an account with a token, which is one of its passwords.
          say("try coming \(Journal.token)")
          guard let token = try await invite() else { continue }
          say("done coming \(token)")
          isThere = true
          let session = try #require(try await service.logIn("coming", token).session)
          let client = try OPAQUERegistrationExchange(
            password: SecretBytes(copying: next.utf8), policy: OPAQUEService.clientPolicy, account: "coming")
          say("try coming \(next)")
          if try await service.register(session, client) == nil { say("done coming \(next)") }
        }
      }

      /// A token; nil if the keys were changed meanwhile.
      private func invite() async throws -> String? {
        do {
          return text(try await service.administration.invite("coming", for: .seconds(30 * 86_400)))
        } catch {
          guard error.code == .conflict else { throw error }
          return nil
        }
      }

      /// A change of the keys each few milliseconds, as far as the accounts let it.
      private func rotate() async throws {
        while !Task.isCancelled {
          try await Task.sleep(for: .milliseconds(3))
          if let _ = try? await service.keyring.rotate() { say("rotated") } else { try? await service.keyring.retire() }
        }
      }
    }
  }
#endif
