public import PassBindCrypto
public import PassBindSASL

/// The client's end of a registration over the wire (REGISTRATION.md, "OPAQUE-R255"): a new password for an account, an
/// account that so far had another mechanism's, or new server keys. It replaces every password that the account has.
///
/// Only for a connection whose login just succeeded, bound to its channel: nothing in these messages authenticates
/// either end. Protocol profiles drive it like a login, by `initialResponse`, `respond(to:)` and `finish(with:)`.
public final class OPAQUERegistrationExchange: SASLClientExchange {
  /// The mechanism that the account will log in by: `OPAQUE-R255`.
  public let mechanism = OPAQUEMechanism().name
  private let steps: OPAQUERegistrationSteps<OPAQUEClientRegistration>

  /// A registration that has not begun.
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
      OPAQUEClientRegistration(password: prepared), limits: policy.stretchingLimits, resealing: vault,
      mayLoseNotes: mayLoseNotes, account: account, random: randomBytes(count:))
  }

  /// The seam where chosen randomness comes in, so that an example can be reproduced.
  init(
    _ registration: consuming OPAQUEClientRegistration, limits: KeyStretchingLimits,
    resealing vault: consuming OPAQUEVault?, mayLoseNotes: Bool = false, account: String,
    random: @escaping (Int) -> [UInt8]
  ) throws(OPAQUEError) {
    steps = try OPAQUERegistrationSteps(
      registration, limits: limits, resealing: vault, mayLoseNotes: mayLoseNotes, account: account, random: random)
  }

  /// `client-1`.
  public var initialResponse: [UInt8] { steps.initialResponse }

  /// The answer to a message of the server: the record, for which it stretches the password off the caller's executor;
  /// then, note by note, what is to be kept instead.
  ///
  /// - Throws: ``OPAQUEError``: whatever is wrong with the message, and `notesWouldBeLost`, `stretchingRefused` and
  ///   `reflectedValue`, before any stretching; `stretchingFailed`; `outOfOrder` for more notes than were announced.
  ///   The exchange is over then: cancel it, and nothing has changed.
  public func respond(to challenge: [UInt8]) async throws(OPAQUEError) -> [UInt8] {
    try await steps.respond(to: challenge)
  }

  /// Believes a success after the last note, and adds nothing to it.
  ///
  /// - Throws: ``OPAQUEError`` `outOfOrder` for a success before that, or one with data.
  public func finish(with data: [UInt8]?) throws(OPAQUEError) { try steps.finish(with: data) }

  /// What came of it, once; nil before the server's success was believed.
  public func takeOutcome() -> OPAQUERegistrationOutcome? { steps.takeOutcome() }
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

extension OPAQUEClientRegistration: OPAQUERecordMaker {
  package consuming func record(
    response: [UInt8], stretching: KeyStretchingParameters, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEMadeRecord {
    let made = try await finish(
      response: response, identities: .publicKeys, stretching: stretching, envelopeNonce: envelopeNonce)
    return OPAQUEMadeRecord(
      bytes: made.record.bytes, exportKey: made.exportKey.copy(), serverPublicKey: made.serverPublicKey)
  }
}
