/// A server's keys for one of OPAQUE's mechanisms, as far as its logins need them alike.
package protocol OPAQUELiveKeys {
  /// The keys of one time.
  associatedtype Setup
  /// RegistrationRecord (RFC 9807 section 5.1).
  associatedtype Record

  var current: Setup { get }
  func setup(_ keyID: OPAQUEKeyID) throws(OPAQUEError) -> Setup
  /// The record that is shown for a name that has none (section 6.3.2.2).
  static func decoy(of setup: Setup, _ credentialIdentifier: [UInt8]) throws(OPAQUEError) -> Record
}

/// What a login is answered with, and whether it can end well.
package struct ShownRecord<Keys: OPAQUELiveKeys> {
  package let setup: Keys.Setup
  package let record: Keys.Record
  /// Whether the name is answered as one that has no account: it has none, or its server key is gone.
  package let isNobody: Bool
  package let refusal: OPAQUEError?

  /// - Parameters:
  ///   - known: the account's record and the server key that it was made under; nil where there is none.
  ///   - reason: why the login is to end in refusal whatever the proof.
  package init(
    of known: (record: Keys.Record, keyID: OPAQUEKeyID)?, _ credentialIdentifier: [UInt8], _ keys: Keys,
    mechanism: String, refusing reason: String?
  ) throws(OPAQUEError) {
    var (live, known, missing) = (
      keys.current, known, OPAQUEError(.unknownUser, "no account of that name has a credential for \(mechanism)")
    )
    if let keyID = known?.keyID {
      do throws(OPAQUEError) {
        live = try keys.setup(keyID)
      } catch {
        (known, missing) = (nil, error)
      }
    }
    let decoy = try Keys.decoy(of: live, credentialIdentifier)  // made at every login: its time tells nothing
    setup = live
    isNobody = known == nil
    // The true record would tell the client whether its guess was right, however the login ends. The evaluation stays
    // that of the account, so that a refusal does not show in it.
    record = reason == nil ? known?.record ?? decoy : decoy
    refusal = reason.map { OPAQUEError(.refused, $0) } ?? (known == nil ? missing : nil)
  }
}

extension OPAQUEServerKeys: OPAQUELiveKeys {
  package static func decoy(
    of setup: OPAQUEServerSetup, _ credentialIdentifier: [UInt8]
  ) throws(OPAQUEError) -> OPAQUERecord {
    try setup.decoys.record(credentialIdentifier)
  }
}
