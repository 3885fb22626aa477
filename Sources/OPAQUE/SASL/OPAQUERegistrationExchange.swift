public import PassBindCrypto
public import PassBindSASL

/// The client's end of a registration over the wire (REGISTRATION.md): a new password for an account, an account that so
/// far had another mechanism's, or new server keys. It replaces every password that the account has. The initialiser here
/// is for `OPAQUE-R255`; PassBindExportedAuthenticators adds the one for `OPAQUE-EA`.
///
/// Only for a connection whose login just succeeded, bound to its channel: nothing in these messages authenticates
/// either end. Protocol profiles drive it like a login, by `initialResponse`, `respond(to:)` and `finish(with:)`.
public final class OPAQUERegistrationExchange: SASLClientExchange {
  private enum State: ~Copyable {
    case begun(any OPAQUERecordSource)
    case resealing(Resealing)
    case done(OPAQUERegistrationOutcome)
    case over
  }

  /// The mechanism that the account will log in by.
  public let mechanism: MechanismName
  /// `client-1`.
  public let initialResponse: [UInt8]
  private var state: State
  private var oldVault: OPAQUEVault?
  private let account: String
  private let mayLoseNotes: Bool
  private let limits: KeyStretchingLimits
  private let random: (Int) -> [UInt8]

  /// A registration for `OPAQUE-R255` that has not begun.
  ///
  /// - Parameters:
  ///   - password: the new password, in UTF-8, up to 65,535 bytes.
  ///   - policy: the limits, checked before any stretching, and how to prepare the password: as at each login later.
  ///   - vault: what opens the account's notes now.
  ///   - mayLoseNotes: whether to go on where there is no `vault`, and the account has notes: nothing opens them
  ///     afterwards.
  ///   - account: the user name.
  /// - Throws: ``OPAQUEError`` `invalidPassword`, `invalidName`.
  public convenience init(
    password: borrowing SecretBytes, policy: OPAQUESASLClientPolicy = OPAQUESASLClientPolicy(),
    resealing vault: consuming OPAQUEVault? = nil, mayLoseNotes: Bool = false, account: String
  ) throws(OPAQUEError) {
    let prepared = try policy.prepare(password)
    try self.init(
      OPAQUEClientRegistration(password: prepared), for: OPAQUEMechanism().name, limits: policy.stretchingLimits,
      resealing: vault, mayLoseNotes: mayLoseNotes, account: account, random: randomBytes(count:))
  }

  /// A registration for any of OPAQUE's mechanisms. Here the randomness comes in, so that an example can be reproduced.
  package init<Maker: OPAQUERecordMaker & ~Copyable>(
    _ maker: consuming Maker, for mechanism: MechanismName, limits: KeyStretchingLimits,
    resealing vault: consuming OPAQUEVault?, mayLoseNotes: Bool = false, account: String,
    random: @escaping (Int) -> [UInt8]
  ) throws(OPAQUEError) {
    self.account = try OPAQUESASLMessage.prepare(user: account)
    self.mechanism = mechanism
    initialResponse = OPAQUERegistrationMessage.request(maker.request)
    state = .begun(SingleRecord(maker))
    oldVault = vault
    self.mayLoseNotes = mayLoseNotes
    self.limits = limits
    self.random = random
  }

  /// The answer to a message of the server: the record, for which it stretches the password off the caller's executor;
  /// then, note by note, what is to be kept instead.
  ///
  /// - Throws: ``OPAQUEError``: whatever is wrong with the message, and `notesWouldBeLost`, `stretchingRefused` and
  ///   `reflectedValue`, before any stretching; `stretchingFailed`; `outOfOrder` for more notes than were announced.
  ///   The exchange is over then: cancel it, and nothing has changed.
  public func respond(to challenge: [UInt8]) async throws(OPAQUEError) -> [UInt8] {
    var now = State.over
    swap(&now, &state)
    switch consume now {
    case .begun(let maker):
      return try await register(maker, challenge)
    case .resealing(var resealing):
      let message = try resealing.next(challenge, from: oldVault, random)
      state = .resealing(resealing)
      return message
    case .done: throw OPAQUEError(.outOfOrder, "a challenge after the server claimed success")
    case .over: throw OPAQUEError(.outOfOrder, "a challenge after the exchange was over")
    }
  }

  private func register(_ maker: any OPAQUERecordSource, _ challenge: [UInt8]) async throws(OPAQUEError) -> [UInt8] {
    let response = try OPAQUERegistrationMessage.Response(parsing: challenge)
    guard response.notes == 0 || mayLoseNotes || oldVault != nil else {
      throw OPAQUEError(
        .notesWouldBeLost, "the account has \(response.notes) notes, which only a login by OPAQUE can bring along")
    }
    do throws(CryptoError) {
      try limits.permits(response.stretching)
    } catch {
      throw OPAQUEError(.stretchingRefused, error.reason)
    }
    let made = try await maker.record(
      response: response.bytes, stretching: response.stretching, envelopeNonce: random(32))
    let message = OPAQUERegistrationMessage.record(made.bytes)
    state = .resealing(try Resealing(made, account: account, notes: response.notes))
    return message
  }

  /// Believes a success after the last note, and adds nothing to it.
  ///
  /// - Throws: ``OPAQUEError`` `outOfOrder` for a success before that, or one with data.
  public func finish(with data: [UInt8]?) throws(OPAQUEError) {
    var now = State.over
    swap(&now, &state)
    guard case .resealing(let resealing) = consume now, resealing.left == 0 else {
      throw OPAQUEError(.outOfOrder, "the server claims success before the record and the last note, or twice")
    }
    guard data?.isEmpty ?? true else { throw OPAQUEError(.outOfOrder, "the server adds data to its success") }
    state = .done(resealing.outcome())
  }

  /// What came of it, once; nil before the server's success was believed.
  public func takeOutcome() -> OPAQUERegistrationOutcome? {
    var now = State.over
    swap(&now, &state)
    switch consume now {
    case .done(let outcome): return outcome
    case .begun(let maker):
      state = .begun(maker)
      return nil
    case .resealing(let resealing):
      state = .resealing(resealing)
      return nil
    case .over: return nil
    }
  }
}

/// What a client has after a registration that the server completed.
public struct OPAQUERegistrationOutcome: ~Copyable, Sendable {
  /// export_key, 64 bytes: that of each login by the new password.
  public let exportKey: SecretBytes
  /// The server's public key, 32 bytes: that of each login by the new password.
  public let serverPublicKey: [UInt8]
  /// How many notes were sealed anew under the new export key.
  public let resealedNotes: Int
  /// How many notes did not open, and stay as they are.
  public let keptNotes: Int
}
