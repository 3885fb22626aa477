public import PassBindCrypto
public import PassBindOPAQUE
public import PassBindSASL

/// The client's end of a registration for OPAQUE-EA over the wire (REGISTRATION.md of PassBindOPAQUE, "OPAQUE-EA"): as
/// ``PassBindOPAQUE/OPAQUERegistrationExchange``, which says when it may be used. It needs no authenticators: only
/// logins do.
public final class OPAQUEEARegistrationExchange: SASLClientExchange {
  /// The mechanism that the account will log in by: `OPAQUE-EA`.
  public let mechanism = OPAQUEEAMechanism.name
  private let steps: OPAQUERegistrationSteps<OPAQUEEAClientRegistration>

  /// A registration that has not begun.
  ///
  /// - Parameters:
  ///   - password: the new password, in UTF-8, up to 65,535 bytes.
  ///   - policy: the limits, checked before any stretching, and how to prepare the password: as at each login later.
  ///   - vault: what opens the account's notes now.
  ///   - mayLoseNotes: whether to go on where there is no `vault`, and the account has notes: nothing opens them
  ///     afterwards.
  ///   - account: the user name.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `invalidPassword`, `invalidName`.
  public convenience init(
    password: borrowing SecretBytes, policy: OPAQUESASLClientPolicy = OPAQUESASLClientPolicy(),
    resealing vault: consuming OPAQUEVault? = nil, mayLoseNotes: Bool = false, account: String
  ) throws(OPAQUEError) {
    let prepared = try policy.prepare(password)
    try self.init(
      OPAQUEEAClientRegistration(password: prepared), limits: policy.stretchingLimits, resealing: vault,
      mayLoseNotes: mayLoseNotes, account: account, random: randomBytes(count:))
  }

  /// The seam where chosen randomness comes in, so that an example can be reproduced.
  init(
    _ registration: consuming OPAQUEEAClientRegistration, limits: KeyStretchingLimits,
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
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` as ``PassBindOPAQUE/OPAQUERegistrationExchange/respond(to:)``. The
  ///   exchange is over then: cancel it, and nothing has changed.
  public func respond(to challenge: [UInt8]) async throws(OPAQUEError) -> [UInt8] {
    try await steps.respond(to: challenge)
  }

  /// Believes a success after the last note, and adds nothing to it.
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `outOfOrder` for a success before that, or one with data.
  public func finish(with data: [UInt8]?) throws(OPAQUEError) { try steps.finish(with: data) }

  /// What came of it, once; nil before the server's success was believed.
  public func takeOutcome() -> OPAQUERegistrationOutcome? { steps.takeOutcome() }
}

extension OPAQUEEAClientRegistration: OPAQUERecordMaker {
  package consuming func record(
    response: [UInt8], stretching: KeyStretchingParameters, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEMadeRecord {
    let made = try await finish(response: response, stretching: stretching, envelopeNonce: envelopeNonce)
    return OPAQUEMadeRecord(
      bytes: made.record.bytes, exportKey: made.exportKey.copy(), serverPublicKey: made.serverPublicKey)
  }
}
