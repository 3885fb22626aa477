internal import PassBindCrypto
internal import PassBindRistretto

/// What a server keeps of a client instead of a password (RFC 9807 section 5.1, RegistrationRecord): the client's
/// public key, a masking key, and an envelope that only the password opens. 192 bytes.
///
/// Whoever reads it together with the server's setup can try guesses at the password, at the price of the key
/// stretching each. It prints as nothing.
public struct OPAQUERecord: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// The number of bytes: 192.
  public static let byteCount = RegistrationRecord.count

  /// The record as the client sent it, 192 bytes: client_public_key 32, masking_key 64, envelope 96.
  public let bytes: [UInt8]

  /// Reads a record that a client sent over a channel that is confidential and authenticated (section 10.10: the
  /// masking key tells real accounts from made-up ones).
  ///
  /// - Throws: ``OPAQUEError`` `wrongLength`, or `invalidElement` for a client's public key that is none.
  public init(_ bytes: [UInt8]) throws(OPAQUEError) {
    let message = try Message<RegistrationRecord>(bytes)
    _ = try message.element(RegistrationRecord.clientPublicKey)
    self.bytes = bytes
  }

  /// A record of parts that are known to be right.
  init(clientPublicKey: [UInt8], maskingKey: borrowing SecretBytes, envelope: [UInt8]) {
    bytes = clientPublicKey + maskingKey.publicBytes() + envelope
  }

  /// The record that was just made here, whose key need not be read back.
  init(_ made: borrowing OPAQUEMadeRecord) { bytes = made.bytes }

  subscript(field: Field) -> ArraySlice<UInt8> { bytes[field.range] }

  /// That it is a record, and nothing of what is in it.
  public var description: String { "an OPAQUE record" }

  /// As ``description``: a dump shows no bytes either.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
