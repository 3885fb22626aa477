import PassBindAccounts
import Testing

@Suite("Notes that a store keeps with an account", .timeLimit(.minutes(60)))
struct NoteTests {
  let a: NoteName
  let b: NoteName
  let c: NoteName

  init() throws {
    a = try #require(NoteName("a"))
    b = try #require(NoteName("b"))
    c = try #require(NoteName("c"))
  }

  @Test("Notes are put, replaced and taken away with the account's version", arguments: StoreKind.allCases)
  func life(kind: StoreKind) async throws {
    try await kind.withStore { store in
      var account = try await store.insert(account("alice"))
      let first = account.version
      #expect(try await store.notes(of: account.name) == AccountNotes(version: first, notes: [:]))
      #expect(try await store.notes(of: AccountName("bob")) == nil)

      account = try await store.update(account, notes: [a: [1], b: [2, 2], c: nil], under: nil)
      #expect(account.version == first + 1)
      #expect(try await store.notes(of: account.name) == AccountNotes(version: first + 1, notes: [a: [1], b: [2, 2]]))

      account = try await store.update(account, notes: [b: [3], a: nil], under: nil)
      #expect(try await store.notes(of: account.name) == AccountNotes(version: first + 2, notes: [b: [3]]))
      #expect(try await store.account(named: account.name) == account)
    }
  }

  @Test("An update that says nothing of notes leaves them, and the same account of another name has none")
  func survival() async throws {
    for kind in StoreKind.allCases {
      try await kind.withStore { store in
        var alice = try await store.insert(account("alice"))
        try await store.insert(account("bob"))
        alice = try await store.update(alice, notes: [a: [1]], under: nil)
        alice.isDisabled = true
        for key in alice.credentials.keys { alice.removeCredential(key) }
        alice = try await store.update(alice)
        #expect(try await store.notes(of: alice.name) == AccountNotes(version: alice.version, notes: [a: [1]]))
        #expect(try await store.notes(of: AccountName("bob"))?.notes == [:])
      }
    }
  }

