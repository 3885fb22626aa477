internal import PassBindCrypto
internal import PassBindRistretto

/// What a client finds in KE2 with the right password (RFC 9807 section 6.3.2.3, RecoverCredentials).
struct RecoveredCredentials: ~Copyable {
  let envelope: Envelope<DiffieHellmanKeys>
  private let serverKey: RistrettoPoint

  /// The server's public key is looked at as a group element only where the tag fits; either failure is the same error.
  init(
    _ ke2: Message<KE2>, randomizedPassword: borrowing SecretBytes, identities: OPAQUEIdentities
  ) throws(OPAQUEError) {
    let envelope = try Envelope<DiffieHellmanKeys>.open(
      ke2[KE2.maskedResponse], maskingNonce: ke2[KE2.maskingNonce], randomizedPassword: randomizedPassword,
      identities: identities)
    let serverPublicKey = envelope.serverPublicKey
    guard let serverKey = try? RistrettoPoint(decoding: serverPublicKey.span) else {
      throw Envelope<DiffieHellmanKeys>.recoveryFailed
    }
    self.envelope = envelope
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
    products.append(envelope.clientKeys.privateKey, times: serverKeyshare)
    let inputKeyMaterial = try encode(products)
    let preamble = Preamble(
      context: context, clientIdentity: identities.client ?? envelope.clientKeys.publicKey, ke1: ke1,
      serverIdentity: identities.server ?? envelope.serverPublicKey, ke2: ke2[KE2.inPreamble])
    return try KeySchedule(inputKeyMaterial: inputKeyMaterial.span, preamble: preamble)
  }
}
