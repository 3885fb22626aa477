import PassBindSASL
import PassBindCrypto
import PassBindSCRAM
import Testing

@Suite("Iteration counts and salts")
struct IterationTests {
  /// A client with a password, which would stretch it.
  static func respond(_ tail: String, policy: SCRAMClientPolicy = SCRAMClientPolicy()) async throws {
    let client = try SCRAMClient(
      .init(.sha512), flag: .unsupported, binding: nil, user: "user", authorizationIdentity: nil,
      credential: .password(secret("pencil")), policy: policy, offer: nil, tlsVersion: nil,
      nonce: utf8("fyko+d2lbbFgONRv9qkxdawL"))
    _ = try await client.respond(to: utf8("r=\(NonceTests.joined)\(tail)"))
  }

  @Test(
    "Attack 9: a count above the cap ends the login before any hashing (CVE-2026-42198)",
    arguments: [5_000_001, 4_294_967_295, 9_999_999_999])
  func huge(count: Int) async {
    // Where hashing had begun, the task's cancellation would end it.
    let found = await codeIfCancelled { try await Self.respond(",s=\(Account.saltText),i=\(count)") }
    #expect(found == .iterationCountRefused)
    let control = await codeIfCancelled { try await Self.respond(",s=\(Account.saltText),i=5000000") }
    #expect(control == .cancelled)
  }

  @Test(
    "Attack 10: what is not a positive number is malformed, never a trap",
    arguments: [
      "0", "-1", "+4096", "04096", "00", "0x1000", " 4096", "4096 ", "4096abc", "4096.0", "4e3", "", "٤٠٩٦",
      "10000000000",
      "18446744073709551616", "340282366920938463463374607431768211456", "99999999999999999999999999999999999999999",
    ])
  func notANumber(text: String) async {
    await #expect(throws: error(.malformedMessage)) { try await Self.respond(",s=\(Account.saltText),i=\(text)") }
  }

  @Test("Attack 11: a count below the floor ends the login", arguments: [1, 2, 4095])
  func tooFew(count: Int) async {
    await #expect(throws: error(.iterationCountRefused)) {
      try await Self.respond(",s=\(Account.saltText),i=\(count)")
    }
  }

  @Test("Floor and cap can be set")
  func settable() async throws {
    let lax = policy { ($0.minIterations, $0.maxIterations) = (1, 2) }
    try await Self.respond(",s=\(Account.saltText),i=1", policy: lax)
    await #expect(throws: error(.iterationCountRefused)) {
      try await Self.respond(",s=\(Account.saltText),i=3", policy: lax)
    }
    // Even a policy that allows anything gets an error for what PBKDF2 cannot count to.
    let careless = policy { $0.maxIterations = .max }
    await #expect(throws: error(.invalidVerifier)) {
      try await Self.respond(",s=\(Account.saltText),i=9999999999", policy: careless)
    }
  }

  @Test("A short salt ends the login; the shortest allowed does not")
  func salt() async throws {
    await #expect(throws: error(.weakSalt)) { try await Self.respond(",s=MTIzNDU2Nw==,i=4096") }
    try await Self.respond(",s=MTIzNDU2Nzg=,i=4096")
    let strict = policy { $0.minSaltCount = 17 }
    await #expect(throws: error(.weakSalt)) {
      try await Self.respond(",s=\(Account.saltText),i=4096", policy: strict)
    }
    let careless = policy { $0.minSaltCount = -1 }
    await #expect(throws: error(.malformedMessage)) { try await Self.respond(",s=,i=4096", policy: careless) }
  }

  @Test("Attack 9: cancelling the task stops the stretching")
  func cancellation() async {
    let careless = policy { $0.maxIterations = .max }
    let found = await codeIfCancelled {
      try await Self.respond(",s=\(Account.saltText),i=4294967295", policy: careless)
    }
    #expect(found == .cancelled)
  }

  @Test("Attack 9: cancelling works when the stretching has begun")
  func lateCancellation() async throws {
    let task = Task {
      _ = try await SCRAMVerifier.make(password: secret("pencil"), iterations: 4_294_967_295)
    }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    let result = await task.result
    #expect(throws: error(.cancelled)) { try result.get() }
  }

  @Test("Attack 26: neither a client's first nor its final message costs the server any stretching")
  func serverCost() throws {
    let small = try Account()
    let verifier = try #require(
      SCRAMVerifier(
        hash: .sha256, iterations: 4_294_967_295, salt: small.verifier.salt, storedKey: small.verifier.storedKey,
        serverKey: small.serverKey))
    let start = ContinuousClock.now
    let challenge = try Server(small).lookup(plainFirst).challenge(with: verifier)
    let message = string(challenge.message)
    #expect(message.hasSuffix("i=4294967295"))
    _ = try challenge.receive(utf8(small.final(first: plainFirst, serverFirst: message)))
    // The stretching would take hours.
    #expect(ContinuousClock.now - start < .seconds(60))
  }
}
