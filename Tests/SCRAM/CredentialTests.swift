import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Credentials")
struct CredentialTests {
  /// One login with a credential, against a server that knows the account.
  @discardableResult
  static func login(
    _ server: Server, _ credential: consuming SCRAMCredential, user: String = "user"
  ) async throws -> SCRAMClientOutcome {
    let client = try SCRAMClient(SCRAMMechanism(server.account.hash), user: user, credential: credential)
    let challenge = try server.lookup(string(client.firstMessage)).challenge(with: server.account.verifier)
    let answer = try await client.respond(to: challenge.message)
    let acceptance = try challenge.receive(answer.finalMessage)
    return try answer.verify(acceptance.finalMessage)
  }

  @Test("Password, salted password and keys log in alike", arguments: HashFunction.allCases)
  func kinds(hash: HashFunction) async throws {
    let server = Server(try Account(hash))
    let (salt, count) = (server.account.verifier.salt, server.account.verifier.iterations)
    let outcome = try await Self.login(server, .password(secret("pencil")))
    let keys = outcome.keys.copy()
    try await Self.login(server, .keys(keys))
    let salted = try await SCRAMSaltedPassword.deriving(
      from: secret("pencil"), hash: hash, salt: salt, iterations: count)
    #expect(try SCRAMVerifier.make(from: salted) == server.account.verifier)
    #expect(try salted.keys().verifier() == server.account.verifier)
    try await Self.login(server, .saltedPassword(salted))
  }

  @Test("Keys and salted passwords for another hash, salt or count are refused, not used")
  func outdated() async throws {
    let server = Server(try Account())
    let (salt, count) = (server.account.verifier.salt, server.account.verifier.iterations)
    for (hash, salt, count) in [
      (HashFunction.sha256, salt, count + 1), (.sha256, salt.reversed(), count), (.sha256, salt + [0], count),
      (.sha3_512, salt, count),
    ] {
      let salted = try await SCRAMSaltedPassword.deriving(
        from: secret("pencil"), hash: hash, salt: salt, iterations: count)
      let keys = try salted.keys()
      let first = await code { try await Self.login(server, .keys(keys.copy())) }
      #expect(first == .credentialOutdated)
      let second = await code {
        let again = try SCRAMSaltedPassword(salted.bytes.copy(), hash: hash, salt: salt, iterations: count)
        try await Self.login(server, .saltedPassword(again))
      }
      #expect(second == .credentialOutdated)
    }
  }

