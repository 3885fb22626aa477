public import PassBindCrypto
internal import PassBindRistretto

/// What libopaque keeps of an account, 256 bytes: an OPRF key and a private key that serve this one account, and RFC
/// 9807's record. There is no server setup behind it: each of these files is as secret as one.
public struct LibopaqueRecord: ~Copyable, Sendable {
  /// The number of bytes: 256.
  public static let byteCount = 256

  let oprfKey: RistrettoScalar
  let privateKey: RistrettoScalar
  /// The record of RFC 9807 in it.
  public let record: OPAQUERecord
  /// The server's public key for this account, 32 bytes.
  public let serverPublicKey: [UInt8]

  /// Reads libopaque's record: kU 32 bytes, skS 32, then RFC 9807's record 192.
  ///
  /// - Parameter bytes: exactly 256 bytes.
  /// - Throws: ``OPAQUEError`` `wrongLength`, or `invalidElement` for a key that is zero, not canonical, or not an
  ///   element.
  public init(_ bytes: borrowing SecretBytes) throws(OPAQUEError) {
    guard bytes.count == Self.byteCount else {
      throw OPAQUEError(.wrongLength, "libopaque's record has \(bytes.count) bytes where \(Self.byteCount) are wanted")
    }
    let oprfKey = try decodeKey(bytes.span.extracting(..<32), "kU of libopaque's record")
    let privateKey = try decodeKey(bytes.span.extracting(32..<64), "skS of libopaque's record")
    let record = try OPAQUERecord(bytes.publicBytes(64..<256))
    self.init(oprfKey: oprfKey, privateKey: privateKey, record: record)
  }

  init(oprfKey: consuming RistrettoScalar, privateKey: consuming RistrettoScalar, record: OPAQUERecord) {
    serverPublicKey = RistrettoPoint(generatorTimes: privateKey).encoded
    self.oprfKey = oprfKey
    self.privateKey = privateKey
    self.record = record
  }

  /// The 256 bytes as libopaque keeps them, **not sealed**: whoever reads them is the server to this account.
  public borrowing func unsealed() -> SecretBytes {
    var bytes = SecretBytes(count: Self.byteCount)
    bytes.write(oprfKey.encodedSecret(), at: 0)
    bytes.write(privateKey.encodedSecret(), at: 32)
    bytes.write(record.bytes.span, at: 64)
    return bytes
  }
}

extension OPAQUEServerSetup {
  /// An account of this setup as libopaque keeps it: with the OPRF key that belongs to its credential identifier.
  /// libopaque needs the identities and the context at each login, as here.
  ///
  /// - Parameters:
  ///   - record: the account's record.
  ///   - credentialIdentifier: what the server calls the account, 1 to 65,535 bytes.
  /// - Throws: ``OPAQUEError`` `invalidParameter`.
  public func libopaqueRecord(
    _ record: OPAQUERecord, credentialIdentifier: [UInt8]
  ) throws(OPAQUEError) -> LibopaqueRecord {
    try credentialIdentifier.mustBeCredentialIdentifier()
    return LibopaqueRecord(
      oprfKey: try oprfKey(credentialIdentifier), privateKey: secrets.privateKey.copy(), record: record)
  }
}

extension OPAQUEServerLogin {
  /// As ``init(ke1:record:credentialIdentifier:setup:identities:context:)``, for an account that came from libopaque
  /// with keys of its own. An account that does not exist is answered by the other initializer, which does the same
  /// work.
  ///
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidElement` or `invalidParameter`.
  public init(
    ke1: [UInt8], libopaque account: borrowing LibopaqueRecord, identities: OPAQUEIdentities = .publicKeys,
    context: [UInt8] = []
  ) throws(OPAQUEError) {
    // The other initializer derives a decoy and two OPRF keys. Without that work here, which nobody uses, the time
    // would tell the accounts that came from libopaque from those that do not exist.
    let name = account.serverPublicKey
    let decoys = try OPAQUEDecoys(seed: SecretBytes(count: 64), clientPublicKey: name)
    let answer = try ServerAnswer(ke1, account.record, name, decoys, ServerLoginRandomness())
    for _ in 0..<2 { _ = try decoys.oprfKey(name) }
    let group = try answer.group(oprfKey: account.oprfKey, privateKey: account.privateKey)
    try self.init(answer, group, serverPublicKey: account.serverPublicKey, identities, context)
  }
}
