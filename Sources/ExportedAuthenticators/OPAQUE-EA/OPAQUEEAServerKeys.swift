internal import PassBindCrypto
public import PassBindOPAQUE
internal import PassBindRistretto

/// A server's keys for OPAQUE-EA. They are made from those of OPAQUE, so that what keeps, seals, rotates and retires
/// those keeps, seals, rotates and retires these, and there is nothing more to lose. No value of the one serves the
/// other: each is expanded under a label of its own (OPAQUE-EA.md, "The server's keys").
///
/// A rotation changes the OPRF keys. The key that signs stays for as long as the decoys do, since clients see it:
/// another one would show which names have an account from before. So a rotation does not take it from a thief, who
/// passes for the server by it where he also ends the TLS connection: wholly new keys do.
public struct OPAQUEEAServerKeys: Sendable, CustomStringConvertible {
  /// What new records are made under.
  public let current: OPAQUEEAServerSetup
  /// What some records are still under; nil while there is no change going on.
  public let previous: OPAQUEEAServerSetup?

  /// The keys that belong to the server's keys for OPAQUE.
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `unavailable` if OpenSSL lacks SHA-512 or Ed25519.
  public init(_ keys: OPAQUEServerKeys) throws(OPAQUEError) {
    current = try OPAQUEEAServerSetup(keys.current)
    if let setup = keys.previous { previous = try OPAQUEEAServerSetup(setup) } else { previous = nil }
  }

  init(_ setup: OPAQUEEAServerSetup) {
    current = setup
    previous = nil
  }

  /// The keys that a record was made under.
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `unknownServerKey` if they are neither.
  public func setup(_ keyID: OPAQUEKeyID) throws(OPAQUEError) -> OPAQUEEAServerSetup {
    if current.keyID == keyID { return current }
    if let previous, previous.keyID == keyID { return previous }
    throw OPAQUEError(.unknownServerKey, "the record was made under the server key \(keyID), which is not live")
  }

  /// The keys' identifiers; nothing that is secret.
  public var description: String {
    "OPAQUE-EA server keys \(current.keyID)" + (previous.map { ", before that \($0.keyID)" } ?? "")
  }
}

extension OPAQUEEAServerKeys: OPAQUELiveKeys {
  package static func decoy(
    of setup: OPAQUEEAServerSetup, _ credentialIdentifier: [UInt8]
  ) throws(OPAQUEError) -> OPAQUEEARecord {
    try setup.decoy(credentialIdentifier)
  }
}

/// A server's long-term secrets for OPAQUE-EA: the seed of its OPRF keys, and the Ed25519 key that signs its
/// authenticators. A value that can be passed around; copies share one memory, which is wiped when the last of them
/// dies. It prints as its ``keyID`` alone.
public struct OPAQUEEAServerSetup: Sendable, CustomStringConvertible, CustomReflectable {
  private let oprfSeed: SharedSecret
  let signingKey: SigningKey
  private let decoys: OPAQUEDecoys
  /// The public key of the client that does not exist. Nobody knows its private key but who knows the decoys' seed.
  private let decoyClientPublicKey: [UInt8]
  /// The server's public key, 32 bytes, of Ed25519.
  public let publicKey: [UInt8]
  /// What records name this setup by: the identifier of the OPAQUE setup that it was made from.
  public let keyID: OPAQUEKeyID

  /// The secrets that belong to a setup for OPAQUE.
  ///
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `unavailable` if OpenSSL lacks SHA-512 or Ed25519.
  public init(_ setup: OPAQUEServerSetup) throws(OPAQUEError) {
    // One label for both: where OPAQUE's decoys have its own seed, so have these, and a name is answered under one OPRF
    // key before it registers and after (RFC 9807 section 10.9).
    let label = "PassBind-OPAQUE-EA-OprfSeed"
    try self.init(
      keyID: setup.keyID, oprfSeed: setup.secret(label, count: 64),
      signingSeed: setup.decoys.secret("PassBind-OPAQUE-EA-SigningKey", count: 32),
      decoySeed: setup.decoys.secret(label, count: 64))
  }

  init(
    keyID: OPAQUEKeyID, oprfSeed: consuming SecretBytes, signingSeed: borrowing SecretBytes,
    decoySeed: consuming SecretBytes
  ) throws(OPAQUEError) {
    let keys = try Ed25519Keys(seed: signingSeed)
    decoys = try OPAQUEDecoys(seed: decoySeed)
    decoyClientPublicKey = try Ed25519Keys(seed: decoys.secret("PassBind-OPAQUE-EA-DecoyKey", count: 32)).publicKey
    self.oprfSeed = SharedSecret(oprfSeed)
    signingKey = keys.signingKey
    publicKey = keys.publicKey
    self.keyID = keyID
  }

  /// Its key identifier; nothing that is secret.
  public var description: String { "OPAQUE-EA server setup \(keyID)" }

  /// As ``description``.
  public var customMirror: Mirror { Mirror(self, children: ["keyID": keyID]) }

  /// The record that is shown for a name that has none, always the same (RFC 9807 section 6.3.2.2).
  func decoy(_ credentialIdentifier: [UInt8]) throws(OPAQUEError) -> OPAQUEEARecord {
    try OPAQUEEARecord(
      decoyClientPublicKey + decoys.maskingKey(credentialIdentifier).publicBytes() + [UInt8](repeating: 0, count: 96))
  }

  /// evaluated_message (RFC 9807 section 5.2.2), 32 bytes.
  ///
  /// - Parameter isDecoy: whether by the key of a name that has no account. Both are derived, so that the time tells
  ///   nothing.
  func evaluate(
    _ blinded: RistrettoPoint, _ credentialIdentifier: [UInt8], isDecoy: Bool = false
  ) throws(OPAQUEError) -> [UInt8] {
    let real = try deriveOPRFKey(seed: deriveOPRFKeySeed(oprfSeed.bytes, credentialIdentifier))
    let decoy = try decoys.oprfKey(credentialIdentifier)
    return isDecoy ? (decoy * blinded).encoded : (real * blinded).encoded
  }

  /// CredentialResponse (RFC 9807 section 6.3.2.2), 192 bytes.
  func credentialResponse(
    evaluated: [UInt8], record: OPAQUEEARecord, maskingNonce: [UInt8]
  ) throws(OPAQUEError) -> [UInt8] {
    let maskingKey = SecretBytes(copying: record[RegistrationRecord.maskingKey])
    return try evaluated + maskingNonce
      + mask(publicKey + record[RegistrationRecord.envelope], maskingKey: maskingKey, maskingNonce: maskingNonce[...])
  }
}
