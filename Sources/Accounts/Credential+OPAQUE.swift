public import PassBindExportedAuthenticators
public import PassBindOPAQUE

extension Credential.Suite {
  /// A record of OPAQUE-R255.
  public static let opaque = known("OPAQUE-R255")
  /// The record of OPAQUE-R255 of a one-time token, and when it expires; see
  /// ``AccountAdministration/invite(_:for:replacing:)``.
  public static let enrolment = known("OPAQUE-R255-ENROLMENT")
  /// A record of OPAQUE-EA.
  public static let opaqueEA = known("OPAQUE-EA")
  /// The record of OPAQUE-EA of a one-time token, and when it expires.
  public static let enrolmentEA = known("OPAQUE-EA-ENROLMENT")
}

extension Credential {
  /// A record of OPAQUE-R255 as a credential.
  ///
  /// - Throws: ``AccountError`` `invalidCredential` for one of more than ``maximumCount`` bytes.
  public init(_ credential: OPAQUECredential) throws(AccountError) { try self.init(opaque: credential) }

  /// A record of OPAQUE-EA as a credential.
  ///
  /// - Throws: ``AccountError`` `invalidCredential` for one of more than ``maximumCount`` bytes.
  public init(_ credential: OPAQUEEACredential) throws(AccountError) { try self.init(opaque: credential) }

  /// The record of OPAQUE-R255 that this credential is; nil if it is of another suite.
  ///
  /// - Throws: ``AccountError`` `corrupt` where the bytes are not what the suite says.
  public func opaqueCredential() throws(AccountError) -> OPAQUECredential? { try opaqueRecord() }

  /// The record of OPAQUE-EA that this credential is; nil if it is of another suite.
  ///
  /// - Throws: ``AccountError`` `corrupt` where the bytes are not what the suite says.
  public func opaqueEACredential() throws(AccountError) -> OPAQUEEACredential? { try opaqueRecord() }

  init(opaque record: some OPAQUEPasswordRecord) throws(AccountError) {
    try self.init(known: type(of: record).password, bytes: record.encoded)
  }

  func opaqueRecord<Record: OPAQUEPasswordRecord>(_: Record.Type = Record.self) throws(AccountError) -> Record? {
    key == Record.password ? try record(in: bytes[...]) : nil
  }

  /// When the one-time token expires that this is the credential of; nil if it is of none.
  var tokenExpiry: Timestamp? {
    guard opaqueRecordTypes.contains(where: { $0.token == key }), bytes.count > 8 else { return nil }
    return Timestamp(bytes: bytes.prefix(8))
  }

  fileprivate func record<Record: OPAQUEPasswordRecord>(in bytes: ArraySlice<UInt8>) throws(AccountError) -> Record {
    do throws(OPAQUEError) {
      return try Record(encoded: Array(bytes))
    } catch {
      throw AccountError(.corrupt, "the credential \(self): \(error.reason)")
    }
  }

  fileprivate init(known key: Key, bytes: [UInt8]) throws(AccountError) {
    guard let credential = Credential(key, bytes: bytes) else {
      throw AccountError(.invalidCredential, "a credential of \(bytes.count) bytes")
    }
    self = credential
  }
}

/// A one-time token, as an account keeps it: an OPAQUE record, made from the token as if it were a password, and when
/// it expires.
struct EnrolmentCredential<Record: OPAQUEPasswordRecord> {
  let expires: Timestamp
  let record: Record

  init(expires: Timestamp, _ record: Record) {
    self.expires = expires
    self.record = record
  }

  /// The credential to keep: the time in microseconds as 8 bytes, then the record.
  func credential() throws(AccountError) -> Credential {
    try Credential(known: Record.token, bytes: expires.bytes + record.encoded)
  }

  init(_ credential: Credential) throws(AccountError) {
    guard let expiry = credential.tokenExpiry else {
      throw AccountError(.corrupt, "the credential \(credential) is too short")
    }
    expires = expiry
    record = try credential.record(in: credential.bytes.dropFirst(8))
  }
}
