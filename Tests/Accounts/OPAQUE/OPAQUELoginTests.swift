import PassBindAccounts
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import Testing

@Suite("The authenticator, by OPAQUE", .timeLimit(.minutes(60)))
struct OPAQUELoginTests {
  /// The mechanisms by name, as clients choose them, and what a login by each is bound by.
  private static let forms: [(OPAQUEKind, isBound: Bool, name: String, binding: LoginBinding?)] = [
    (.r255, true, "OPAQUE-R255-PLUS", .channel(.tlsExporter)), (.r255, false, "OPAQUE-R255", nil),
    (.ea, true, "OPAQUE-EA", .exportedAuthenticator),
  ]

  @Test("A right password is accepted, and reported", arguments: StoreKind.allCases, forms.indices)
  func accepted(kind: StoreKind, index: Int) async throws {
    let form = Self.forms[index]
    try await kind.withStore { store in
      let service = try await OPAQUEService(store, form.0)
      try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
      let login = try await service.logIn("alice", "pencil", isBound: form.isBound)
      let identity = try #require(login.identity)
      #expect(identity.account.description == "alice")
      #expect(identity.mechanism.description == form.name)
      #expect(identity.binding == form.binding)
      #expect(!identity.isEnrolment)
      let events = service.takeEvents()
      #expect(events.count == 1)
      #expect(events.first?.isAccepted == true)
      #expect(events.first?.user == "alice")
      #expect(events.first?.action == .login)
      #expect(events.first?.binding == form.binding)
      #expect(events.first?.mechanism.description == form.name)
      let binding = form.binding.map { "\"\($0)\"" } ?? "null"
      #expect(events.first?.json.contains("\"binding\":\(binding)") == true)
    }
  }

