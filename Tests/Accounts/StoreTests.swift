import PassBindAccounts
import PassBindCrypto
import Testing

@Suite("Credential stores", .timeLimit(.minutes(60)))
struct StoreTests {
  @Test("What is inserted is found again, every field of it", arguments: StoreKind.allCases)
  func roundTrip(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let account = try Account(
        name("jürgen, the =first"),
        credentials: [
          credential("SCRAM-SHA-512", [1, 2, 3]), credential("SCRAM-SHA-512", apiKey: 17, [4]),
          credential("OPAQUE-R255", [0]),
        ],
        authorizationIdentities: [name("staff"), name("root")], isDisabled: true, created: Timestamp(microseconds: 5),
        changed: Timestamp(microseconds: 1_763_760_000_123_456))
      #expect(try await store.account(named: account.name) == nil)
      let written = try await store.insert(account)
      #expect(written == account.at(version: written.version))
      #expect((1...1 << 48).contains(written.version))
      #expect(try await store.account(named: account.name) == written)
      #expect(try await store.accountCount() == 1)
    }
  }

  @Test("A name is taken once", arguments: StoreKind.allCases)
  func unique(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let first = try await store.insert(account("alice", [1]))
      await #expect(throws: AccountError(.alreadyExists, "")) { try await store.insert(account("alice", [2])) }
      #expect(try await store.account(named: name("alice")) == first)
      #expect(try await store.account(named: name("Alice")) == nil)
    }
  }

  @Test("An update replaces all of an account and needs its version", arguments: StoreKind.allCases)
  func update(kind: StoreKind) async throws {
    try await kind.withStore { store in
      var account = try await store.insert(account("alice", [1]))
      let stale = account
      try account.set(credential("SCRAM-SHA-256", [9]))
      account.removeCredential(try key("SCRAM-SHA-512"))
      account.isDisabled = true
      account.changed = Timestamp(microseconds: 77)
      let written = try await store.update(account)
      #expect(written == account.at(version: stale.version + 1))
      #expect(try await store.account(named: account.name) == written)

      await #expect(throws: AccountError(.conflict, "")) { try await store.update(stale) }
      await #expect(throws: AccountError(.conflict, "")) {
        try await store.update(account.at(version: stale.version + 2))
      }
      await #expect(throws: AccountError(.conflict, "")) { try await store.update(account.at(version: .max)) }
      #expect(try await store.account(named: account.name) == written)
      let bob = try Account(name("bob"), created: Timestamp(microseconds: 1))
      await #expect(throws: AccountError(.notFound, "")) { try await store.update(bob) }
    }
  }

  @Test(
    "An account that was deleted and made anew is not written or deleted by who holds the one before",
    arguments: StoreKind.allCases)
  func another(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let old = try await store.insert(account("alice", [1]))
      try await store.delete(old.name, version: old.version)
      let new = try await store.insert(account("alice", [2]))
      await #expect(throws: AccountError(.conflict, "")) { try await store.update(old) }
      await #expect(throws: AccountError(.conflict, "")) { try await store.delete(old.name, version: old.version) }
      #expect(try await store.account(named: old.name) == new)
    }
  }

  @Test("A deletion minds the version if it is told to", arguments: StoreKind.allCases)
  func delete(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let alice = try await store.insert(account("alice", [1]))
      try await store.insert(account("bob", [1]))
      try await store.update(alice)
      await #expect(throws: AccountError(.conflict, "")) { try await store.delete(alice.name, version: alice.version) }
      try await store.delete(alice.name, version: alice.version + 1)
      await #expect(throws: AccountError(.notFound, "")) { try await store.delete(alice.name, version: nil) }
      try await store.delete(name("bob"), version: nil)
      #expect(try await store.accountCount() == 0)

      // Made again, an account starts afresh: nothing of the old one is left.
      let again = try await store.insert(account("alice"))
      #expect(try again == account("alice").at(version: again.version))
      #expect(try await store.account(named: alice.name)?.credentials.isEmpty == true)
    }
  }

  @Test("Pages are ordered by the names' bytes and leave nothing out", arguments: StoreKind.allCases)
  func pages(kind: StoreKind) async throws {
    try await kind.withStore { store in
      // U+E000 would be refused; U+FB03 becomes ffi. UTF-16 would sort U+10400 before what is above U+D800.
      let names = try ["B", "a", "a b", "aa", "ab", "b", "z", "\u{e9}", "\u{3b1}", "\u{fb03}", "\u{10400}", "0"].map {
        try name($0)
      }
      for name in names.shuffled() { try await store.insert(Account(name, created: Timestamp(microseconds: 1))) }
      let sorted = names.sorted()
      for limit in [1, 2, 3, 12, 100, Int.max] {
        var seen: [AccountName] = []
        while true {
          let page = try await store.accounts(after: seen.last, limit: limit).map(\.name)
          #expect(page.count == min(limit, names.count - seen.count))
          if page.isEmpty { break }
          seen += page
        }
        #expect(seen == sorted)
      }
      #expect(try await store.accounts(after: name("aaa"), limit: 1).map(\.name) == [name("ab")])
      for limit in [0, -1, Int.min] { #expect(try await store.accounts(after: nil, limit: limit).isEmpty) }
    }
  }

  @Test("Of updates that race, each version is won once, and none is lost", arguments: StoreKind.allCases)
  func races(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let first = try await store.insert(account("alice"))
      let (tasks, each) = (16, 8)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<tasks {
          group.addTask {
            for round in 0..<each {
              while true {
                var account = try #require(try await store.account(named: name("alice")))
                try account.set(credential("S", apiKey: Int32(task * each + round + 1), [UInt8(task)]))
                do {
                  try await store.update(account)
                  break
                } catch let error as AccountError where error.code == .conflict {}
              }
            }
          }
        }
        try await group.waitForAll()
      }
      let account = try #require(try await store.account(named: name("alice")))
      #expect(account.version == first.version + UInt64(tasks * each))
      #expect(account.credentials.count == tasks * each)
    }
  }

  @Test("Of insertions that race, one wins", arguments: StoreKind.allCases)
  func insertRace(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let winners = try await withThrowingTaskGroup(of: Int.self) { group in
        for byte in UInt8(0)..<32 {
          group.addTask {
            do {
              try await store.insert(account("alice", [byte]))
              return 1
            } catch let error as AccountError where error.code == .alreadyExists { return 0 }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(winners == 1)
    }
  }

  @Test("A server's secret is made once, whoever asks first", arguments: StoreKind.allCases)
  func secrets(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let seen = try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for _ in 0..<16 {
          group.addTask { try await bytes(store.serverSecret(named: "salts", count: 32)) }
        }
        return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
      }
      #expect(seen.count == 1)
      #expect(seen.first?.count == 32)
      #expect(try await bytes(store.serverSecret(named: "other", orKeep: SecretBytes(copying: [7]))) == [7])
      #expect(try await bytes(store.serverSecret(named: "other", orKeep: SecretBytes(copying: [8, 8]))) == [7])
      await #expect(throws: AccountError(.corrupt, "")) { _ = try await store.serverSecret(named: "other", count: 2) }
    }
  }
}

