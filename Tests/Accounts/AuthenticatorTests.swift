import PassBindAccounts
import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("The authenticator", .timeLimit(.minutes(60)))
struct AuthenticatorTests {
  @Test(
    "A right password is accepted, and reported",
    arguments: StoreKind.allCases, [SCRAMMechanism(.sha512, isPlus: true), SCRAMMechanism(.sha256)])
  func accepted(kind: StoreKind, mechanism: SCRAMMechanism) async throws {
    try await kind.withStore { store in
      let service = try await Service(store)
      try await service.add("alice", hashes: [.sha256, .sha512])
      let seen = try await service.logIn("alice", mechanism)
      let alice = try AccountName("alice")
      #expect(seen.identity?.account == alice)
      #expect(seen.identity?.authorizationIdentity == alice)
      #expect(seen.identity?.apiKeyID == nil)
      #expect(seen.identity?.mechanism == mechanism.name)
      #expect(seen.identity?.binding == (mechanism.isPlus ? .channel(.tlsExporter) : nil))
      #expect(seen.isServerProved)
      #expect(seen.slept.isEmpty)

      let events = service.takeEvents()
      let event = try #require(events.first)
      #expect(events.count == 1)
      #expect(event.isAccepted)
      #expect(event.user == "alice")
      #expect(event.mechanism == mechanism.name)
      #expect(event.binding == (mechanism.isPlus ? .channel(.tlsExporter) : nil))
      #expect(event.tlsVersion == .tls13)
      #expect(event.address == "192.0.2.7")
      #expect(event.time == service.time.now)
      #expect(event.detail == nil)
    }
  }

  @Test("Where the outer protocol says who logs in, that is who is let in, reported, and refused")
  func outerUser() async throws {
    let service = try await Service()
    try await service.add("alice")
    #expect(try await service.logIn("bob", outerUser: "alice").identity?.account == AccountName("alice"))
    #expect(try await service.logIn("alice", outerUser: "bob").identity == nil)
    let events = service.takeEvents()
    #expect(events.map(\.user) == ["alice", "bob"])
    #expect(events.map { $0.reason?.description } == [nil, "unknownUser"])
  }

  /// Logins that end in refusal, and the reason each is reported with.
  enum Case: String, CaseIterable, CustomTestStringConvertible {
    case wrongPassword, unknownUser, disabled, disabledWrongPassword, otherHash, wrongBinding, disabledWrongBinding,
      corruptCredential
    var testDescription: String { rawValue }

    var reason: String {
      switch self {
      case .wrongPassword: "invalidProof"
      case .unknownUser, .otherHash: "unknownUser"
      case .disabled, .disabledWrongPassword: "accountDisabled"
      case .wrongBinding, .disabledWrongBinding: "channelBindingMismatch"
      case .corruptCredential: "storeFailed"
      }
    }
  }

