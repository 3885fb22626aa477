internal import PassBindCrypto
internal import PassBindExportedAuthenticators
internal import PassBindOPAQUE
internal import PassBindSASL

/// What a store keeps of a password for one of OPAQUE's mechanisms, and how a server makes it. The type is the
/// mechanism's.
protocol OPAQUEPasswordRecord: Sendable {
  /// The mechanism, without -PLUS.
  static var mechanism: MechanismName { get }
  /// Where an account has the record of its password.
  static var password: Credential.Key { get }
  /// Where an account has the record of a one-time token.
  static var token: Credential.Key { get }

  var keyID: OPAQUEKeyID { get }
  var stretching: KeyStretchingParameters { get }
  var encoded: [UInt8] { get }
  init(encoded: [UInt8]) throws(OPAQUEError)

  /// RegistrationResponse (RFC 9807 section 5.2.2), 64 bytes, under the current keys.
  static func response(
    to request: [UInt8], for identifier: [UInt8], under keys: OPAQUEKeyring.Snapshot
  ) throws(OPAQUEError) -> [UInt8]

  /// What a client made of the response: RegistrationRecord, 192 bytes.
  init(record: [UInt8], keyID: OPAQUEKeyID, stretching: KeyStretchingParameters) throws(OPAQUEError)

  /// Both in one step, by who knows the password.
  init(
    _ password: borrowing SecretBytes, for identifier: [UInt8], under keys: OPAQUEKeyring.Snapshot,
    stretching: KeyStretchingParameters
  ) async throws(OPAQUEError)
}

/// OPAQUE's mechanisms. An account may have records for several, which may be under different keys.
let opaqueRecordTypes: [any OPAQUEPasswordRecord.Type] = [OPAQUECredential.self, OPAQUEEACredential.self]

/// The one of a mechanism, named without -PLUS; nil if it is none of OPAQUE's.
func opaqueRecordType(of mechanism: MechanismName) -> (any OPAQUEPasswordRecord.Type)? {
  opaqueRecordTypes.first { $0.mechanism == mechanism }
}

extension OPAQUECredential: OPAQUEPasswordRecord {
  static let mechanism = OPAQUEMechanism().name
  static let password = Credential.Key(password: .opaque)
  static let token = Credential.Key(password: .enrolment)

  static func response(
    to request: [UInt8], for identifier: [UInt8], under keys: OPAQUEKeyring.Snapshot
  ) throws(OPAQUEError) -> [UInt8] {
    try keys.keys.current.registrationResponse(to: request, credentialIdentifier: identifier)
  }

  init(record: [UInt8], keyID: OPAQUEKeyID, stretching: KeyStretchingParameters) throws(OPAQUEError) {
    self.init(record: try OPAQUERecord(record), keyID: keyID, stretching: stretching)
  }

  init(
    _ password: borrowing SecretBytes, for identifier: [UInt8], under keys: OPAQUEKeyring.Snapshot,
    stretching: KeyStretchingParameters
  ) async throws(OPAQUEError) {
    let setup = keys.keys.current
    let made = try await setup.register(password: password, credentialIdentifier: identifier, stretching: stretching)
    self.init(record: made.record, keyID: setup.keyID, stretching: stretching)
  }
}

extension OPAQUEEACredential: OPAQUEPasswordRecord {
  static let mechanism = OPAQUEEAMechanism.name
  static let password = Credential.Key(password: .opaqueEA)
  static let token = Credential.Key(password: .enrolmentEA)

  static func response(
    to request: [UInt8], for identifier: [UInt8], under keys: OPAQUEKeyring.Snapshot
  ) throws(OPAQUEError) -> [UInt8] {
    try keys.eaKeys.current.registrationResponse(to: request, credentialIdentifier: identifier)
  }

  init(record: [UInt8], keyID: OPAQUEKeyID, stretching: KeyStretchingParameters) throws(OPAQUEError) {
    self.init(record: try OPAQUEEARecord(record), keyID: keyID, stretching: stretching)
  }

  init(
    _ password: borrowing SecretBytes, for identifier: [UInt8], under keys: OPAQUEKeyring.Snapshot,
    stretching: KeyStretchingParameters
  ) async throws(OPAQUEError) {
    let setup = keys.eaKeys.current
    let made = try await setup.register(password: password, credentialIdentifier: identifier, stretching: stretching)
    self.init(record: made.record, keyID: setup.keyID, stretching: stretching)
  }
}
