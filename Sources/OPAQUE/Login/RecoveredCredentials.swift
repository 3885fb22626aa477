internal import PassBindCrypto
internal import PassBindRistretto

/// What a client finds in KE2 with the right password (RFC 9807 section 6.3.2.3, RecoverCredentials).
struct RecoveredCredentials: ~Copyable {
  let envelope: Envelope
  let serverPublicKey: [UInt8]
  private let serverKey: RistrettoPoint

  /// Unmasks the server's key and the envelope, and opens it (section 4.1.3, Recover).
  ///
  /// A wrong password gives a wrong masking key, and with it noise where the server's public key should be. The tag covers
  /// that key, so it is looked at as a group element only where the tag fits; either failure is the same error.
  init(
    _ ke2: Message<KE2>, randomizedPassword: borrowing SecretBytes, identities: OPAQUEIdentities
  ) throws(OPAQUEError) {
    let response = try mask(
      Array(ke2[KE2.maskedResponse]), maskingKey: Envelope.maskingKey(randomizedPassword),
      maskingNonce: ke2[KE2.maskingNonce])
    let serverPublicKey = Array(response[..<32])
    let envelopeBytes = Array(response[32...])
    let envelope = try Envelope(
      randomizedPassword: randomizedPassword, nonce: Array(envelopeBytes[EnvelopeLayout.nonce.range]),
      serverPublicKey: serverPublicKey, identities: identities)
    guard envelope.hasTag(envelopeBytes[EnvelopeLayout.authTag.range]),
      let serverKey = try? RistrettoPoint(decoding: serverPublicKey.span)
    else {
      throw OPAQUEError(
        .envelopeRecovery, "the envelope does not open: a wrong password, or other identities, or another record")
    }
    self.envelope = envelope
    self.serverPublicKey = serverPublicKey
    self.serverKey = serverKey
  }

  /// The client's three Diffie-Hellman results and the keys from them (section 6.4.3, AuthClientFinalize).
  borrowing func agree(
    ke1: [UInt8], ke2: Message<KE2>, _ keyshareSecret: borrowing RistrettoScalar, _ serverKeyshare: RistrettoPoint,
    _ context: [UInt8], _ identities: OPAQUEIdentities
  ) throws(OPAQUEError) -> KeySchedule {
    var products = RistrettoProducts()
    products.append(keyshareSecret, times: serverKeyshare)
    products.append(keyshareSecret, times: serverKey)
    products.append(envelope.clientPrivateKey, times: serverKeyshare)
    let inputKeyMaterial = try encode(products)
    let preamble = Preamble(
      context: context, clientIdentity: identities.client ?? envelope.clientPublicKey, ke1: ke1,
      serverIdentity: identities.server ?? serverPublicKey, ke2: ke2[KE2.inPreamble])
    return try KeySchedule(inputKeyMaterial: inputKeyMaterial.span, preamble: preamble)
  }
}