@Suite("Entries that a store keeps for a while", .timeLimit(.minutes(60)))
struct EntryTests {
  let noon = Timestamp(microseconds: 1_700_000_000_000_000)

  @Test("An entry can be made, altered and taken away, and expires", arguments: StoreKind.allCases)
  func life(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let keys = try ["a", "b"].map { text throws(AccountError) in try EntryKey(digestOf: text) }
      func change(_ after: Duration, to new: [Entry?]) async throws -> [Entry?] {
        try await store.changeEntries(under: keys, now: noon + after, limit: 10) { entries throws(AccountError) in
          let old = entries
          entries = new
          return old
        }
      }
      let (a, b) = (Entry([1], expires: noon + .seconds(10)), Entry([], expires: noon + .seconds(20)))
      #expect(try await change(.zero, to: [a, b]) == [nil, nil])
      #expect(try await change(.seconds(9), to: [a, b]) == [a, b])
      #expect(try await change(.seconds(10), to: [nil, b]) == [nil, b])
      #expect(try await change(.seconds(11), to: [b, nil]) == [nil, b])
      #expect(try await change(.seconds(12), to: [nil, nil]) == [b, nil])
      #expect(try await change(.seconds(13), to: [nil, nil]) == [nil, nil])
    }
  }

  @Test("A change that throws changes nothing", arguments: StoreKind.allCases)
  func rollback(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let key = try EntryKey(digestOf: "a")
      let entry = Entry([1], expires: noon + .seconds(10))
      try await store.changeEntries(under: [key], now: noon, limit: 10) { entries throws(AccountError) in
        entries = [entry]
      }
      await #expect(throws: AccountError(.corrupt, "")) {
        try await store.changeEntries(under: [key], now: noon, limit: 10) { entries throws(AccountError) in
          entries = [nil]
          throw AccountError(.corrupt, "a test")
        }
      }
      let kept = try await store.changeEntries(under: [key], now: noon, limit: 10) { entries throws(AccountError) in
        entries
      }
      #expect(kept == [entry])
    }
  }

  @Test("Changes that race are made one after the other", arguments: StoreKind.allCases)
  func races(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let key = try EntryKey(digestOf: "counter")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<200 {
          group.addTask {
            try await store.changeEntries(under: [key], now: noon, limit: 10) { entries throws(AccountError) in
              let count = entries[0]?.bytes.first ?? 0
              entries[0] = Entry([count + 1], expires: noon + .seconds(1))
            }
          }
        }
        try await group.waitForAll()
      }
      let last = try await store.changeEntries(under: [key], now: noon, limit: 10) { entries throws(AccountError) in
        entries[0]
      }
      #expect(last?.bytes == [200])
    }
  }

  @Test("There are never more than the limit; those that expire first go", arguments: StoreKind.allCases)
  func bounded(kind: StoreKind) async throws {
    try await kind.withStore { store in
      for i in 0..<20 {
        let entry = Entry([UInt8(i)], expires: noon + .seconds(i == 3 ? 100 : 10 + i))
        try await store.changeEntries(under: [EntryKey(digestOf: "\(i)")], now: noon, limit: 5) {
          entries throws(AccountError) in
          entries = [entry]
        }
      }
      var left: [Int] = []
      for i in 0..<20 {
        let kept = try await store.changeEntries(under: [EntryKey(digestOf: "\(i)")], now: noon, limit: 5) {
          entries throws(AccountError) in entries[0] != nil
        }
        if kept { left.append(i) }
      }
      #expect(left == [3, 16, 17, 18, 19])
    }
  }

  @Test("A change takes no longer where there are as many as there may be", arguments: StoreKind.allCases)
  func full(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let limit = ThrottleLimits().maximumEntries
      var made = 0
      func add(_ count: Int) async throws {
        let keys = try (made..<made + count).map { try EntryKey(digestOf: "\($0)") }
        let new = (made..<made + count).map { Entry([1], expires: noon + .seconds(1) + .microseconds($0)) }
        made += count
        try await store.changeEntries(under: keys, now: noon, limit: limit) { entries throws(AccountError) in
          entries = new
        }
      }
      /// The least of many: a full store may take its time now and then, to make room.
      func timeOfChange() async throws -> Duration {
        var least = Duration.seconds(60)
        for _ in 0..<50 { least = min(least, try await ContinuousClock().measure { try await add(2) }) }
        return least
      }
      let empty = try await timeOfChange()
      for _ in 0..<10 { try await add(limit / 10) }
      let full = try await timeOfChange()
      #expect(full < empty * 10, "\(empty) and \(full)")
    }
  }
}

private func name(_ name: String) throws -> AccountName { try AccountName(name) }

private func key(_ suite: String, apiKey: Int32? = nil) throws -> Credential.Key {
  let suite = try #require(Credential.Suite(suite))
  return try #require(Credential.Key(suite, apiKeyID: apiKey))
}

private func credential(_ suite: String, apiKey: Int32? = nil, _ bytes: [UInt8]) throws -> Credential {
  let key = try key(suite, apiKey: apiKey)
  return try #require(Credential(key, bytes: bytes))
}

private func account(_ text: String, _ bytes: [UInt8] = []) throws -> Account {
  try Account(
    name(text), credentials: bytes.isEmpty ? [] : [credential("SCRAM-SHA-512", bytes)],
    created: Timestamp(microseconds: 1))
}

private func bytes(_ secret: borrowing SecretBytes) -> [UInt8] {
  let span = secret.span
  return span.indices.map { span[$0] }
}
