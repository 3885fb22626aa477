internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindNIO
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM

/// What a registration came to.
struct Registration {
  let mechanism: MechanismName
  var resealedNotes = 0
  var keptNotes = 0
}

extension LoggedIn {
  /// Has the account checked by this password from now on, and by nothing else. The notes that this login opens come along.
  func register(
    _ mechanism: MechanismName, _ password: borrowing SecretBytes, of user: String, _ visit: Visit
  ) async throws -> Registration {
    guard binding != nil else {
      throw CommandError("the login was not bound: nobody knows who would be registered", status: .refused)
    }
    if OPAQUEMechanism(mechanism) != nil {
      let exchange = Announced(
        try OPAQUERegistrationExchange(
          password: password, resealing: try vault(of: user), mayLoseNotes: visit.mayLoseNotes, account: user),
        isQuiet: visit.output.json)
      try await client.register(exchange)
      var registration = Registration(mechanism: mechanism)
      if let outcome = exchange.exchange.takeOutcome() {
        registration.resealedNotes = outcome.resealedNotes
        registration.keptNotes = outcome.keptNotes
      }
      return registration
    }
    guard let scram = SCRAMMechanism(mechanism) else { throw CommandError("\(mechanism) can't be registered here") }
    let exchange = Announced(
      try SCRAMRegistrationExchange(password: password, hash: scram.hash, policy: visit.terms.scramPolicy),
      isQuiet: visit.output.json)
    try await client.register(exchange)
    return Registration(mechanism: mechanism)
  }
}

extension MechanismName {
  /// Whether an account whose password this mechanism checks is at least as well off as with another: OPAQUE before SCRAM, and of
  /// SCRAM's the one whose hash has more bytes (after the idea of XEP-0480).
  func isAsGood(as other: MechanismName) -> Bool { rank >= other.rank && rank > 0 }

  private var rank: Int {
    if OPAQUEMechanism(self) != nil { return .max }
    return SCRAMMechanism(self)?.hash.digestCount ?? 0
  }
}
