public import PassBindCrypto

/// A record with what a server must know beside it to use it: under which keys it was made, and how its owner stretches
/// the password. This is what a store keeps for an account.
public struct OPAQUECredential: Hashable, Sendable {
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

  /// The bytes to store: a version, 1; the key's identifier, 8; the record, 192; and the text form of the stretching
  /// parameters, to the end, 64 at most.
  public var encoded: [UInt8] { [1] + keyID.bytes + record.bytes + Array(stretching.description.utf8) }

  /// Reads what ``encoded`` wrote.
  ///
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidElement`, or `invalidParameter` for another version or parameters
  ///   that are none.
  public init(encoded bytes: [UInt8]) throws(OPAQUEError) {
    guard (202...265).contains(bytes.count), let keyID = OPAQUEKeyID(Array(bytes[1..<9])) else {
      throw OPAQUEError(.wrongLength, "a stored OPAQUE credential has 202 to 265 bytes, not \(bytes.count)")
    }
    guard bytes[0] == 1 else {
      throw OPAQUEError(.invalidParameter, "a stored OPAQUE credential of version \(bytes[0]); this reads version 1")
    }
    self.keyID = keyID
    record = try OPAQUERecord(Array(bytes[9..<201]))
    do throws(CryptoError) {
      stretching = try KeyStretchingParameters(parsing: bytes.span.extracting(201...))
    } catch {
      throw OPAQUEError(.invalidParameter, error.reason)
    }
  }
}
