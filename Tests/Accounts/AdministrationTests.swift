import PassBindAccounts
import PassBindCrypto
import PassBindSCRAM
import Testing

@Suite("Account administration", .timeLimit(.minutes(60)))
struct AdministrationTests {
  /// An administration whose passwords cost little.
  private func administration(_ service: Service) -> AccountAdministration {
    var administration = AccountAdministration(service.store)
    administration.iterations = [.sha256: Service.iterations, .sha512: Service.iterations]
    administration.time = service.time.source
    return administration
  }

  @Test(
    "A new account logs in with both hashes, prepared by SASLprep, until it is deleted", arguments: StoreKind.allCases)
  func life(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await Service(store)
      let administration = administration(service)
      // RFC 4013 section 3: U+2168 is IX, U+00AD is nothing, U+00AA is a.
      let account = try await administration.create("I\u{ad}X", password: secret("p\u{aa}ss"))
      #expect(account.name.description == "IX")
      #expect(account.created == service.time.now)
      for hash in [HashFunction.sha256, .sha512] {
        #expect(try await service.logIn("\u{2168}", password: "pass", SCRAMMechanism(hash)).identity != nil)
      }
      await #expect(throws: AccountError(.alreadyExists, "")) {
        try await administration.create("IX", password: secret("x"))
      }
      try await administration.delete("\u{2168}")
      #expect(try await service.logIn("IX", password: "pass").identity == nil)
      await #expect(throws: AccountError(.notFound, "")) { try await administration.delete("IX") }
    }
  }

  @Test("New verifiers have the counts of new verifiers")
  func iterations() async throws {
    let store = InMemoryCredentialStore()
    let account = try await AccountAdministration(store).create("alice", password: secret("pencil"))
    let verifiers = try account.credentials.values.compactMap { try $0.scramVerifier() }
    let counts = Dictionary(uniqueKeysWithValues: verifiers.map { ($0.hash, $0.iterations) })
    #expect(counts == [.sha512: 500_000, .sha256: SCRAMVerifier.defaultIterations(for: .sha256)])
    #expect(verifiers.allSatisfy { $0.salt.count == SCRAMVerifier.defaultSaltCount })
  }

  @Test("After a change of password nothing takes the old one, and API keys stay")
  func changePassword() async throws {
    let service = try await Service()
    var administration = administration(service)
    administration.hashes = [.sha1, .sha256, .sha512]
    administration.iterations[.sha1] = 4096
    try await administration.create("alice", password: secret("old"))
    try await administration.setAPIKey(5, to: secret("key"), of: "alice")
    administration.hashes = [.sha512]
    service.time.pass(.seconds(9))
    let account = try await administration.changePassword(of: "alice", to: secret("new"))
    #expect(account.changed == service.time.now && account.created != account.changed)
    #expect(
      Set(account.credentials.keys.map { "\($0.suite) \($0.apiKeyID ?? 0)" }) == ["SCRAM-SHA-512 0", "SCRAM-SHA-512 5"])
    #expect(try await service.logIn(password: "old").identity == nil)
    #expect(try await service.logIn(password: "old", SCRAMMechanism(.sha256)).identity == nil)
    #expect(try await service.logIn(password: "new").identity != nil)
  }

  @Test(
    "Names and passwords that SASLprep refuses are refused",
    arguments: [
      ("", "x"), ("a\u{7}", "x"), ("\u{627}1", "x"), ("\u{221}", "x"), ("a", ""), ("a", "\u{0}"), ("a", "\u{ad}"),
    ])
  func refused(name: String, password: String) async throws {
    let store = InMemoryCredentialStore()
    let isName = password == "x"
    await #expect(throws: AccountError(isName ? .invalidName : .invalidPassword, "")) {
      try await AccountAdministration(store).create(name, password: secret(password))
    }
    #expect(try await store.accountCount() == 0)
  }

  @Test("Changes that race are all made", arguments: StoreKind.allCases)
  func races(kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.insert(Account(AccountName("alice"), created: Timestamp(microseconds: 1)))
      let administration = AccountAdministration(store)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for i in 0..<8 {
          group.addTask {
            try await administration.change("alice") { account throws(AccountError) in
              try account.allow(AccountName("role\(i)"))
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await store.account(named: AccountName("alice"))?.authorizationIdentities.count == 8)
    }
  }

  @Test("All accounts are gone through, however many pages")
  func forEach() async throws {
    let store = InMemoryCredentialStore()
    let names = try (0..<600).map { try AccountName("user\($0)") }
    for name in names { try await store.insert(Account(name, created: Timestamp(microseconds: 1))) }
    var seen: [AccountName] = []
    try await AccountAdministration(store).forEach { account throws(AccountError) in seen.append(account.name) }
    #expect(seen == names.sorted())
  }
}