  @Test("Keys of a wrong length are refused")
  func lengths() {
    #expect(throws: error(.invalidVerifier)) {
      _ = try SCRAMKeys(
        clientKey: SecretBytes(count: 32), serverKey: SecretBytes(count: 31), hash: .sha256, salt: [1], iterations: 1)
    }
    #expect(throws: error(.invalidVerifier)) {
      _ = try SCRAMSaltedPassword(SecretBytes(count: 20), hash: .sha256, salt: [1], iterations: 1)
    }
  }

  @Test("The cache spares the second login the stretching")
  func hit() async throws {
    let server = Server(try Account())
    let cache = SCRAMKeyCache()
    // Stretching ends where its task is cancelled, and nothing else does.
    @Sendable func stretches(_ password: String?) async -> Bool {
      let found = await codeIfCancelled {
        try await Self.login(server, .cache(cache, server: "a", password: password.map { secret($0) }))
      }
      #expect(found == nil || found == .cancelled)
      return found == .cancelled
    }
    #expect(await stretches("pencil"))
    try await Self.login(server, .cache(cache, server: "a", password: secret("pencil")))
    #expect(cache.count == 1)
    #expect(await !stretches("pencil"))
    #expect(await !stretches(nil))
    #expect(cache.count == 1)
  }

  @Test("The cache is for one user, server, hash, salt and count")
  func keyed() async throws {
    let cache = SCRAMKeyCache()
    let server = Server(try Account())
    try await Self.login(server, .cache(cache, server: "a", password: secret("pencil")))
    let elsewhere = await code { try await Self.login(server, .cache(cache, server: "b", password: nil)) }
    #expect(elsewhere == .credentialOutdated)
    let other = await code { try await Self.login(server, .cache(cache, server: "a", password: nil), user: "x") }
    #expect(other == .credentialOutdated)
    let recounted = Server(try Account(.sha256, iterations: 4097))
    let count = await code { try await Self.login(recounted, .cache(cache, server: "a", password: nil)) }
    #expect(count == .credentialOutdated)
    // With the password at hand, it is used.
    try await Self.login(recounted, .cache(cache, server: "a", password: secret("pencil")))
    #expect(cache.count == 2)
  }

  @Test("A wrong password does not log in on the strength of an earlier right one")
  func wrongPassword() async throws {
    let cache = SCRAMKeyCache()
    let server = Server(try Account())
    try await Self.login(server, .cache(cache, server: "a", password: secret("pencil")))
    let wrong = await code { try await Self.login(server, .cache(cache, server: "a", password: secret("crayon"))) }
    #expect(wrong == .invalidProof)
    // The right one's keys are untouched by that.
    #expect(cache.count == 1)
    try await Self.login(server, .cache(cache, server: "a", password: nil))
  }

  @Test("A failed login keeps nothing, and drops what it used")
  func dropped() async throws {
    let cache = SCRAMKeyCache()
    let server = Server(try Account())
    let wrong = await code { try await Self.login(server, .cache(cache, server: "a", password: secret("crayon"))) }
    #expect(wrong == .invalidProof)
    #expect(cache.count == 0)

    try await Self.login(server, .cache(cache, server: "a", password: secret("pencil")))
    #expect(cache.count == 1)
    // The password was changed on the server, and the salt was kept.
    let changed = Server(try Account(.sha256, password: "crayon"))
    let stale = await code { try await Self.login(changed, .cache(cache, server: "a", password: nil)) }
    #expect(stale == .invalidProof)
    #expect(cache.count == 0)
  }

  @Test("So does a server that does not prove itself")
  func unproved() async throws {
    let cache = SCRAMKeyCache()
    let server = Server(try Account())
    try await Self.login(server, .cache(cache, server: "a", password: secret("pencil")))
    for final in ["v=AAAA", "e=other-error"] {
      let login = try SCRAMClient(
        .init(.sha256), user: "user", credential: .cache(cache, server: "a", password: secret("pencil")))
      let challenge = try server.lookup(string(login.firstMessage)).challenge(with: server.account.verifier)
      let answer = try await login.respond(to: challenge.message)
      let refusal = refusal(by: answer, of: final)
      #expect(refusal != nil)
      #expect(cache.count == 0)
    }
  }

  @Test("It is bounded: what was not used for the longest time leaves")
  func bounded() async throws {
    let cache = SCRAMKeyCache(capacity: 2)
    let server = Server(try Account())
    for label in ["a", "b"] {
      try await Self.login(server, .cache(cache, server: label, password: secret("pencil")))
    }
    try await Self.login(server, .cache(cache, server: "a", password: nil))
    try await Self.login(server, .cache(cache, server: "c", password: secret("pencil")))
    #expect(cache.count == 2)
    try await Self.login(server, .cache(cache, server: "a", password: nil))
    let gone = await code { try await Self.login(server, .cache(cache, server: "b", password: nil)) }
    #expect(gone == .credentialOutdated)
    cache.remove(user: "user", server: "a")
    #expect(cache.count == 1)
    cache.removeAll()
    #expect(cache.count == 0)
  }

  @Test("Many tasks may use it at once")
  func concurrent() async throws {
    let cache = SCRAMKeyCache(capacity: 3)
    let server = Server(try Account())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for i in 0..<64 {
        group.addTask {
          try await Self.login(server, .cache(cache, server: "\(i % 5)", password: secret("pencil")))
        }
      }
      try await group.waitForAll()
    }
    #expect((1...3).contains(cache.count))
  }

  @Test("Nothing secret is printed, dumped or mirrored")
  func secrecy() throws {
    let account = try Account()
    let keys = [account.verifier.storedKey, account.serverKey].map { Base64.string($0) }
    var texts = ["\(account.verifier)", String(reflecting: account.verifier)]
    var dumped = ""
    dump(account.verifier, to: &dumped)
    dump([account.verifier], to: &dumped)
    texts.append(dumped)
    let cache = SCRAMKeyCache()
    dump(cache, to: &dumped)
    texts.append(dumped)
    for text in texts {
      #expect(!keys.contains { text.contains($0) })
      #expect(!text.contains("\(account.serverKey[0]), \(account.serverKey[1])"))
      #expect(!text.contains("storedKey") && !text.contains("serverKey"))
    }
    #expect("\(account.verifier)" == "SCRAM-SHA-256 verifier, 4096 iterations")
  }
}

/// The code of what `work` throws; nil if it throws nothing.
func code(_ work: () async throws -> Void) async -> SCRAMError.Code? {
  do {
    try await work()
    return nil
  } catch { return (error as? SCRAMError)?.code }
}

/// The same of work in a task that is cancelled before it begins.
func codeIfCancelled(_ work: @escaping @Sendable () async throws -> Void) async -> SCRAMError.Code? {
  let task = Task {
    while !Task.isCancelled { await Task.yield() }
    return await code(work)
  }
  task.cancel()
  return await task.value
}
