import PassBindAccounts
import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Synchronization
import Testing

@Suite("The throttle", .timeLimit(.minutes(60)))
struct ThrottleTests {
  @Test(
    "Five failures in fifteen minutes lock a user name, known or not", arguments: StoreKind.allCases,
    ["alice", "nobody"])
  func user(kind: StoreKind, name: String) async throws {
    try await kind.withStore { store in
      let service = try await Service(store)
      try await service.add("alice")
      var seen: [Service.Seen] = []
      for i in 0..<5 { seen.append(try await service.logIn(name, password: "wrong", from: "192.0.2.\(i)")) }
      let delays = [0.25, 0.5, 1, 2, 4].map { Duration.seconds($0) }
      #expect(seen.map(\.slept) == delays.map { [$0] })

      // The right password now looks as the wrong one did: same bytes, same wait.
      let locked = try await service.logIn(name, from: "192.0.2.9")
      #expect(locked.identity == nil)
      #expect(locked.challenge == seen[4].challenge)
      #expect(locked.slept == seen[4].slept)
      let reasons = service.takeEvents().map { $0.reason?.description }
      #expect(
        reasons == Array(repeating: name == "alice" ? "invalidProof" : "unknownUser", count: 5) + ["userThrottled"])

      // What wasn't looked at doesn't prolong it, and others are not concerned.
      try await service.add("bob")
      #expect(try await service.logIn("bob", from: "192.0.2.9").identity != nil)
      service.time.pass(.seconds(14 * 60))
      #expect(try await service.logIn(name).identity == nil)
      service.time.pass(.seconds(60))
      #expect((try await service.logIn(name).identity != nil) == (name == "alice"))
    }
  }

  @Test("A success clears the user's failures, not the address'", arguments: StoreKind.allCases)
  func success(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await Service(store)
      try await service.add("alice")
      for _ in 0..<4 {
        for _ in 0..<4 { _ = try await service.logIn(password: "wrong") }
        #expect(try await service.logIn().identity != nil)
      }
      for _ in 0..<4 { _ = try await service.logIn(password: "wrong") }
      #expect(try await service.logIn().identity == nil)
      #expect(service.takeEvents().last?.reason == .addressThrottled)
      #expect(try await service.logIn(from: "192.0.2.8").identity != nil)
      service.time.pass(.seconds(3600))
      #expect(try await service.logIn().identity != nil)
    }
  }

  @Test(
    "An owner who logs in again and again makes no room for others' guesses", arguments: StoreKind.allCases)
  func ownerElsewhere(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await Service(store)
      try await service.add("alice")
      for i in 0..<8 {
        for j in 0..<2 { _ = try await service.logIn(password: "guess", from: "198.51.\(i).\(j)") }
        _ = try await service.logIn(from: "192.0.2.7")
      }
      #expect(service.takeEvents().count { $0.reason?.description == "invalidProof" } == 5)
    }
  }

  @Test("An address is an IPv4 address or 64 bits of an IPv6 one")
  func sprayed() async throws {
    let service = try await Service()
    try await service.add("alice")
    for i in 0..<20 { _ = try await service.logIn("user\(i)", password: "x", from: "2001:db8:1:2::\(i)") }
    #expect(try await service.logIn(from: "2001:0DB8:1:2:ffff::1").identity == nil)
    #expect(service.takeEvents().last?.reason == .addressThrottled)
    #expect(try await service.logIn(from: "2001:db8:1:3::1").identity != nil)
  }

  @Test("Of a hundred guesses at once, five are looked at", arguments: StoreKind.allCases)
  func parallelGuesses(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await standingStill(store)
      try await service.add("alice")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for i in 0..<100 {
          group.addTask { _ = try await service.logIn(password: "guess\(i)", from: "192.0.2.\(i)") }
        }
        try await group.waitForAll()
      }
      let reasons = service.takeEvents().map { $0.reason?.description }
      #expect(reasons.count { $0 == "invalidProof" } == 5)
      #expect(reasons.count { $0 == "userThrottled" } == 95)
    }
  }

  @Test("A hundred right logins at once are all accepted", arguments: StoreKind.allCases)
  func parallelLogins(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await standingStill(store)
      try await service.add("alice")
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<100 { group.addTask { try await service.logIn().identity != nil } }
        for try await isAccepted in group { #expect(isAccepted) }
      }
    }
  }

  @Test("Exchanges that are open at once are bounded, by address and in all")
  func halfOpen() async throws {
    let service = try await Service {
      $0.limits.exchangesPerAddress = 3
      $0.limits.exchanges = 5
    }
    try await service.add("alice")
    let offer = service.authenticator.offer(on: Service.unbound)
    func open(_ address: String) async -> AuthenticationStep {
      let exchange = service.authenticator.exchange(
        SCRAMMechanism(.sha512).name, on: Service.unbound, offer: offer, from: address)
      return await exchange.step(Array("n,,n=alice,r=0123456789abcdef0123".utf8))
    }
    func isChallenge(_ step: borrowing AuthenticationStep) -> Bool {
      switch step {
      case .challenge: true
      default: false
      }
    }
    func use(_ addresses: ArraySlice<String>) async -> [Bool] {
      guard let address = addresses.first else { return [] }
      let step = await open(address)
      let here = isChallenge(step)
      let others = await use(addresses.dropFirst())
      _ = consume step  // not before
      return [here] + others
    }
    let used = await use(["::1", "::2", "::3", "::4", "192.0.2.1", "192.0.2.1", "192.0.2.2"])
    #expect(used == [true, true, true, false, true, true, false])
    #expect(service.takeEvents().count { $0.reason == .tooManyExchanges } == 2)
    #expect(try await service.logIn(on: Service.unbound, from: "::1").identity != nil)
  }

  @Test("A check whose process died has failed")
  func lostCheck() async throws {
    let service = try await Service()
    try await service.add("alice")
    for i in 0..<5 {
      // The proof comes in, and then the store is gone, so nobody tells the throttle how it went.
      let client = try SCRAMClient(
        SCRAMMechanism(.sha512), user: "alice", credential: .password(.init(copying: "pencil".utf8)))
      let exchange = service.authenticator.exchange(
        SCRAMMechanism(.sha512).name, on: Service.unbound, offer: service.authenticator.offer(on: Service.unbound),
        from: "192.0.2.\(i)")
      guard case .challenge(let next, let bytes) = await exchange.step(client.firstMessage) else {
        Issue.record("no challenge")
        return
      }
      service.store.fail(after: 1)
      _ = await next.step(try await client.respond(to: bytes).finalMessage)
      service.store.fail(after: nil)
    }
    service.time.pass(.seconds(10))
    #expect(try await service.logIn().identity == nil)
    #expect(service.takeEvents().last?.reason == .userThrottled)
  }

  @Test("Remembered names and addresses are bounded")
  func bounded() async throws {
    let service = try await Service { $0.limits.maximumEntries = 4 }
    try await service.add("alice")
    for _ in 0..<5 { _ = try await service.logIn(password: "wrong", from: "192.0.2.1") }
    #expect(try await service.logIn(from: "192.0.2.2").identity == nil)
    service.time.pass(.seconds(1))
    for i in 10..<12 { _ = try await service.logIn("user\(i)", from: "192.0.2.\(i)") }
    #expect(try await service.logIn(from: "192.0.2.3").identity != nil)
  }

  @Test(
    "Addresses are taken apart as RFC 4291 says",
    arguments: [
      ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("::FFFF:c000:0207", "192.0.2.7"),
      ("0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8:0:0::/64"),
      ("2001:0db8:0000:0000:1:2:3:4", "2001:db8:0:0::/64"), ("fe80::1%eth0", "fe80:0:0:0::/64"), ("::", "0:0:0:0::/64"),
      ("::1", "0:0:0:0::/64"), ("1::", "1:0:0:0::/64"), ("1:2:3:4:5:6:7::", "1:2:3:4::/64"),
      // Not addresses: kept as they are.
      ("1::2::3", "1::2::3"), ("1:2:3", "1:2:3"), ("1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9"), ("12345::", "12345::"),
      ("::1.2.3", "::1.2.3"), ("::1.2.3.256", "::1.2.3.256"), (":1:2:3:4:5:6:7", ":1:2:3:4:5:6:7"), ("::+1", "::+1"),
      ("1:2:3:4:5:6:7:8::", "1:2:3:4:5:6:7:8::"), ("::1.2.3.4:5", "::1.2.3.4:5"), ("/run/socket", "/run/socket"),
      ("", ""),
    ])
  func addresses(text: String, block: String) {
    #expect(AddressBlock(text).description == block)
  }

  /// A service whose clock stands still even for those who sleep, as many do here at once.
  private func standingStill(_ store: any CredentialStore) async throws -> Service {
    let time = TestTime()
    return try await Service(
      store, time: time, source: TimeSource(now: { time.now }, sleep: { _ in await Task.yield() }))
  }
}