  @Test("It is offered where there are keys for it, and only there", arguments: OPAQUEKind.allCases)
  func offered(mechanism: OPAQUEKind) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism)
    let connection = try Connection(for: mechanism)
    let client = try service.client("alice", "pencil", on: connection)
    let offer = service.authenticator.offer(on: Service.bound, authenticators: connection.server)
    #expect(offer.mechanisms.contains(client.mechanism))
    let without = try await Authenticator(store: InMemoryCredentialStore()) { _ in }
    let none = without.offer(on: Service.bound, authenticators: connection.server)
    #expect(!none.mechanisms.contains { $0.description.hasPrefix("OPAQUE") })
    let exchange = without.exchange(
      client.mechanism, on: Service.bound, authenticators: connection.server, offer: offer, from: "192.0.2.7")
    guard case .refused = await exchange.step(client.firstMessage) else {
      Issue.record("a mechanism without keys was begun")
      return
    }
  }

  @Test(
    "It takes no name from an outer protocol, since its keys depend on the name in its messages",
    arguments: OPAQUEKind.allCases)
  func outerUser(mechanism: OPAQUEKind) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism)
    try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
    let connection = try Connection(for: mechanism)
    let client = try service.client("alice", "pencil", on: connection)
    let exchange = service.exchange(client.mechanism, on: connection, user: "alice")
    guard case .refused = await exchange.step(client.firstMessage) else {
      Issue.record("another's name was taken")
      return
    }
    #expect(service.takeEvents().map(\.reason?.description) == ["mechanismNotOffered"])
  }

  enum Case: String, CaseIterable, CustomTestStringConvertible {
    case wrongPassword, unknownUser, disabled, scram, otherOPAQUE, expiredToken
    var testDescription: String { rawValue }

    /// What the log says of a client that went away without a proof, as it must.
    var reason: String {
      switch self {
      case .wrongPassword: "abandoned"
      case .unknownUser, .scram, .otherOPAQUE: "unknownUser"
      case .disabled: "accountDisabled"
      case .expiredToken: "tokenExpired"
      }
    }
  }

  @Test(
    "A client can't tell why it is refused, and learns nothing of its guess", arguments: Setting.allCases,
    Case.allCases)
  func uniform(setting: Setting, variant: Case) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      let password = SecretBytes(copying: "pencil".utf8)
      var guess = "pencil"
      switch variant {
      case .wrongPassword:
        try await service.administration.create("alice", password: password)
        guess = "wrong"
      case .unknownUser: break
      case .disabled:
        try await service.administration.create("alice", password: password)
        try await service.administration.change("alice") { $0.isDisabled = true }
      case .scram: try await service.scram(.sha512).create("alice", password: password)
      case .otherOPAQUE:
        var administration = service.administration
        administration.opaqueMechanisms = [setting.mechanism.other.name]
        try await administration.create("alice", password: password)
      case .expiredToken:
        let token = try await service.administration.invite("alice", for: .seconds(60))
        guess = text(token)
        service.time.pass(.seconds(61))
      }
      _ = service.time.takeSlept()
      let login = try await service.logIn("alice", guess)
      #expect(login.identity == nil)
      #expect(login.clientError?.code == .envelopeRecovery)
      #expect(login.challenge.count == setting.mechanism.challengeCount)
      try await settle(service, count: 1)
      #expect(service.takeEvents().last?.reason?.description == variant.reason)
    }
  }

  /// With the OPRF's answer to a guess, the guess could be tested against the challenge of any login that was counted.
  @Test(
    "Who has failed too often gets no challenge, whether there is such an account or not", arguments: Setting.allCases,
    [false, true])
  func blocked(setting: Setting, isAddress: Bool) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism) { $0.limits.addressFailures = 5 }
      try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
      for user in ["alice", "nobody"] {
        for i in 0..<5 {
          let name = isAddress ? "user\(i)" : user
          let failed = try await service.logIn(name, "wrong", from: isAddress ? "192.0.2.7" : "192.0.2.\(20 + i)")
          #expect(!failed.challenge.isEmpty)
        }
        try await settle(service, count: 5)
        _ = service.takeEvents()
        _ = service.time.takeSlept()
        for guess in ["pencil", "wrong"] {
          let login = try await service.logIn(user, guess)
          #expect(login.challenge.isEmpty && login.clientError == nil && login.identity == nil)
        }
        #expect(service.time.takeSlept() == [.seconds(4), .seconds(4)])
        // Nothing was looked up, nor is it counted: it does not prolong the block.
        #expect(service.store.takeCalls() == ["entries", "entries"])
        let reason: AuditEvent.Reason = isAddress ? .addressThrottled : .userThrottled
        #expect(service.takeEvents().map(\.reason) == [reason, reason])
        service.time.pass(.seconds(3600))
      }
      #expect(try await service.logIn("alice", "pencil").identity != nil)
    }
  }

  @Test(
    "A client whose message is no group element waits as long as others, and has failed", arguments: StoreKind.allCases)
  func malformed(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await OPAQUEService(store)
      try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
      let bindings = Service.bound
      let offer = SASLOffer(mechanisms: [OPAQUEMechanism().name], bindingTypes: nil)
      let message = Array("n,,n=alice,k=".utf8) + Base64.encode([UInt8](repeating: 0xff, count: 96))
      for i in 0..<5 {
        let client = service.authenticator.exchange(
          OPAQUEMechanism().name, on: bindings, offer: offer, from: "192.0.2.\(i)")
        _ = service.time.takeSlept()
        guard case .refused = await client.step(message) else {
          Issue.record("taken")
          return
        }
        #expect(service.time.takeSlept() == [i == 0 ? .milliseconds(2) : .milliseconds(2 + 125 << i)])
        #expect(service.takeEvents().last?.reason?.description == "invalidElement")
        try await settle(service, count: 1)
      }
      #expect(try await service.logIn("alice", "pencil", from: "192.0.2.9").identity == nil)
    }
  }

  @Test("Who had to wait for others is held back all the same", arguments: Setting.allCases)
  func busy(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      func begin(_ i: Int) async throws -> AuthenticationStep {
        let connection = try Connection(for: setting.mechanism)
        let client = try service.client("alice", "pencil", on: connection)
        return await service.exchange(client.mechanism, on: connection, from: "192.0.2.\(i)").step(client.firstMessage)
      }
      let (a, b, c, d, e) = (
        Held(try await begin(1)), Held(try await begin(2)), Held(try await begin(3)), Held(try await begin(4)),
        Held(try await begin(5))
      )
      _ = service.time.takeSlept()
      let last = Held(try await begin(6))
      // Those before have failed by now, for having taken too long.
      let slept = service.time.takeSlept()
      #expect(slept.dropLast().reduce(.zero, +) >= .seconds(10))
      #expect(slept.last == .seconds(4))
      #expect(last.isRefused)
      withExtendedLifetime((a, b, c, d, e, last)) {}
    }
  }

  /// A login under way.
  private final class Held {
    let step: AuthenticationStep
    init(_ step: consuming AuthenticationStep) { self.step = step }

    var isRefused: Bool {
      switch step {
      case .refused: true
      default: false
      }
    }
  }

  @Test(
    "A proof after a refusal that was decided before is refused, with the reason in the log",
    arguments: Setting.allCases)
  func refusedBefore(setting: Setting) async throws {
    // A client that guessed right can't even make a proof, so one is made up.
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
      try await service.administration.change("alice") { $0.isDisabled = true }
      let connection = try Connection(for: setting.mechanism)
      let client = try service.client("alice", "pencil", on: connection)
      guard
        case .challenge(let next, _) = await service.exchange(client.mechanism, on: connection).step(
          client.firstMessage)
      else {
        Issue.record("no challenge")
        return
      }
      let final =
        setting.mechanism == .r255
        ? Array("k=".utf8) + Base64.encode([UInt8](repeating: 1, count: 64)) : [UInt8](repeating: 1, count: 64)
      guard case .refused = await next.step(final) else {
        Issue.record("not refused")
        return
      }
      #expect(service.takeEvents().last?.reason == .accountDisabled)
    }
  }

  @Test(
    "A login that is let go of after the challenge has failed: five of them lock the name",
    arguments: Setting.allCases)
  func abandoned(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
      var delays: [Duration] = []
      for i in 0..<5 {
        _ = service.time.takeSlept()
        _ = try await service.logIn("alice", i == 4 ? "pencil" : "wrong", finishing: false, from: "192.0.2.\(i)")
        delays += service.time.takeSlept()
        try await settle(service, count: 1)
      }
      // Each challenge waits longer than the one before, and all of them the time of a look-up.
      let waits = [0, 0.25, 0.5, 1, 2].map { Duration.seconds($0) + .milliseconds(2) }
      #expect(delays == waits)
      let login = try await service.logIn("alice", "pencil", from: "192.0.2.9")
      #expect(login.identity == nil)
      service.time.pass(.seconds(15 * 60))
      let later = try await service.logIn("alice", "pencil", from: "192.0.2.9")
      #expect(later.identity != nil)
    }
  }

  @Test("Of a hundred guesses at once, five are looked at", arguments: Setting.allCases)
  func parallelGuesses(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let time = TestTime()
      // The clock stands still even for those who sleep, as many do here at once.
      let source = TimeSource(now: { time.now }, sleep: { _ in await Task.yield() })
      let service = try await OPAQUEService(store, setting.mechanism, time: time, source: source)
      try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
      let challenges = try await withThrowingTaskGroup(of: Bool.self) { group in
        for i in 0..<100 {
          group.addTask {
            !(try await service.logIn("alice", "pencil", finishing: false, from: "192.0.2.\(i)")).challenge.isEmpty
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(challenges == 5)
      let reasons = service.takeEvents().map(\.reason)
      #expect(reasons.count { $0 == .abandoned } == 5)
      #expect(reasons.count { $0 == .userThrottled } == 95)
    }
  }

  @Test("A login that takes longer than a check may is no failure once it succeeds", arguments: Setting.allCases)
  func slow(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism) { $0.limits.addressFailures = 1 }
      try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
      let connection = try Connection(for: setting.mechanism)
      let client = try service.client("alice", "pencil", on: connection)
      let exchange = service.exchange(client.mechanism, on: connection)
      guard case .challenge(let next, let bytes) = await exchange.step(client.firstMessage) else {
        Issue.record("no challenge")
        return
      }
      service.time.pass(.seconds(11))
      // Somebody else's login settles the count: by now the first has failed, and the address is blocked.
      let other = try await service.logIn("bob", "wrong", finishing: false)
      #expect(other.identity == nil)
      let answer = try await client.respond(to: bytes)
      guard case .accepted = await next.step(answer.finalMessage) else {
        Issue.record("not accepted")
        return
      }
      let again = try await service.logIn("alice", "pencil")
      #expect(again.identity != nil)
    }
  }

  @Test(
    "An interceptor's connection ends at the client, before its proof, and counts as a failure",
    arguments: [(OPAQUEKind.r255, OPAQUEError.Code.serverAuthentication), (.ea, .notAuthentic)])
  func intercepted(mechanism: OPAQUEKind, code: OPAQUEError.Code) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism)
    try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
    for i in 0..<5 {
      let login = try await service.logIn(
        "alice", "pencil", on: Connection(for: mechanism).intercepted(), from: "192.0.2.\(i)")
      #expect(login.clientError?.code == code)
      #expect(service.takeEvents().map(\.reason) == [.abandoned])
      #expect(login.identity == nil)
      try await settle(service, count: 1)
    }
    let login = try await service.logIn("alice", "pencil", from: "192.0.2.9")
    #expect(login.identity == nil)
  }

  @Test("An account acts as whom it may, and as nobody else", arguments: OPAQUEKind.allCases)
  func authorization(mechanism: OPAQUEKind) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism)
    try await service.administration.create("alice", password: SecretBytes(copying: "pencil".utf8))
    let admin = try AccountName("admin")
    try await service.administration.change("alice") { account throws(AccountError) in try account.allow(admin) }
    let allowed = try await service.logIn("alice", "pencil", actingAs: "admin")
    #expect(allowed.identity?.authorizationIdentity == admin)
    #expect(allowed.session?.registrations == [])
    let refused = try await service.logIn("alice", "pencil", actingAs: "root")
    #expect(refused.identity == nil)
    #expect(service.takeEvents().last?.reason == .authorizationRefused)
  }
}

extension OPAQUEKind {
  /// How many bytes a challenge has, here.
  fileprivate var challengeCount: Int {
    switch self {
    case .r255: "k=".utf8.count + 428 + ",s=scrypt,n=2,r=1,p=1".utf8.count
    // Certificate, CertificateVerify and Finished with SHA-384; CertificateRequest for alice.
    case .ea: (292 + "scrypt,n=2,r=1,p=1".utf8.count) + 72 + 52 + 58
    }
  }
}

/// Waits until the store has heard how `count` logins ended that were let go of, of those that began since this was
/// last called.
func settle(_ service: OPAQUEService, count: Int) async throws {
  // Failures are told by a task of their own: one call when a login begins, one when it is over.
  var calls = 0
  while calls < 2 * count {
    try await Task.sleep(for: .milliseconds(2))
    calls += service.store.takeCalls().count { $0 == "entries" }
  }
}
