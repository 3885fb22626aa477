import PassBindAccounts
import PassBindCrypto
import PassBindOPAQUE
import PassBindSASL
import Testing

@Suite("opaque-ke's password files", .timeLimit(.minutes(60)))
struct PasswordFileTests {
  /// A record as opaque-ke would have made it under the service's keys, on a line.
  private func line(_ name: String, _ service: OPAQUEService, password: String = "pencil") async throws -> String {
    let registration = try await service.keyring.keys.current.register(
      password: SecretBytes(copying: password.utf8), credentialIdentifier: Array((name.isEmpty ? "x" : name).utf8),
      stretching: service.administration.stretching)
    return "\(name):\(Base64.string(registration.record.bytes))"
  }

  private func take(
    _ lines: [String], _ service: OPAQUEService, replacing: Bool = false
  ) async throws -> [VerifierFileResult] {
    var results: [VerifierFileResult] = []
    var limits = KeyStretchingLimits.default
    limits.minimumMemory = 0
    limits.minimumWork = 0
    try await service.administration.importOPAQUERecords(
      lines, stretching: service.administration.stretching, limits: limits, replacing: replacing
    ) { results.append($0) }
    return results
  }

  @Test("What is taken from a file logs in, with the key stretching that was told", arguments: StoreKind.allCases)
  func taken(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await OPAQUEService(store)
      let lines = ["# a comment", "", try await line("alice", service), try await line("b,=c d", service)]
      let results = try await take(lines, service)
      #expect(results.map(\.line) == [3, 4])
      #expect(results.map(\.name) == ["alice", "b,=c d"])
      #expect(results.allSatisfy { $0.refusal == nil && $0.mechanism == OPAQUEMechanism().name })
      for name in ["alice", "b,=c d"] {
        let right = try await service.logIn(name, "pencil")
        let wrong = try await service.logIn(name, "pen")
        #expect(right.identity?.account.description == name)
        #expect(wrong.identity == nil)
      }
    }
  }

  @Test(
    "A bad line is refused, names the field, and keeps none of the others from being taken",
    arguments: [
      ("alice", "name"), (":AAAA", "name"), ("a\u{7}:AAAA", "name"), ("\u{2168}:AAAA", "name: SASLprep changes it"),
      ("alice:", "record"), ("alice:AAA", "base64"), ("alice:%%%%", "base64"), ("alice:AAAA", "bytes"),
      ("alice:" + String(repeating: "A", count: 256), "client_public_key"),
      ("alice:" + String(repeating: "_", count: 256), "base64"),
      ("alice:" + String(repeating: "/", count: 256), "client_public_key"),
      ("alice:" + String(repeating: "A", count: 252), "192"), ("alice:" + String(repeating: "A", count: 260), "192"),
      ("alice:" + String(repeating: "A", count: 9000), "line"),
    ])
  func badLines(bad: String, field: String) async throws {
    let service = try await OPAQUEService()
    let lines = [try await line("first", service), bad, try await line("last", service)]
    let results = try await take(lines, service)
    #expect(results.map(\.line) == [1, 2, 3])
    #expect(results[0].refusal == nil && results[2].refusal == nil)
    let refusal = try #require(results[1].refusal)
    #expect(refusal.contains(field))
    #expect(try await service.store.accountCount() == 2)
  }

  @Test("An account keeps what it has, and is given another record only if that is told, in place of all")
  func replacing() async throws {
    let service = try await OPAQUEService()
    try await service.scram(.sha256).create("alice", password: SecretBytes(copying: "pencil".utf8))
    let (old, new) = (try await line("alice", service), try await line("alice", service, password: "pen"))
    for (line, password, other) in [(old, "pencil", "pen"), (new, "pen", "pencil")] {
      let before = try await service.store.account(named: AccountName("alice"))
      let refused = try await take([line], service)
      #expect(refused.first?.refusal?.contains("already") == true)
      #expect(try await service.store.account(named: AccountName("alice")) == before)
      #expect(try await take([line], service, replacing: true).map(\.refusal) == [nil])
      #expect(try await service.store.account(named: AccountName("alice"))?.credentials.count == 1)
      let (right, wrong) = (try await service.logIn("alice", password), try await service.logIn("alice", other))
      #expect(right.identity != nil)
      #expect(wrong.identity == nil)
    }
  }

  @Test(
    "A file of SCRAM's brings no old password back, and no other than a token's owner is to choose",
    arguments: [true, false])
  func scramBeside(isInvited: Bool) async throws {
    let service = try await OPAQUEService()
    var old = AccountAdministration(InMemoryCredentialStore())
    old.hashes = [.sha256]
    old.iterations = [.sha256: OPAQUEService.iterations]
    try await old.create("alice", password: SecretBytes(copying: "old".utf8))
    var lines: [String] = []
    _ = try await old.exportVerifiers(as: .rfc5803) { lines.append($0) }
    if isInvited {
      _ = try await service.administration.invite("alice", for: .seconds(60))
    } else {
      try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
    }
    let before = try await service.store.account(named: AccountName("alice"))
    var results: [VerifierFileResult] = []
    try await service.administration.importVerifiers(lines, as: .rfc5803) { results.append($0) }
    #expect(results.first?.refusal?.contains("already") == true)
    #expect(try await service.store.account(named: AccountName("alice")) == before)
    try await service.administration.importVerifiers(lines, as: .rfc5803, replacing: true) { results.append($0) }
    #expect(results.last?.refusal == nil)
    #expect(try await service.logInBySCRAM("old", .sha256) != nil)
    #expect(try await service.logIn("alice", "pencil").identity == nil)
  }

  @Test("Key stretching that clients would refuse is not taken, nor is anything without keys")
  func refused() async throws {
    let service = try await OPAQUEService()
    let line = try await line("alice", service)
    for stretching in [try KeyStretchingParameters.scrypt(n: 2, r: 1, p: 1), .rfc9807Argon2id] {
      await #expect(throws: AccountError(.invalidCredential, "")) {
        try await service.administration.importOPAQUERecords([line], stretching: stretching) { _ in }
      }
    }
    try KeyStretchingLimits.default.permits(.opaqueKE)
    await #expect(throws: AccountError(.keysMissing, "")) {
      try await AccountAdministration(service.store).importOPAQUERecords([line]) { _ in }
    }
    #expect(try await service.store.accountCount() == 0)
  }

  // A store in memory never waits, so the two tasks would need a processor each.
  @Test(
    "When the keys change in the middle, nothing more is taken",
    arguments: StoreKind.allCases.filter { $0 != .inMemory })
  func rotated(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await OPAQUEService(store)
      let record = try await line("", service)
      let endless = sequence(first: 1) { $0 + 1 }.lazy.map { "user\($0)\(record)" }
      let (begun, began) = AsyncStream<Void>.makeStream()
      async let rotation: Void = {
        for await _ in begun { break }
        try await service.keyring.rotate()
      }()
      var limits = KeyStretchingLimits.default
      limits.minimumMemory = 0
      limits.minimumWork = 0
      var taken = 0
      do throws(AccountError) {
        try await service.administration.importOPAQUERecords(
          endless, stretching: service.administration.stretching, limits: limits
        ) { result in
          taken += 1
          #expect(result.refusal == nil)
          began.yield()
        }
      } catch {
        #expect(error.code == .conflict)
      }
      try await rotation
      #expect(try await store.accountCount() == taken)
      let usage = try await OPAQUEKeyring.usage(in: store)
      #expect(usage.count == 1 && usage[service.keyring.keys.current.keyID] == nil)
    }
  }
}