  @Test(
    "A client can't tell why it is refused: same messages, same questions to the store, same wait",
    arguments: StoreKind.allCases, Case.allCases)
  func uniform(kind: StoreKind, variant: Case) async throws {
    try await kind.withStore { store in
      let service = try await Service(store)
      let plus = SCRAMMechanism(.sha512, isPlus: true)
      try await service.add("reference")
      // One name throughout, since its length shows in the client's own messages.
      switch variant {
      case .wrongPassword, .wrongBinding: try await service.add("alice-000")
      case .unknownUser: break
      case .disabled, .disabledWrongPassword, .disabledWrongBinding:
        try await service.add("alice-000") { $0.isDisabled = true }
      case .otherHash: try await service.add("alice-000", hashes: [.sha256])
      case .corruptCredential:
        try await service.add("alice-000", hashes: []) { account in
          let suite = try #require(Credential.Suite("SCRAM-SHA-512"))
          let key = try #require(Credential.Key(suite))
          try account.set(#require(Credential(key, bytes: Array("SCRAM-SHA-512$nonsense".utf8))))
        }
      }
      let usual = try await service.logIn("reference", password: "wrong", plus, from: "192.0.2.1")
      let stranger = ChannelBinding(.tlsExporter, data: Array(1...32))
      let password = [.wrongPassword, .disabledWrongPassword].contains(variant) ? "wrong" : "pencil"
      let seen = try await service.logIn(
        "alice-000", password: password, plus,
        boundTo: [.wrongBinding, .disabledWrongBinding].contains(variant) ? stranger : Service.exporter)

      let (shape, usualShape) = try (#require(seen.challenge), #require(usual.challenge))
      #expect(shape.replacing(#/s=.{24}/#, with: "s=") == usualShape.replacing(#/s=.{24}/#, with: "s="))
      #expect(seen.identity == nil && usual.identity == nil)
      #expect(seen.calls == usual.calls)
      #expect(seen.slept == usual.slept)

      let event = try #require(service.takeEvents().last)
      #expect(event.reason?.description == variant.reason)
      #expect(event.user == "alice-000")
      #expect(!event.json.contains("SCRAM-SHA-512$"))
    }
  }

  @Test("The challenge takes as long for an account as for none", arguments: [100, 1900])
  func lookUpTime(microseconds: Int) async throws {
    let service = try await Service()
    try await service.add("alice")
    service.store.afterLookUp { isFound in
      service.time.pass(.microseconds(isFound ? microseconds : microseconds / 2))
    }
    for user in ["alice", "nobody"] {
      #expect(try await service.logIn(user).challengeTime == .milliseconds(2))
    }
  }

  @Test("A clock that is set back in the midst of a login holds nothing up")
  func clockSetBack() async throws {
    let service = try await Service()
    try await service.add("alice")
    service.store.afterLookUp { [time = service.time] _ in time.pass(.seconds(-3600)) }
    let seen = try await service.logIn()
    #expect(seen.identity != nil)
    #expect(seen.challengeTime == .milliseconds(2) - .seconds(3600))
  }

  @Test("The same name gets the same challenge: by an unknown user, after a restart, on another node")
  func stableDecoys() async throws {
    let store = InMemoryCredentialStore()
    let first = try await Service(store).logIn("nobody", password: "x").challenge
    let second = try await Service(store).logIn("nobody", password: "y").challenge
    let other = try await Service(store).logIn("somebody", password: "x").challenge
    let elsewhere = try await Service().logIn("nobody", password: "x").challenge
    #expect(first != nil && first == second)
    #expect(first != other)
    #expect(first != elsewhere)
  }

  @Test("A disabled account keeps its challenge")
  func disabledKeepsSalt() async throws {
    let service = try await Service()
    var account = try await service.add("alice")
    let before = try await service.logIn()
    account.isDisabled = true
    _ = try await service.store.update(account)
    let after = try await service.logIn()
    #expect(before.identity != nil && after.identity == nil)
    #expect(before.challenge == after.challenge)
  }

  @Test("-PLUS is offered where there is something to bind to, and alone where binding is required")
  func offers() async throws {
    func names(_ bindings: ChannelBindings, _ configure: (inout ServerPolicy) -> Void = { _ in }) async throws -> String
    {
      let offer = try await Service(InMemoryCredentialStore(), configure).authenticator.offer(on: bindings)
      return (offer.mechanisms.map(\.description) + (offer.bindingTypes ?? []).map(\.name)).joined(separator: " ")
    }
    #expect(
      try await names(Service.bound)
        == "SCRAM-SHA-512-PLUS SCRAM-SHA-256-PLUS SCRAM-SHA-512 SCRAM-SHA-256 tls-exporter")
    #expect(try await names(Service.unbound) == "SCRAM-SHA-512 SCRAM-SHA-256")
    #expect(try await names(.none) == "SCRAM-SHA-512 SCRAM-SHA-256")
    #expect(
      try await names(Service.bound) { $0.requiresChannelBinding = true }
        == "SCRAM-SHA-512-PLUS SCRAM-SHA-256-PLUS tls-exporter")
    #expect(try await names(Service.unbound) { $0.requiresChannelBinding = true } == "")
    #expect(try await names(Service.bound) { $0.bindingTypes = [.tlsUnique] } == "SCRAM-SHA-512 SCRAM-SHA-256")
    #expect(
      try await names(Service.bound) { policy in
        policy.mechanisms = ["SCRAM-SHA-1", "PLAIN", "SCRAM-SHA3-512", "SCRAM-SHA-384-PLUS"].compactMap {
          MechanismName($0)
        }
      } == "SCRAM-SHA-1-PLUS SCRAM-SHA3-512-PLUS SCRAM-SHA-1 SCRAM-SHA3-512 tls-exporter")
    #expect(try await names(Service.unbound) { $0.dialect = .trueNAS } == "SCRAM-SHA-512")
  }

  @Test(
    "Only what was offered on this connection is accepted",
    arguments: [
      "SCRAM-SHA-1", "SCRAM-SHA-384", "SCRAM-SHA3-512", "PLAIN", "OPAQUE-R255", "OPAQUE-EA", "SCRAM-SHA-512-PLUS",
    ])
  func notOffered(name: String) async throws {
    let service = try await Service()
    try await service.add("alice", hashes: HashFunction.allCases)
    let seen = try await service.logIn(on: Service.unbound, named: MechanismName(known: name))
    #expect(seen == Service.Seen())
    let events = service.takeEvents()
    #expect(events.map(\.reason) == [.mechanismNotOffered])
    // The message is SCRAM's.
    #expect(events.map(\.user) == [name.hasPrefix("SCRAM") && !name.hasSuffix("PLUS") ? "alice" : nil])
  }

  @Test("`y` is refused exactly when this connection was offered -PLUS", arguments: [true, false])
  func downgrade(isBound: Bool) async throws {
    let service = try await Service()
    try await service.add("alice")
    let seen = try await service.logIn(on: isBound ? Service.bound : Service.unbound, flag: .notOffered)
    #expect((seen.identity == nil) == isBound)
    let events = service.takeEvents()
    #expect(events.map { $0.reason?.description } == [isBound ? "channelBindingDowngrade" : nil])
    #expect(events.map(\.user) == ["alice"])
  }

  @Test("Where binding is required, nothing unbound is accepted")
  func required() async throws {
    let service = try await Service { $0.requiresChannelBinding = true }
    try await service.add("alice")
    #expect(try await service.logIn("alice", SCRAMMechanism(.sha512, isPlus: true)).identity != nil)
    #expect(service.takeEvents().map(\.reason) == [nil])
    // What stays without a binding: a client told that there is none, one that has none, one that names what is no
    // mechanism of the policy's, bound or not.
    for (hash, flag, reason) in [
      (HashFunction.sha512, GS2Header.BindingFlag.notOffered, AuditEvent.Reason.channelBindingRequired),
      (.sha256, .unsupported, .channelBindingRequired), (.sha1, .unsupported, .mechanismNotOffered),
    ] {
      #expect(try await service.logIn("alice", SCRAMMechanism(hash), actingAs: "bob", flag: flag) == Service.Seen())
      let events = service.takeEvents()
      #expect(events.map(\.reason) == [reason])
      #expect(events.map(\.mechanism) == [SCRAMMechanism(hash).name])
      #expect(events.map(\.user) == ["alice"])
      #expect(events.map(\.authorizationIdentity) == ["bob"])
      #expect(events.map(\.binding) == [nil])
      #expect(events.map(\.tlsVersion) == [.tls13])
    }
  }

  @Test("A binding type that the policy leaves out is refused, though the connection has it")
  func bindingTypes() async throws {
    let unique = try #require(ChannelBinding(.tlsUnique, data: [UInt8](repeating: 3, count: 12)))
    let both = ChannelBindings(tlsVersion: .tls12, available: [unique, try #require(Service.exporter)])
    let service = try await Service { $0.bindingTypes = [.tlsUnique] }
    try await service.add("alice")
    let plus = SCRAMMechanism(.sha512, isPlus: true)
    #expect(try await service.logIn("alice", plus, on: both, boundTo: unique).identity?.binding == .channel(.tlsUnique))
    #expect(try await service.logIn("alice", plus, on: both, boundTo: Service.exporter) == Service.Seen())
    #expect(service.takeEvents().last?.reason?.description == "unsupportedBindingType")
  }

  @Test("Whom an account may act as is decided after the proof")
  func authorization() async throws {
    let service = try await Service()
    try await service.add("alice") { try $0.allow(AccountName("staff")) }
    let alice = try AccountName("alice")
    #expect(try await service.logIn(actingAs: "staff").identity?.authorizationIdentity == AccountName("staff"))
    #expect(try await service.logIn(actingAs: "alice").identity?.authorizationIdentity == alice)
    _ = service.takeEvents()

    let refused = try await service.logIn(actingAs: "root")
    #expect(refused.challenge == (try await service.logIn()).challenge)
    #expect(refused.identity == nil)
    #expect(service.takeEvents().map(\.reason) == [.authorizationRefused, nil])
    _ = try await service.logIn(password: "wrong", actingAs: "root")
    let event = try #require(service.takeEvents().first)
    #expect(event.reason?.description == "invalidProof")
    #expect(event.authorizationIdentity == "root")
  }

  @Test("A TrueNAS API key is one credential of its user")
  func apiKeys() async throws {
    let service = try await Service {
      $0.dialect = .trueNAS
      $0.iterations = [.sha512: 50_000]
    }
    try await service.add("alice", hashes: []) { _ in }
    var account = try #require(try await service.store.account(named: AccountName("alice")))
    let verifier = try await SCRAMVerifier.make(
      password: SecretBytes(copying: "key17".utf8), hash: .sha512, iterations: 50_000, preparation: .none)
    try account.set(Credential(verifier, apiKeyID: 17))
    _ = try await service.store.update(account)

    let seen = try await service.logIn("alice:17", password: "key17", on: Service.unbound, dialect: .trueNAS)
    #expect(seen.identity?.account.description == "alice")
    #expect(seen.identity?.apiKeyID == 17)
    for user in ["alice", "alice:18", "bob:17"] {
      let seen = try await service.logIn(user, password: "key17", on: Service.unbound, dialect: .trueNAS)
      #expect(seen.challenge != nil && seen.identity == nil)
    }
    #expect(service.takeEvents().map { $0.reason?.description } == [nil, "unknownUser", "unknownUser", "unknownUser"])
  }

  @Test("A store that fails lets nobody in, and looks like a wrong password")
  func brokenStore() async throws {
    let service = try await Service()
    try await service.add("alice")
    service.store.fail(after: 0)
    let seen = try await service.logIn()
    #expect(seen.challenge != nil && seen.identity == nil)
    service.store.fail(after: nil)
    #expect(try await service.logIn().identity != nil)
    #expect(service.takeEvents().map(\.reason) == [.storeFailed, nil])
  }

  @Test("An exchange that is let go of is reported once, and counts as no failure")
  func abandoned() async throws {
    let service = try await Service()
    try await service.add("alice")
    for _ in 0..<10 {
      let exchange = service.authenticator.exchange(
        SCRAMMechanism(.sha512).name, on: Service.unbound, offer: service.authenticator.offer(on: Service.unbound),
        from: "192.0.2.7")
      switch await exchange.step(Array("n,,n=alice,r=0123456789abcdef0123".utf8)) {
      case .challenge(_, _): break
      default: Issue.record("no challenge")
      }
    }
    let events = service.takeEvents()
    #expect(events.map(\.reason) == Array(repeating: .abandoned, count: 10))
    #expect(events.allSatisfy { $0.user == "alice" && $0.tlsVersion == .tls12 && $0.isResumed })
    #expect(try await service.logIn().identity != nil)
  }

  @Test(
    "A malformed message is refused with its reason, once",
    arguments: [
      "", "n", "n,,", "n,,n=,r=abc", "n,,m=1,n=alice,r=0123456789abcdef", "n,,n=alice,r=short", "\u{0}", "y,,x=1",
    ])
  func malformed(text: String) async throws {
    let service = try await Service()
    let exchange = service.authenticator.exchange(
      SCRAMMechanism(.sha512).name, on: Service.unbound, offer: service.authenticator.offer(on: Service.unbound),
      from: "192.0.2.7")
    switch await exchange.step(Array(text.utf8)) {
    case .refused: break
    default: Issue.record("not refused")
    }
    let events = service.takeEvents()
    #expect(events.count == 1)
    #expect(events.first?.reason != nil)
    #expect(events.first?.user == nil)
  }
}
