import PassBindAccounts
import PassBindCrypto
import PassBindOPAQUE
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Notes that their owner seals", .timeLimit(.minutes(60)))
struct VaultTests {
  private static func service(
    _ store: any CredentialStore, _ mechanism: OPAQUEKind, _ configure: (inout ServerPolicy) -> Void = { _ in }
  ) async throws -> OPAQUEService {
    let service = try await OPAQUEService(store, mechanism, configure)
    try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
    return service
  }

  @Test(
    "A change of the password seals them anew; whoever has the old password opens none", arguments: Setting.allCases)
  func resealed(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await Self.service(store, setting.mechanism)
      let login = try await service.logIn("alice", "pencil")
      let session = try #require(login.session)
      let vault = try login.vault()
      let texts = ["a": "first", "b": "", "z.1_-": String(repeating: "x", count: 4096)]
      for (name, text) in texts {
        let bytes = Array(text.utf8)
        try await session.setNote(#require(NoteName(name)), to: vault.seal(bytes.span, name: name))
      }
      #expect(try await session.noteNames().map(\.description) == texts.keys.sorted())
      let client = try service.registration(of: "new", resealing: login.vault())
      #expect(try await service.register(session, client) == nil)

      let after = try await service.logIn("alice", "new")
      let opened = try after.vault()
      for (name, text) in texts {
        let stored = try await after.session?.note(#require(NoteName(name)))
        let sealed = try #require(stored ?? nil)
        let note = try opened.open(sealed.span, name: name)
        let isSame = note.isEqual(to: SecretBytes(copying: text.utf8))
        #expect(isSame)
        #expect(throws: OPAQUEError.self) { _ = try vault.open(sealed.span, name: name) }
      }
    }
  }

  @Test(
    "A note that is written while the password changes is not lost: one of the two fails", arguments: Setting.allCases
  )
  func race(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await Self.service(store, setting.mechanism)
      let login = try await service.logIn("alice", "pencil")
      let session = try #require(login.session)
      let other = try #require(await service.logIn("alice", "pencil").session)
      let name = try #require(NoteName("note"))
      let client = try service.registration(of: "new", resealing: login.vault())
      guard case .challenge(let next, let bytes) = await session.register(client.mechanism).step(client.initialResponse)
      else {
        Issue.record("declined")
        return
      }
      try await other.setNote(name, to: [1, 2, 3])
      guard case .declined(let error) = await next.step(try await client.respond(to: bytes)) else {
        Issue.record("a note was left under the old key")
        return
      }
      #expect(error.code == .conflict)
      #expect(try await service.register(session, "new") == nil)
      await #expect(throws: AccountError(.notPermitted, "")) { try await other.setNote(name, to: [4]) }
    }
  }

  @Test("Notes want OPAQUE, and a login as oneself", arguments: StoreKind.allCases)
  func forbidden(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await OPAQUEService(store)
      try await service.scram(.sha512).create("alice", password: SecretBytes(copying: "pencil".utf8))
      let session = try #require(await service.logInBySCRAM("pencil"))
      let name = try #require(NoteName("note"))
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.noteNames() }
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.setNote(name, to: [1]) }
    }
  }

  enum Change: String, CaseIterable, CustomTestStringConvertible {
    case password, disabled, another
    var testDescription: String { rawValue }
  }

  @Test("A session that could not log in again reads nothing", arguments: Setting.allCases, Change.allCases)
  func past(setting: Setting, change: Change) async throws {
    try await setting.kind.withStore { store in
      let service = try await Self.service(store, setting.mechanism)
      let session = try #require(await service.logIn("alice", "pencil").session)
      let name = try #require(NoteName("note"))
      try await session.setNote(name, to: [1])
      #expect(try await session.note(name) == [1])
      let password = SecretBytes(copying: "pencil".utf8)
      switch change {
      case .password: try await service.administration.changePassword(of: "alice", to: password)
      case .disabled: try await service.administration.change("alice") { $0.isDisabled = true }
      case .another:
        try await service.administration.delete("alice")
        try await service.administration.create("alice", password: password)
      }
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.note(name) }
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.noteNames() }
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.deleteAccount() }
    }
  }

  @Test("Notes change so often a minute, over all sessions of their account, and no more; none is lost")
  func tooOften() async throws {
    let service = try await Self.service(InMemoryCredentialStore(), .r255) { $0.noteChangesPerMinute = 3 }
    try await service.administration.create("bob", password: SecretBytes(copying: "pencil".utf8))
    let first = try #require(await service.logIn("alice", "pencil").session)
    let second = try #require(await service.logIn("alice", "pencil").session)
    let other = try #require(await service.logIn("bob", "pencil").session)
    let (a, b) = (try #require(NoteName("a")), try #require(NoteName("b")))
    try await first.setNote(a, to: [1])
    try await second.setNote(a, to: [2])
    try await first.setNote(b, to: [3])
    for time in [Duration.zero, .microseconds(59_999_999)] {
      service.time.pass(time)
      for session in [first, second] {
        await #expect(throws: AccountError(.tooOften, "")) { try await session.setNote(a, to: [4]) }
        await #expect(throws: AccountError(.tooOften, "")) { try await session.setNote(a, to: nil) }
      }
      #expect(try await first.note(a) == [2])
      #expect(try await first.noteNames() == [a, b])
      try await other.setNote(a, to: [5])
    }
    // Whoever registers seals them anew all the same, and the minute is over some time.
    service.time.pass(.microseconds(1))
    for _ in 0..<3 { try await second.setNote(a, to: nil) }
    await #expect(throws: AccountError(.tooOften, "")) { try await second.setNote(a, to: nil) }
    let login = try await service.logIn("alice", "pencil")
    let client = try service.registration(of: "new", resealing: login.vault(), mayLoseNotes: true)
    #expect(try await service.register(#require(login.session), client) == nil)
    #expect(try await service.logIn("alice", "new").session?.noteNames() == [b])
  }

  @Test("Who acts as somebody else has no notes", arguments: OPAQUEKind.allCases)
  func otherIdentity(mechanism: OPAQUEKind) async throws {
    let service = try await Self.service(InMemoryCredentialStore(), mechanism)
    let root = try AccountName("root")
    try await service.administration.change("alice") { account throws(AccountError) in try account.allow(root) }
    let session = try #require(await service.logIn("alice", "pencil", actingAs: "root").session)
    let name = try #require(NoteName("note"))
    await #expect(throws: AccountError(.notPermitted, "")) { try await session.setNote(name, to: [1]) }
    await #expect(throws: AccountError(.notPermitted, "")) { try await session.noteNames() }
  }

  @Test("Sizes and counts are bounded", arguments: Setting.allCases)
  func bounds(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await Self.service(store, setting.mechanism)
      let session = try #require(await service.logIn("alice", "pencil").session)
      for count in 0..<16 { try await session.setNote(#require(NoteName("n\(count)")), to: [1]) }
      let (last, extra) = (try #require(NoteName("n15")), try #require(NoteName("n16")))
      await #expect(throws: AccountError(.invalidSize, "")) { try await session.setNote(extra, to: [1]) }
      await #expect(throws: AccountError(.invalidSize, "")) { try await session.setNote(last, to: []) }
      let long = [UInt8](repeating: 1, count: 4201)
      await #expect(throws: AccountError(.invalidSize, "")) { try await session.setNote(last, to: long) }
      try await session.setNote(last, to: nil)
      try await session.setNote(extra, to: [1])
      #expect(try await session.noteNames().count == 16)
    }
  }
}