  @Test("Notes die with their account", arguments: StoreKind.allCases)
  func death(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let alice = try await store.insert(account("alice"))
      try await store.update(alice, notes: [a: [1]], under: nil)
      try await store.delete(alice.name, version: nil)
      #expect(try await store.notes(of: alice.name) == nil)
      let again = try await store.insert(account("alice"))
      #expect(try await store.notes(of: alice.name) == AccountNotes(version: again.version, notes: [:]))
    }
  }

  @Test(
    "An update whose version is not the stored one changes neither account nor notes", arguments: StoreKind.allCases)
  func stale(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let first = try await store.insert(account("alice"))
      var second = try await store.update(first, notes: [a: [1]], under: nil)
      await #expect(throws: AccountError(.conflict, "")) { try await store.update(first, notes: [a: [2]], under: nil) }
      #expect(try await store.notes(of: first.name) == AccountNotes(version: first.version + 1, notes: [a: [1]]))
      second.isDisabled = true
      let stranger = try account("bob")
      await #expect(throws: AccountError(.notFound, "")) {
        try await store.update(stranger, notes: [a: [2]], under: nil)
      }
      #expect(try await store.notes(of: stranger.name) == nil)
    }
  }

  @Test("A note too long, too short, or one too many changes nothing", arguments: StoreKind.allCases)
  func limits(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let largest = [UInt8](repeating: 7, count: AccountNotes.maximumNoteCount)
      var names: [NoteName] = []
      for i in 0...AccountNotes.maximumCount { names.append(try #require(NoteName("note-\(i)"))) }
      let most = Dictionary(uniqueKeysWithValues: names.dropLast().map { ($0, [UInt8]?.some(largest)) })
      var alice = try await store.insert(account("alice"))
      alice = try await store.update(alice, notes: most, under: nil)

      let bad: [[NoteName: [UInt8]?]] = [
        [names[0]: []], [names[0]: largest + [7]], [names[16]: [1]], [names[0]: [1], names[16]: [1]],
        [names[0]: nil, names[1]: []],
      ]
      for notes in bad {
        var changed = alice
        changed.isDisabled = true
        await #expect(throws: AccountError(.invalidSize, "")) {
          try await store.update(changed, notes: notes, under: nil)
        }
        #expect(try await store.account(named: alice.name) == alice)
        let stored = try await store.notes(of: alice.name)
        #expect(stored?.notes == most.compactMapValues { $0 })
      }
      // One goes, one comes.
      try await store.update(alice, notes: [names[0]: nil, names[16]: [1]], under: nil)
      #expect(try await store.notes(of: alice.name)?.notes.count == AccountNotes.maximumCount)
    }
  }

  @Test("Changes of notes that race are made one after the other, and none is lost", arguments: StoreKind.allCases)
  func races(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let alice = try await store.insert(account("alice"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<16 {
          group.addTask {
            let name = try #require(NoteName("note-\(task)"))
            for round in UInt8(1)...4 {
              while true {
                let account = try #require(try await store.account(named: alice.name))
                do {
                  try await store.update(account, notes: [name: [round]], under: nil)
                  break
                } catch let error as AccountError where error.code == .conflict {}
              }
            }
          }
        }
        try await group.waitForAll()
      }
      let notes = try await store.notes(of: alice.name)
      #expect(notes?.version == alice.version + 16 * 4)
      #expect(notes?.notes.values.allSatisfy { $0 == [4] } == true)
      #expect(notes?.notes.count == 16)
    }
  }

  @Test("A note's name is 1 to 64 letters, digits, full stops, underscores and hyphens")
  func names() throws {
    for text in ["a", "Z", "0", ".", "_", "-", "..", "AZaz09._-", String(repeating: "x", count: 64)] {
      #expect(NoteName(text)?.description == text)
    }
    for text in [
      "", " ", "a b", "a/b", "a:b", "a@b", "[", "`", "{", "a\n", "\0", "é", "\u{ff21}",
      String(repeating: "x", count: 65),
    ] { #expect(NoteName(text) == nil) }
    #expect(
      ["b", "B", "a-", "a.", "a"].compactMap { NoteName($0) }.sorted().map(\.description) == [
        "B", "a", "a-", "a.", "b",
      ])
  }
}

@Suite("A server's records, and what rests on them", .timeLimit(.minutes(60)))
struct ServerRecordTests {
  let a: NoteName
  let b: NoteName

  init() throws {
    a = try #require(NoteName("a"))
    b = try #require(NoteName("b"))
  }

