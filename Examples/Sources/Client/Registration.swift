internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindNIO
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM

/// What a registration came to.
struct Registration {
  let mechanism: MechanismName
  let resealedNotes: Int
  let keptNotes: Int

  /// - Parameter outcome: nil where the mechanism knows nothing of notes.
  init(_ mechanism: MechanismName, _ outcome: consuming OPAQUERegistrationOutcome?) {
    self.mechanism = mechanism
    guard let outcome else {
      (resealedNotes, keptNotes) = (0, 0)
      return
    }
    (resealedNotes, keptNotes) = (outcome.resealedNotes, outcome.keptNotes)
  }
}

extension LoggedIn {
  /// Has the account checked by this password from now on, and by nothing else. The notes that this login opens come
  /// along.
  func register(
    _ mechanism: MechanismName, _ password: borrowing SecretBytes, of user: String, _ visit: Visit
  ) async throws -> Registration {
    guard binding != nil else {
      throw CommandError(
        "the login was not bound: nobody knows who would be registered", hint: "leave --channel-binding at require",
        status: .refused)
    }
    if mechanism.isOPAQUE {
      let mayLoseNotes = visit.mayLoseNotes
      let exchange =
        mechanism == OPAQUEEAMechanism.name
        ? try OPAQUERegistrationExchange(
          opaqueEA: password, resealing: vault(of: user), mayLoseNotes: mayLoseNotes, account: user)
        : try OPAQUERegistrationExchange(
          password: password, resealing: vault(of: user), mayLoseNotes: mayLoseNotes, account: user)
      try await register(exchange, visit)
      return Registration(mechanism, exchange.takeOutcome())
    }
    guard let scram = SCRAMMechanism(mechanism) else {
      throw CommandError("\(mechanism) can't be registered here", hint: "the server may be newer than this client")
    }
    try await register(
      SCRAMRegistrationExchange(password: password, hash: scram.hash, policy: visit.terms.scramPolicy), visit)
    return Registration(mechanism, nil)
  }

  private func register(_ exchange: some SASLClientExchange, _ visit: Visit) async throws {
    try await client.register(Announced(exchange, isQuiet: visit.output.json))
  }
}

extension MechanismName {
  /// Whether an account whose password this mechanism checks is at least as well off as with another: OPAQUE before
  /// SCRAM, its two alike, and of SCRAM's the one whose hash has more bytes (after the idea of XEP-0480).
  func isAsGood(as other: MechanismName) -> Bool { rank >= other.rank && rank > 0 }

  private var rank: Int {
    if isOPAQUE { return .max }
    return SCRAMMechanism(self)?.hash.digestCount ?? 0
  }
}
