public import PassBindCrypto
internal import PassBindRistretto

/// Whoever holds a server's secrets in its stead: a key management service, a hardware module, another process. Two
/// answers are all that a login needs from it, and neither tells the secrets.
///
/// ``OPAQUEServerSetup`` is one too, in this process.
public protocol OPAQUEKeyHolder: Sendable {
  /// The server's public key, 32 bytes.
  var publicKey: [UInt8] { get }

  /// The seed of one account's OPRF key: HKDF-Expand(oprf_seed, credential_identifier || "OprfKey", 32) of RFC 9807
  /// section 5.2.2, which is the first 32 bytes of HMAC-SHA-512 over credential_identifier || "OprfKey" || 0x01.
  ///
  /// - Returns: 32 bytes, with which guesses at this one account can be tried, and at no other.
  /// - Throws: ``OPAQUEError`` `keysUnavailable`.
  func oprfKeySeed(for credentialIdentifier: [UInt8]) async throws(OPAQUEError) -> SecretBytes

  /// The private key times the client's key share: DiffieHellman of RFC 9807 section 6.4.1.
  ///
  /// - Parameter keyshare: client_public_keyshare, 32 bytes, which has been found to be an element and not the
  ///   identity.
  /// - Returns: the encoding of the product, 32 bytes.
  /// - Throws: ``OPAQUEError`` `keysUnavailable`.
  func diffieHellman(with keyshare: [UInt8]) async throws(OPAQUEError) -> SecretBytes
}

extension OPAQUEServerSetup: OPAQUEKeyHolder {
  /// See ``OPAQUEKeyHolder/oprfKeySeed(for:)``.
  ///
  /// - Throws: ``OPAQUEError`` `unavailable`.
  public func oprfKeySeed(for credentialIdentifier: [UInt8]) throws(OPAQUEError) -> SecretBytes {
    try deriveOPRFKeySeed(secrets.oprfSeed, credentialIdentifier)
  }

  /// See ``OPAQUEKeyHolder/diffieHellman(with:)``.
  ///
  /// - Throws: ``OPAQUEError`` `invalidElement` for a key share that is none.
  public func diffieHellman(with keyshare: [UInt8]) throws(OPAQUEError) -> SecretBytes {
    let element: RistrettoPoint
    do throws(RistrettoError) {
      element = try RistrettoPoint(decoding: keyshare.span)
    } catch {
      throw OPAQUEError(.invalidElement, "the key share: \(error.reason)")
    }
    var products = RistrettoProducts()
    products.append(secrets.privateKey, times: element)
    return try encode(products)
  }
}

extension OPAQUEKeyHolder {
  /// As ``OPAQUEServerSetup/registrationResponse(to:credentialIdentifier:)``, with the keys elsewhere.
  ///
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidElement`, `invalidParameter` or `keysUnavailable`.
  public func respond(
    toRegistration request: [UInt8], credentialIdentifier: [UInt8]
  ) async throws(OPAQUEError) -> [UInt8] {
    try credentialIdentifier.mustBeCredentialIdentifier()
    let blinded = try Message<RegistrationRequest>(request).element(RegistrationRequest.blindedMessage)
    let key = try await heldOPRFKey(for: credentialIdentifier)
    let publicKey = publicKey
    try mustBeElement(publicKey.span, "public key")
    return (key * blinded).encoded + publicKey
  }

  /// What comes from elsewhere is looked at like what comes from a peer: a product that is the identity would make keys
  /// that anybody knows (section 10.7).
  func mustBeElement(_ bytes: Span<UInt8>, _ name: String) throws(OPAQUEError) {
    do throws(RistrettoError) {
      _ = try RistrettoPoint(decoding: bytes)
    } catch {
      throw OPAQUEError(.keysUnavailable, "the key holder's \(name): \(error.reason)")
    }
  }

  func heldOPRFKey(for credentialIdentifier: [UInt8]) async throws(OPAQUEError) -> RistrettoScalar {
    let seed = try await oprfKeySeed(for: credentialIdentifier)
    guard seed.count == 32 else {
      throw OPAQUEError(.keysUnavailable, "the key holder gave \(seed.count) bytes where 32 are wanted")
    }
    return try deriveOPRFKey(seed: seed)
  }
}

extension OPAQUEServerLogin {
  /// As ``init(ke1:record:credentialIdentifier:setup:identities:context:)``, with the keys elsewhere. The holder is
  /// asked the same two questions for an account that does not exist, whose name is answered under the OPRF key that it
  /// would have.
  ///
  /// - Parameters:
  ///   - ke1: the client's KE1, 96 bytes.
  ///   - record: the account's record; nil where there is no such account.
  ///   - credentialIdentifier: what the server calls the account, 1 to 65,535 bytes.
  ///   - holder: who holds the keys.
  ///   - decoys: what it shows of accounts that do not exist; their records alone.
  ///   - identities: who the two ends are, as at the registration.
  ///   - context: what both ends know of the connection and the application, 0 to 65,535 bytes.
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidElement`, `invalidParameter` or `keysUnavailable`.
  public static func start(
    ke1: [UInt8], record: OPAQUERecord?, credentialIdentifier: [UInt8], holder: some OPAQUEKeyHolder,
    decoys: OPAQUEDecoys, identities: OPAQUEIdentities = .publicKeys, context: [UInt8] = []
  ) async throws(OPAQUEError) -> OPAQUEServerLogin {
    try credentialIdentifier.mustBeCredentialIdentifier()
    let answer = try ServerAnswer(ke1, record, credentialIdentifier, decoys, ServerLoginRandomness())
    let keyshare = Array(answer.ke1[KE1.clientPublicKeyshare])
    let publicKey = holder.publicKey
    try holder.mustBeElement(publicKey.span, "public key")
    let oprfKey = try await holder.heldOPRFKey(for: credentialIdentifier)
    let diffieHellman = try await holder.diffieHellman(with: keyshare)
    try holder.mustBeElement(diffieHellman.span, "product")
    let group = try answer.group(oprfKey: oprfKey, diffieHellman: diffieHellman)
    return try OPAQUEServerLogin(answer, group, serverPublicKey: publicKey, identities, context)
  }
}