@Suite("Files of verifiers", .timeLimit(.minutes(60)))
struct VerifierFileTests {
  // The verifier of pencil that gsasl, Dovecot and PostgreSQL agree on, with salt W22ZaJ0SNY7soEsUEjb6gQ== and 4096
  // iterations.
  static let keys = (
    salt: "W22ZaJ0SNY7soEsUEjb6gQ==", stored: "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=",
    server: "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
  )

  static func line(_ name: String, _ format: VerifierFileFormat) -> String {
    switch format {
    case .postgreSQL, .rfc5803: "\(name):SCRAM-SHA-256$4096:\(keys.salt)$\(keys.stored):\(keys.server)"
    case .dovecot: "\(name):{SCRAM-SHA-256}4096,\(keys.salt),\(keys.stored),\(keys.server)"
    case .kafka:
      "\(name):SCRAM-SHA-256=salt=\(keys.salt),stored_key=\(keys.stored),server_key=\(keys.server),iterations=4096"
    }
  }

  @Test("What is taken from a file logs in, and goes out as it came in", arguments: VerifierFileFormat.allCases)
  func roundTrip(format: VerifierFileFormat) async throws {
    let service = try await Service()
    let administration = AccountAdministration(service.store)
    let lines = ["# a comment", "", Self.line("alice", format), Self.line("b,=c", format)]
    var results: [VerifierFileResult] = []
    try await administration.importVerifiers(lines, as: format) { results.append($0) }
    #expect(results.map(\.line) == [3, 4])
    #expect(results.allSatisfy { $0.refusal == nil && $0.mechanism == SCRAMMechanism(.sha256).name })
    #expect(results.map(\.name) == ["alice", "b,=c"])
    #expect(try await service.logIn("b,=c", SCRAMMechanism(.sha256)).identity != nil)

    var out: [String] = []
    let refused = try await administration.exportVerifiers(as: format) { line throws(AccountError) in out.append(line) }
    #expect(out == Array(lines.dropFirst(2)))
    #expect(refused.isEmpty)
  }

  @Test("Dovecot's further fields are passed over")
  func dovecotFields() async throws {
    var results: [VerifierFileResult] = []
    try await AccountAdministration(InMemoryCredentialStore()).importVerifiers(
      [Self.line("alice", .dovecot) + ":1000:1000::/home/alice::"], as: .dovecot
    ) { results.append($0) }
    #expect(results.map(\.refusal) == [nil])
  }

  @Test(
    "A bad line is refused, names the field, and keeps none of the others from being taken",
    arguments: [
      ("alice", "name"), (":SCRAM-SHA-256$", "name"), ("a\u{7}:x", "name"), ("alice:", "parts"),
      ("alice:secret", "parts"),
      ("alice:SCRAM-SHA-999$4096:AA==$AA==:AA==", "scheme"), ("alice:SCRAM-SHA-256$0:AA==$AA==:AA==", "iterations"),
      ("alice:SCRAM-SHA-256$-1:AA==$AA==:AA==", "iterations"), ("alice:SCRAM-SHA-256$4096:$AA==:AA==", "salt"),
      ("alice:SCRAM-SHA-256$4096:%%%%$AA==:AA==", "salt"), ("alice:SCRAM-SHA-256$4096:AAAA$AA==:AA==", "StoredKey"),
      ("alice:SCRAM-SHA-256$4096:AAAA$\(keys.stored):AA==", "ServerKey"),
      ("alice:SCRAM-SHA-256$4095:\(keys.salt)$\(keys.stored):\(keys.server)", "iterations"),
      ("taken:SCRAM-SHA-256$4096:\(keys.salt)$\(keys.stored):\(keys.server)", "name"),
      ("alice:" + String(repeating: "x", count: 9000), "line"),
    ])
  func badLines(line: String, field: String) async throws {
    let store = InMemoryCredentialStore()
    let administration = AccountAdministration(store)
    let lines = [Self.line("taken", .rfc5803), line, Self.line("zoe", .rfc5803)]
    var results: [VerifierFileResult] = []
    try await administration.importVerifiers(lines, as: .rfc5803) { results.append($0) }
    #expect(results.map(\.line) == [1, 2, 3])
    #expect(results[0].refusal == nil && results[2].refusal == nil)
    let refusal = try #require(results[1].refusal)
    #expect(refusal.contains(field))
    #expect(try await store.accountCount() == 2)
  }

