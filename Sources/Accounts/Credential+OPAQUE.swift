internal import PassBindCrypto
public import PassBindOPAQUE

extension Credential.Suite {
  /// An OPAQUE record.
  public static let opaque = known("OPAQUE-R255")
  /// The OPAQUE record of a one-time token, and when it expires; see ``AccountAdministration/invite(_:for:replacing:)``.
  public static let enrolment = known("OPAQUE-R255-ENROLMENT")
}

extension Credential.Key {
  static let opaque = Self(password: .opaque)
  static let enrolment = Self(password: .enrolment)
}

extension Credential {
  /// An OPAQUE record as a credential.
  public init(_ credential: OPAQUECredential) throws(AccountError) {
    try self.init(known: .opaque, bytes: credential.encoded)
  }

  /// The OPAQUE record that this credential is; nil if it is of another suite.
  ///
  /// - Throws: ``AccountError`` `corrupt` where the bytes are not what the suite says.
  public func opaqueCredential() throws(AccountError) -> OPAQUECredential? {
    key == .opaque ? try Self.opaque(bytes[...], of: self) : nil
  }

  fileprivate static func opaque(
    _ bytes: ArraySlice<UInt8>, of credential: Credential
  ) throws(AccountError) -> OPAQUECredential {
    do throws(OPAQUEError) {
      return try OPAQUECredential(encoded: Array(bytes))
    } catch {
      throw AccountError(.corrupt, "the credential \(credential): \(error.reason)")
    }
  }

  fileprivate init(known key: Key, bytes: [UInt8]) throws(AccountError) {
    guard let credential = Credential(key, bytes: bytes) else {
      throw AccountError(.invalidCredential, "a credential of \(bytes.count) bytes")
    }
    self = credential
  }
}

/// A one-time token, as an account keeps it: an OPAQUE record, made from the token as if it were a password, and when it expires.
struct EnrolmentCredential {
  let expires: Timestamp
  let opaque: OPAQUECredential

  init(expires: Timestamp, _ opaque: OPAQUECredential) {
    self.expires = expires
    self.opaque = opaque
  }

  /// The credential to keep: the time in microseconds as 8 bytes, then the record.
  func credential() throws(AccountError) -> Credential {
    let time = UInt64(bitPattern: expires.microseconds).bigEndianBytes
    return try Credential(known: .enrolment, bytes: time + opaque.encoded)
  }

  init(_ credential: Credential) throws(AccountError) {
    guard credential.bytes.count > 8 else { throw AccountError(.corrupt, "the credential \(credential) is too short") }
    let time = credential.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    expires = Timestamp(microseconds: Int64(bitPattern: time))
    opaque = try Credential.opaque(credential.bytes.dropFirst(8), of: credential)
  }
}

extension UInt64 {
  fileprivate var bigEndianBytes: [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> UInt64($0)) }
  }
}
