package import PassBindCrypto
internal import PassBindRistretto

/// A server's long-term secrets (RFC 9807 section 3.1): the seed of all OPRF keys, and the private key. Make it once,
/// keep it sealed, never lose it: without it no account can log in any more; and whoever has it and the records can try
/// guesses.
///
/// It is a value that can be passed around and used from many tasks at once; copies share one memory, which is wiped
/// when the last of them dies. It prints as its ``keyID`` alone. The only way out of the process is ``sealed(under:)``,
/// and exports that say `unsealed` in their names; what it answers as an ``OPAQUEKeyHolder`` serves one account or one
/// login.
public struct OPAQUEServerSetup: Sendable, CustomStringConvertible, CustomReflectable {
  final class Secrets: Sendable {
    let oprfSeed: SecretBytes
    let privateKey: RistrettoScalar

    init(oprfSeed: consuming SecretBytes, privateKey: consuming RistrettoScalar) {
      self.oprfSeed = oprfSeed
      self.privateKey = privateKey
    }
  }

  let secrets: Secrets
  /// What it shows of accounts that do not exist; kept when keys are rotated.
  public let decoys: OPAQUEDecoys
  /// The server's public key, 32 bytes.
  public let publicKey: [UInt8]
  /// What records name this setup by, when there is more than one; see ``OPAQUEServerKeys``.
  public let keyID: OPAQUEKeyID

  /// Fresh secrets: a seed of 64 bytes, a private key, and decoys under the same seed.
  ///
  /// - Throws: ``OPAQUEError`` `unavailable` if OpenSSL lacks SHA-512.
  public static func generate() throws(OPAQUEError) -> OPAQUEServerSetup {
    // One seed for both: a name is answered under one OPRF key before it registers and after (section 10.9).
    let oprfSeed = SecretBytes.random(count: 64)
    let decoys = try OPAQUEDecoys(seed: oprfSeed.copy())
    return try generate(oprfSeed: oprfSeed, decoys: decoys)
  }

  static func generate(oprfSeed: consuming SecretBytes, decoys: OPAQUEDecoys) throws(OPAQUEError) -> OPAQUEServerSetup {
    try OPAQUEServerSetup(
      oprfSeed: oprfSeed, privateKey: deriveDiffieHellmanKey(seed: .random(count: 32)), decoys: decoys)
  }

  /// - Parameter oprfSeed: Nh = 64 bytes.
  init(
    oprfSeed: consuming SecretBytes, privateKey: consuming RistrettoScalar, decoys: OPAQUEDecoys
  ) throws(OPAQUEError) {
    guard oprfSeed.count == 64 else { throw OPAQUEError(.wrongLength, "oprf_seed has 64 bytes") }
    guard !privateKey.isZero else { throw OPAQUEError(.invalidElement, "the server's private key is zero") }
    publicKey = RistrettoPoint(generatorTimes: privateKey).encoded
    keyID = try OPAQUEKeyID(of: publicKey)
    secrets = Secrets(oprfSeed: oprfSeed, privateKey: privateKey)
    self.decoys = decoys
  }

  /// Its key identifier; nothing that is secret.
  public var description: String { "OPAQUE server setup \(keyID)" }

  /// As ``description``.
  public var customMirror: Mirror { Mirror(self, children: ["keyID": keyID]) }

  /// A secret of another protocol's, as secret as this and as long-lived.
  package func secret(_ label: String, count: Int) throws(OPAQUEError) -> SecretBytes {
    try expand(secrets.oprfSeed, Array(label.utf8), count: count)
  }

  /// The OPRF key of a credential identifier (section 5.2.2).
  func oprfKey(_ credentialIdentifier: [UInt8]) throws(OPAQUEError) -> RistrettoScalar {
    try deriveOPRFKey(seed: deriveOPRFKeySeed(secrets.oprfSeed, credentialIdentifier))
  }
}

/// Names a server's public key: the first 8 bytes of its SHA-512 under a label. Not secret, and no two keys of one
/// server share it but by a chance of 2^-64.
public struct OPAQUEKeyID: Hashable, Sendable, CustomStringConvertible {
  /// The 8 bytes.
  public let bytes: [UInt8]

  /// A key identifier read from storage; nil unless there are 8 bytes.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 8 else { return nil }
    self.bytes = bytes
  }

  init(of publicKey: [UInt8]) throws(OPAQUEError) {
    bytes = Array(try sha512(Array("PassBind-OPAQUE-KeyID".utf8) + publicKey).prefix(8))
  }

  /// 16 hexadecimal digits.
  public var description: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }.joined()
  }
}