  @Test("A record is written in place of the version it was read at", arguments: StoreKind.allCases)
  func life(kind: StoreKind) async throws {
    try await kind.withStore { store in
      #expect(try await store.serverRecord(named: "keys") == nil)
      await #expect(throws: AccountError(.conflict, "")) {
        try await store.setServerRecord(named: "keys", to: [1], replacing: 1)
      }
      let first = try await store.setServerRecord(named: "keys", to: [1], replacing: 0)
      #expect(try first == ServerRecord([1], version: 1))
      for stale in [0, 2, UInt64.max] {
        await #expect(throws: AccountError(.conflict, "")) {
          try await store.setServerRecord(named: "keys", to: [9], replacing: stale)
        }
      }
      let second = try await store.setServerRecord(named: "keys", to: [2, 2], replacing: 1)
      #expect(try second == ServerRecord([2, 2], version: 2))
      #expect(try await store.serverRecord(named: "keys") == second)
      #expect(try await store.serverRecord(named: "other") == nil)
    }
  }

  @Test("A record has 1 to 65,536 bytes", arguments: StoreKind.allCases)
  func sizes(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let largest = [UInt8](repeating: 1, count: ServerRecord.maximumCount)
      for bytes in [[], largest + [1]] {
        await #expect(throws: AccountError(.invalidSize, "")) {
          try await store.setServerRecord(named: "keys", to: bytes, replacing: 0)
        }
      }
      try await store.setServerRecord(named: "keys", to: largest, replacing: 0)
      #expect(try await store.serverRecord(named: "keys")?.bytes == largest)
      #expect(throws: AccountError(.corrupt, "")) { try ServerRecord([1], version: 0) }
    }
  }

  @Test("An account is inserted only while the condition holds", arguments: StoreKind.allCases)
  func insertion(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.insert(account("alice"), under: ServerRecordCondition("keys", isAt: 0))
      await #expect(throws: AccountError(.conflict, "")) {
        try await store.insert(account("bob"), under: ServerRecordCondition("keys", isAt: 1))
      }
      try await store.setServerRecord(named: "keys", to: [1], replacing: 0)
      await #expect(throws: AccountError(.conflict, "")) {
        try await store.insert(account("bob"), under: ServerRecordCondition("keys", isAt: 0))
      }
      #expect(try await store.accountCount() == 1)
      try await store.insert(account("bob"), under: ServerRecordCondition("keys", isAt: 1))
      await #expect(throws: AccountError(.alreadyExists, "")) {
        try await store.insert(account("bob"), under: ServerRecordCondition("keys", isAt: 1))
      }
    }
  }

  @Test("An update whose condition fails changes neither account nor notes", arguments: StoreKind.allCases)
  func update(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.setServerRecord(named: "keys", to: [1], replacing: 0)
      var alice = try await store.insert(account("alice"))
      alice = try await store.update(alice, notes: [a: [1]], under: ServerRecordCondition("keys", isAt: 1))
      try await store.setServerRecord(named: "keys", to: [2], replacing: 1)

      var changed = alice
      changed.isDisabled = true
      await #expect(throws: AccountError(.conflict, "")) {
        try await store.update(changed, notes: [a: [2], b: [2]], under: ServerRecordCondition("keys", isAt: 1))
      }
      #expect(try await store.account(named: alice.name) == alice)
      #expect(try await store.notes(of: alice.name) == AccountNotes(version: alice.version, notes: [a: [1]]))
      alice = try await store.update(changed, notes: [a: [2]], under: ServerRecordCondition("keys", isAt: 2))
      #expect(try await store.notes(of: alice.name) == AccountNotes(version: alice.version, notes: [a: [2]]))
    }
  }

  @Test("Once a record is changed, no update that rests on the old one gets through", arguments: StoreKind.allCases)
  func races(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.setServerRecord(named: "keys", to: [1], replacing: 0)
      for i in 0..<8 { try await store.insert(account("user\(i)")) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for i in 0..<8 {
          group.addTask {
            while true {
              // A store in memory never waits; others want their turn.
              await Task.yield()
              let record = try #require(try await store.serverRecord(named: "keys"))
              if record.version > 20 { return }
              let account = try #require(try await store.account(named: AccountName("user\(i)")))
              do {
                let condition = ServerRecordCondition("keys", isAt: record.version)
                try await store.update(account, notes: [a: record.bytes], under: condition)
              } catch let error as AccountError where error.code == .conflict {}
            }
          }
        }
        group.addTask {
          for version in UInt8(1)...20 {
            try await store.setServerRecord(named: "keys", to: [version + 1], replacing: UInt64(version))
            let before = try await notes(store)
            try await Task.sleep(for: .milliseconds(5))
            for (old, new) in zip(before, try await notes(store)) where old != new { #expect(new == [version + 1]) }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  private func notes(_ store: any CredentialStore) async throws -> [[UInt8]?] {
    var found: [[UInt8]?] = []
    for i in 0..<8 { found.append(try await store.notes(of: AccountName("user\(i)"))?.notes[a]) }
    return found
  }
}

private func account(_ name: String) throws -> Account {
  let suite = try #require(Credential.Suite("SCRAM-SHA-512"))
  let key = try #require(Credential.Key(suite))
  let credential = try #require(Credential(key, bytes: [1]))
  return try Account(AccountName(name), credentials: [credential], created: Timestamp(microseconds: 1))
}
