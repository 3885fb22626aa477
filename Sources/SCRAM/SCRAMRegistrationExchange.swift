public import PassBindCrypto
public import PassBindSASL

/// The client's end of a registration over the wire (REGISTRATION.md of PassBindOPAQUE, "SCRAM"): a new password for an
/// account, or a verifier of another hash. It replaces every password that the account has.
///
/// Only for a connection whose login just succeeded, bound to its channel: nothing in these messages authenticates
/// either end. Protocol profiles drive it like a login, by `initialResponse`, `respond(to:)` and `finish(with:)`.
public final class SCRAMRegistrationExchange: SASLClientExchange {
  private enum State: ~Copyable {
    case begun(SecretBytes)
    case registering
    case over
  }

  /// The mechanism that the account will log in by, without -PLUS.
  public let mechanism: MechanismName
  /// `client-1`, which is empty.
  public let initialResponse: [UInt8] = []

  private var state: State
  private let hash: HashFunction
  private let policy: SCRAMClientPolicy

  /// A registration that has not begun.
  ///
  /// - Parameters:
  ///   - password: the new password, in UTF-8.
  ///   - hash: the mechanism's hash.
  ///   - policy: the limits, and how to prepare the password: as at each login later.
  /// - Throws: ``SCRAMError`` `invalidPassword`.
  public init(
    password: borrowing SecretBytes, hash: HashFunction, policy: SCRAMClientPolicy = SCRAMClientPolicy()
  ) throws(SCRAMError) {
    mechanism = SCRAMMechanism(hash).name
    state = .begun(try policy.effectivePasswordPreparation.password(password))
    self.hash = hash
    self.policy = policy
  }

  /// The answer to the server's one message: the keys, for which it stretches the password off the caller's executor.
  /// Cancelling the task stops it.
  ///
  /// - Throws: ``SCRAMError``: whatever is wrong with the message, `weakSalt` and `iterationCountRefused`, before any
  ///   stretching; `cancelled`, `unavailable`; `outOfOrder` for a second message. The exchange is over then: cancel it,
  ///   and nothing has changed.
  public func respond(to challenge: [UInt8]) async throws(SCRAMError) -> [UInt8] {
    var now = State.over
    swap(&now, &state)
    guard case .begun(let password) = consume now else {
      throw SCRAMError(.outOfOrder, "a challenge after the client's keys, or after the exchange was over")
    }
    let parameters = try SCRAMRegistrationMessage.Parameters(parsing: challenge)
    try policy.permits(salt: parameters.salt, iterations: parameters.iterations)
    let verifier = try await SCRAMVerifier.make(
      password: password, hash: hash, iterations: parameters.iterations, salt: parameters.salt, preparation: .none)
    state = .registering
    return SCRAMRegistrationMessage.keys(of: verifier)
  }

  /// Believes a success after the client's keys, and adds nothing to it.
  ///
  /// - Throws: ``SCRAMError`` `outOfOrder` for a success before that, a second one, or one with data.
  public func finish(with data: [UInt8]?) throws(SCRAMError) {
    var now = State.over
    swap(&now, &state)
    guard case .registering = consume now else {
      throw SCRAMError(.outOfOrder, "the server claims success before the client's keys, or twice")
    }
    guard data?.isEmpty ?? true else { throw SCRAMError(.outOfOrder, "the server adds data to its success") }
  }
}
