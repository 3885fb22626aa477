internal import PassBindCrypto

/// A server's keys while they are being changed: those that new records are made under, and those of before, under
/// which older records still log in. Nobody has to register anew: an account moves to the current keys when its owner
/// next registers or changes the password, and the old keys are retired when no account is left on them.
public struct OPAQUEServerKeys: Sendable, CustomStringConvertible {
  /// What new records are made under.
  public let current: OPAQUEServerSetup
  /// What some records are still under; nil while there is no change going on.
  public let previous: OPAQUEServerSetup?

  private init(_ current: OPAQUEServerSetup) {
    self.current = current
    previous = nil
  }

  /// The keys as they were stored.
  ///
  /// - Throws: ``OPAQUEError`` `invalidParameter` if both are the same.
  public init(current: OPAQUEServerSetup, previous: OPAQUEServerSetup? = nil) throws(OPAQUEError) {
    guard previous?.keyID != current.keyID else {
      throw OPAQUEError(.invalidParameter, "the previous server keys are the current ones")
    }
    self.current = current
    self.previous = previous
  }

  /// Fresh keys become the current ones, and the current ones the previous.
  ///
  /// - Throws: ``OPAQUEError`` `invalidParameter` while there are previous keys: retire them first.
  public func rotated() throws(OPAQUEError) -> OPAQUEServerKeys {
    guard previous == nil else {
      throw OPAQUEError(.invalidParameter, "there are two live server keys already; retire the previous one first")
    }
    let next = try OPAQUEServerSetup.generate(oprfSeed: .random(count: 64), decoys: current.decoys)
    return try OPAQUEServerKeys(current: next, previous: current)
  }

  /// Without the previous keys: records made under them log in no more.
  public var retired: OPAQUEServerKeys { OPAQUEServerKeys(current) }

  /// The keys that a record was made under.
  ///
  /// - Throws: ``OPAQUEError`` `unknownServerKey` if they are neither.
  public func setup(_ keyID: OPAQUEKeyID) throws(OPAQUEError) -> OPAQUEServerSetup {
    if current.keyID == keyID { return current }
    if let previous, previous.keyID == keyID { return previous }
    throw OPAQUEError(.unknownServerKey, "the record was made under the server key \(keyID), which is not live")
  }

  /// Answers KE1 with the keys that the account's credential names; see ``OPAQUEServerLogin``. An account whose keys
  /// are gone is answered like one that does not exist, so that nobody learns of it, and the last step says
  /// `unknownServerKey` to the log.
  ///
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidElement` or `invalidParameter`.
  public func logIn(
    ke1: [UInt8], credential: OPAQUECredential?, credentialIdentifier: [UInt8],
    identities: OPAQUEIdentities = .publicKeys, context: [UInt8] = []
  ) throws(OPAQUEError) -> OPAQUEServerLogin {
    var (setup, record, refusal) = (current, credential?.record, OPAQUEServerLogin.noSuchAccount)
    if let credential {
      do throws(OPAQUEError) {
        setup = try self.setup(credential.keyID)
      } catch {
        (record, refusal) = (nil, error)
      }
    }
    return try OPAQUEServerLogin(
      ke1: ke1, record: record, credentialIdentifier: credentialIdentifier, setup: setup, identities: identities,
      context: context, randomness: ServerLoginRandomness(), refusal: refusal)
  }

  /// The keys' identifiers; nothing that is secret.
  public var description: String {
    "OPAQUE server keys \(current.keyID)" + (previous.map { ", before that \($0.keyID)" } ?? "")
  }
}
