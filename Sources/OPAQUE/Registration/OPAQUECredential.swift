public import PassBindCrypto

/// A record with what a server must know beside it to use it: under which keys it was made, and how its owner stretches
/// the password. This is what a store keeps for an account.
public struct OPAQUECredential: Hashable, Sendable {
  private static let suite: UInt8 = 1

  /// The record.
  public let record: OPAQUERecord
  /// The server key it was made under.
  public let keyID: OPAQUEKeyID
  /// How the client stretched the password, and must again at each login. The server only passes it on; for a name
  /// without an account it passes on parameters too, always the same for that name, or these tell which accounts exist.
  public let stretching: KeyStretchingParameters

  /// A credential.
  public init(record: OPAQUERecord, keyID: OPAQUEKeyID, stretching: KeyStretchingParameters) {
    self.record = record
    self.keyID = keyID
    self.stretching = stretching
  }

  /// The bytes to store: the suite, 1; the key's identifier, 8; the record, 192; and the text form of the stretching
  /// parameters, to the end, 64 at most.
  public var encoded: [UInt8] {
    StoredCredential(keyID: keyID, record: record.bytes, stretching: stretching).encoded(suite: Self.suite)
  }

  /// Reads what ``encoded`` wrote.
  ///
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidElement`, or `invalidParameter` for another suite or parameters
  ///   that are none.
  public init(encoded bytes: [UInt8]) throws(OPAQUEError) {
    let stored = try StoredCredential(encoded: bytes, suite: Self.suite)
    self.init(record: try OPAQUERecord(stored.record), keyID: stored.keyID, stretching: stored.stretching)
  }
}
