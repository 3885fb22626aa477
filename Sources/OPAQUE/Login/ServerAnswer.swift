internal import PassBindCrypto
internal import PassBindRistretto

/// A KE1 that is well-formed and the record it will be answered with: the work between them, in the steps of RFC 9807
/// section 6.2.2. What needs the server's private key is apart (``ServerGroupWork``), since the key may live elsewhere.
struct ServerAnswer: ~Copyable {
  let ke1: Message<KE1>
  let record: OPAQUERecord
  let isDecoy: Bool
  private let maskingNonce: [UInt8]
  private let serverNonce: [UInt8]
  private let keyshareSecret: RistrettoScalar
  private let blinded: RistrettoPoint
  private let clientKeyshare: RistrettoPoint
  private let clientPublicKey: RistrettoPoint

  /// - Parameter known: the account's record; nil where there is none.
  init(
    _ ke1: [UInt8], _ known: OPAQUERecord?, _ credentialIdentifier: [UInt8], _ decoys: OPAQUEDecoys,
    _ randomness: consuming ServerLoginRandomness
  ) throws(OPAQUEError) {
    let decoy = try decoys.record(credentialIdentifier)  // made at every login: its time tells nothing
    let record = known ?? decoy
    let ke1 = try Message<KE1>(ke1)
    let (blinded, clientKeyshare) = try ke1.elements(KE1.blindedMessage, KE1.clientPublicKeyshare)
    let clientPublicKey = try Message<RegistrationRecord>(record.bytes).element(RegistrationRecord.clientPublicKey)
    let keyshareSecret = try deriveDiffieHellmanKey(seed: randomness.serverKeyshareSeed)

    self.ke1 = ke1
    self.record = record
    isDecoy = known == nil
    maskingNonce = randomness.maskingNonce
    serverNonce = randomness.serverNonce
    self.keyshareSecret = keyshareSecret
    self.blinded = blinded
    self.clientKeyshare = clientKeyshare
    self.clientPublicKey = clientPublicKey
  }

  /// All products with elements that the client sent or registered, and the server's key share, encoded together.
  borrowing func group(
    oprfKey: borrowing RistrettoScalar, privateKey: borrowing RistrettoScalar
  ) throws(OPAQUEError) -> ServerGroupWork {
    var products = RistrettoProducts()
    products.append(oprfKey, times: blinded)
    products.append(keyshareSecret, and: privateKey, times: clientKeyshare)
    products.append(keyshareSecret, times: clientPublicKey)
    products.append(generatorTimes: keyshareSecret)
    return ServerGroupWork(try encode(products))
  }

  /// The same where somebody else multiplies with the private key.
  ///
  /// - Parameter diffieHellman: the private key times the client's key share, 32 bytes.
  borrowing func group(
    oprfKey: borrowing RistrettoScalar, diffieHellman: borrowing SecretBytes
  ) throws(OPAQUEError) -> ServerGroupWork {
    var products = RistrettoProducts()
    products.append(oprfKey, times: blinded)
    products.append(keyshareSecret, times: clientKeyshare)
    products.append(keyshareSecret, times: clientPublicKey)
    products.append(generatorTimes: keyshareSecret)
    return ServerGroupWork(try encode(products), diffieHellman)
  }

  /// KE2 without its MAC: CredentialResponse (section 6.3.2.2), server_nonce and server_public_keyshare.
  borrowing func ke2(
    _ group: borrowing ServerGroupWork, serverPublicKey: [UInt8]
  ) throws(OPAQUEError) -> [UInt8] {
    let maskingKey = SecretBytes(copying: record[RegistrationRecord.maskingKey].span)
    let maskedResponse = try mask(
      serverPublicKey + record[RegistrationRecord.envelope], maskingKey: maskingKey, maskingNonce: maskingNonce[...])
    return group.evaluatedMessage + maskingNonce + maskedResponse + serverNonce + group.serverPublicKeyshare
  }

  /// The keys of the login (section 6.4.4, AuthServerRespond).
  borrowing func keys(
    _ group: borrowing ServerGroupWork, _ ke2: [UInt8], serverPublicKey: [UInt8], _ identities: OPAQUEIdentities,
    _ context: [UInt8]
  ) throws(OPAQUEError) -> KeySchedule {
    try context.mustBeContext()
    let preamble = Preamble(
      context: context, clientIdentity: identities.client ?? Array(record[RegistrationRecord.clientPublicKey]),
      ke1: ke1.bytes, serverIdentity: identities.server ?? serverPublicKey, ke2: ke2[...])
    return try KeySchedule(inputKeyMaterial: group.bytes.span.extracting(32..<128), preamble: preamble)
  }
}

/// A server's group elements of one login, encoded: evaluated_message, then the three Diffie-Hellman results in the
/// order of the key schedule (section 6.4.4), then server_public_keyshare; 32 bytes each.
struct ServerGroupWork: ~Copyable {
  let bytes: SecretBytes

  init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

  /// With one result put in its place, the second of the three.
  init(_ others: borrowing SecretBytes, _ diffieHellman: borrowing SecretBytes) {
    var bytes = SecretBytes(count: 160)
    bytes.write(others.span.extracting(..<64), at: 0)
    bytes.write(diffieHellman.span, at: 64)
    bytes.write(others.span.extracting(64...), at: 96)
    self.bytes = bytes
  }

  var evaluatedMessage: [UInt8] { bytes.publicBytes(0..<32) }
  var serverPublicKeyshare: [UInt8] { bytes.publicBytes(128..<160) }
}
