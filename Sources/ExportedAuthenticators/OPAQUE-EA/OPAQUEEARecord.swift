public import PassBindCrypto
public import PassBindOPAQUE

/// What a server keeps of a client instead of a password, for OPAQUE-EA: RegistrationRecord of RFC 9807 section 5.1,
/// whose public key is one of Ed25519. It serves nothing but OPAQUE-EA, as an ``PassBindOPAQUE/OPAQUERecord`` serves
/// nothing but OPAQUE-3DH.
///
/// Whoever reads it together with the server's keys can try guesses at the password, at the price of the key stretching
/// each. It prints as nothing.
public struct OPAQUEEARecord: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// The number of bytes: 192.
  public static let byteCount = RegistrationRecord.count

  /// The record as the client sent it, 192 bytes: client_public_key 32, masking_key 64, envelope 96.
  public let bytes: [UInt8]

  /// Reads a record that a client sent over a channel that is confidential and authenticated (RFC 9807 section 10.10).
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `wrongLength`.
  public init(_ bytes: [UInt8]) throws(OPAQUEError) { self.bytes = try Message<RegistrationRecord>(bytes).bytes }

  subscript(field: Field) -> [UInt8] { Array(bytes[field.range]) }

  /// That it is a record, and nothing of what is in it.
  public var description: String { "an OPAQUE-EA record" }

  /// As ``description``: a dump shows no bytes either.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A record with what a server must know beside it to use it. This is what a store keeps for an account.
public struct OPAQUEEACredential: Hashable, Sendable {
  private static let suite: UInt8 = 2

  /// The record.
  public let record: OPAQUEEARecord
  /// The server key it was made under.
  public let keyID: OPAQUEKeyID
  /// How the client stretched the password, and must again at each login.
  public let stretching: KeyStretchingParameters

  /// A credential.
  public init(record: OPAQUEEARecord, keyID: OPAQUEKeyID, stretching: KeyStretchingParameters) {
    self.record = record
    self.keyID = keyID
    self.stretching = stretching
  }

  /// The bytes to store: the suite, 2; the key's identifier, 8; the record, 192; and the text form of the stretching
  /// parameters, to the end, 64 at most.
  public var encoded: [UInt8] {
    StoredCredential(keyID: keyID, record: record.bytes, stretching: stretching).encoded(suite: Self.suite)
  }

  /// Reads what ``encoded`` wrote.
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `wrongLength`, or `invalidParameter` for another suite or parameters that
  ///   are none.
  public init(encoded bytes: [UInt8]) throws(OPAQUEError) {
    let stored = try StoredCredential(encoded: bytes, suite: Self.suite)
    self.init(record: try OPAQUEEARecord(stored.record), keyID: stored.keyID, stretching: stored.stretching)
  }
}