  @Test("An older file of another hash brings no old password back; told to, it takes the place of the new one")
  func olderFile() async throws {
    let store = InMemoryCredentialStore()
    let administration = AccountAdministration(store)
    let new = try await SCRAMVerifier.make(password: secret("new"), hash: .sha512, iterations: 10_000)
    try await administration.importVerifiers(["alice:" + new.text(as: .rfc5803)], as: .rfc5803) { _ in }
    let before = try await store.account(named: AccountName("alice"))
    let old = [Self.line("alice", .rfc5803)]
    var refusals: [String?] = []
    try await administration.importVerifiers(old, as: .rfc5803) { refusals.append($0.refusal) }
    #expect(refusals == ["name: the account has a verifier for SCRAM-SHA-512 already"])
    #expect(try await store.account(named: AccountName("alice")) == before)
    try await administration.importVerifiers(old, as: .rfc5803, replacing: true) { refusals.append($0.refusal) }
    #expect(refusals.last == .some(nil))
    let suites = try await store.account(named: AccountName("alice"))?.credentials.keys.map(\.suite.description)
    #expect(suites == ["SCRAM-SHA-256"])
  }

  @Test("A password that is set while a file is read is not joined by the rest of the file's")
  func changedMeanwhile() async throws {
    let store = WatchedStore(InMemoryCredentialStore())
    var administration = AccountAdministration(store)
    administration.hashes = [.sha384]
    administration.iterations = [.sha384: 4096]
    let other = try await SCRAMVerifier.make(password: secret("pencil"), hash: .sha512, iterations: 10_000)
    let lines = [Self.line("alice", .rfc5803), "alice:" + (try other.text(as: .rfc5803))]
    store.after("insert") { [administration] in
      try await administration.changePassword(of: "alice", to: SecretBytes(copying: "new".utf8))
    }
    var refusals: [String?] = []
    try await administration.importVerifiers(lines, as: .rfc5803) { refusals.append($0.refusal) }
    #expect(refusals == [nil, "name: the account has a verifier for SCRAM-SHA-384 already"])
    let suites = try await store.account(named: AccountName("alice"))?.credentials.keys.map(\.suite.description)
    #expect(suites == ["SCRAM-SHA-384"])
  }

  @Test("A file's verifiers of one name add up, and replace only if told to")
  func adding() async throws {
    let store = InMemoryCredentialStore()
    let administration = AccountAdministration(store)
    let other = try await SCRAMVerifier.make(password: secret("pencil"), hash: .sha512, iterations: 10_000)
    let lines = [Self.line("alice", .rfc5803), "alice:" + (try other.text(as: .rfc5803))]
    for (replacing, refusals) in [(false, 0), (false, 2), (true, 0)] {
      var refused = 0
      try await administration.importVerifiers(lines, as: .rfc5803, replacing: replacing) {
        refused += $0.refusal == nil ? 0 : 1
      }
      #expect(refused == refusals)
    }
    #expect(try await store.account(named: AccountName("alice"))?.credentials.count == 2)
  }

  @Test("What a format has no words for is reported, and the rest goes out")
  func partialExport() async throws {
    let store = InMemoryCredentialStore()
    let administration = AccountAdministration(store)
    let sha512 = try await SCRAMVerifier.make(password: secret("pencil"), hash: .sha512, iterations: 500_000)
    for name in ["alice", "with:colon"] {
      var account = try Account(AccountName(name), created: Timestamp(microseconds: 1))
      try account.set(Credential(SCRAMVerifier(parsing: Self.line("", .rfc5803).dropFirst(), as: .rfc5803)))
      try account.set(Credential(sha512))
      try account.set(Credential(sha512, apiKeyID: 9))
      try account.set(
        #require(Credential.Suite("OPAQUE-R255").flatMap { Credential.Key($0) }.flatMap { Credential($0, bytes: [1]) }))
      try await store.insert(account)
    }
    for (format, written, refused) in [(VerifierFileFormat.postgreSQL, 1, 3), (.rfc5803, 2, 2), (.kafka, 1, 3)] {
      var lines: [String] = []
      let results = try await administration.exportVerifiers(as: format) { line throws(AccountError) in
        lines.append(line)
      }
      #expect(lines.count == written)
      #expect(results.count == refused)
    }
  }
}

private func secret(_ text: String) -> SecretBytes { SecretBytes(copying: text.utf8) }
