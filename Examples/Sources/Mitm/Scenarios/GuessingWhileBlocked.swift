internal import ExampleSupport
internal import PassBindAccounts
internal import PassBindCrypto
internal import PassBindNIO
internal import PassBindTLS

extension Intrusion {
  /// Guesses as often as a server lets a name fail by default, and then gives the right password, and another guess.
  func guessWhileBlocked() async throws -> Finding {
    var other = login
    other.password = PasswordLogin.Password(SecretBytes(copying: "a guess".utf8))
    let guess = other
    // At once, so that none waits for the delays of those before it.
    try await withThrowingTaskGroup { group in
      for _ in 0..<ThrottleLimits().userFailures { group.addTask { _ = try await attempt(guess) } }
      try await group.waitForAll()
    }
    async let first = attempt(login)
    async let second = attempt(guess)
    let (right, wrong) = try await (first, second)
    guard right.description == wrong.description else {
      return Finding(
        loot: right.loot, outcome: .accepted,
        text: "the right password and a guess can be TOLD APART: \(right); \(wrong)")
    }
    guard !right.loot.hasKeyExchange else {
      return Finding(
        loot: right.loot, outcome: .accepted, text: "both get a CHALLENGE, which tells what a guess is worth")
    }
    return Finding(
      loot: right.loot, outcome: .refused, text: "the right password and a guess read alike: \(right)",
      error: right.error)
  }

  /// One login, on a connection of its own.
  private func attempt(_ login: PasswordLogin) async throws -> Attempt {
    var configuration = TLSClientContext.Configuration(trust: .dangerouslyUnverified)
    configuration.versions = newest...newest
    let eavesdropper = Eavesdropper()
    let client = try await LineClient.connect(
      to: place.host, port: place.port, tls: TLSClientContext(configuration), trace: eavesdropper.take)
    let (_, exchange) = try login.exchange(on: client)
    var error: ClientError?
    do { try await client.logIn(exchange) } catch let refusal { error = ClientError(refusal) }
    await client.close()
    return Attempt(loot: eavesdropper.loot, error: error)
  }
}

/// What a client finds.
private struct Attempt: CustomStringConvertible {
  let loot: Loot
  /// Nil where it is logged in.
  let error: ClientError?

  var description: String { "\(loot.description), \(error.map { "\($0)" } ?? "accepted")" }
}
