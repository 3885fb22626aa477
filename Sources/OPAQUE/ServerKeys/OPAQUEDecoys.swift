public import PassBindCrypto
package import PassBindRistretto

/// What a server shows of accounts that do not exist (RFC 9807 section 6.3.2.2): records that cost the same and look
/// the same, and stay the same for a name. In a fresh setup their seed is `oprf_seed`, as the RFC has it: a name is
/// answered under one OPRF key before it registers and after. When the server's keys are rotated they keep that seed;
/// otherwise those names whose answers change that day would be the made-up ones. From then on a name's answer changes
/// once, when it registers under the new keys.
public struct OPAQUEDecoys: Sendable, CustomReflectable {
  private let seed: SharedSecret
  /// The public key of the client that does not exist. Nobody knows its private key but who knows the seed.
  let clientPublicKey: [UInt8]

  /// Decoys from a seed of 64 bytes that is to be kept as secret, and as long, as the server's keys.
  ///
  /// - Throws: ``OPAQUEError`` `wrongLength`, or `unavailable` if OpenSSL lacks SHA-512.
  public init(seed: consuming SecretBytes) throws(OPAQUEError) {
    let keySeed = try expand(seed, Array("PassBind-OPAQUE-DecoyKey".utf8), count: 32)
    let clientPublicKey = RistrettoPoint(generatorTimes: try deriveDiffieHellmanKey(seed: keySeed)).encoded
    try self.init(seed: seed, clientPublicKey: clientPublicKey)
  }

  init(seed: consuming SecretBytes, clientPublicKey: [UInt8]) throws(OPAQUEError) {
    guard seed.count == 64 else { throw OPAQUEError(.wrongLength, "the seed of decoys has 64 bytes") }
    self.seed = SharedSecret(seed)
    self.clientPublicKey = clientPublicKey
  }

  /// Decoys that were sealed: the seed, 64 bytes, and the client's public key, 32.
  init(encoded bytes: Span<UInt8>) throws(OPAQUEError) {
    try self.init(
      seed: SecretBytes(copying: bytes.extracting(..<64)),
      clientPublicKey: SecretBytes(copying: bytes).publicBytes(64..<96))
  }

  /// Writes those 96 bytes.
  func write(into bytes: inout SecretBytes, at start: Int) {
    bytes.write(seed.bytes, at: start)
    bytes.write(clientPublicKey.span, at: start + 64)
  }

  /// The OPRF key that is used for a name.
  package func oprfKey(_ credentialIdentifier: [UInt8]) throws(OPAQUEError) -> RistrettoScalar {
    try deriveOPRFKey(seed: deriveOPRFKeySeed(seed.bytes, credentialIdentifier))
  }

  /// The record that is shown for a name: the RFC's, an envelope of zeros behind a masking key that the client can't
  /// know.
  func record(_ credentialIdentifier: [UInt8]) throws(OPAQUEError) -> OPAQUERecord {
    OPAQUERecord(
      clientPublicKey: clientPublicKey, maskingKey: try maskingKey(credentialIdentifier),
      envelope: [UInt8](repeating: 0, count: 96))
  }

  /// 64 bytes for a name.
  package func maskingKey(_ credentialIdentifier: [UInt8]) throws(OPAQUEError) -> SecretBytes {
    try expand(seed.bytes, credentialIdentifier + Array("PassBind-OPAQUE-DecoyMaskingKey".utf8), count: 64)
  }

  /// A secret that lasts as long as the decoys do, over all changes of the server's keys.
  package func secret(_ label: String, count: Int) throws(OPAQUEError) -> SecretBytes {
    try expand(seed.bytes, Array(label.utf8), count: count)
  }

  /// Nothing: a dump shows no secrets.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
