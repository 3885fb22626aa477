internal import PassBindCrypto
internal import PassBindRistretto

/// What a client makes of its password and the server's help, and finds again at each login (RFC 9807 section 4.1). The
/// envelope holds no key: it holds what is needed to derive the client's keys once more, and a tag that says that they are
/// the right ones.
struct Envelope: ~Copyable {
  private let nonce: [UInt8]
  /// Wiped if it is not the envelope's (section 4.1.3): it then comes from a password that was mistyped.
  private let authTag: SecretBytes
  let authKey: SecretBytes
  let exportKey: SecretBytes
  let clientPrivateKey: RistrettoScalar
  let clientPublicKey: [UInt8]

  /// What Store (section 4.1.2) and Recover (section 4.1.3) have in common: the keys, and the tag over what the client
  /// believes about itself and the server.
  init(
    randomizedPassword: borrowing SecretBytes, nonce: [UInt8], serverPublicKey: [UInt8], identities: OPAQUEIdentities
  ) throws(OPAQUEError) {
    let authKey = try expand(randomizedPassword, nonce + Array("AuthKey".utf8), count: 64)
    let exportKey = try expand(randomizedPassword, nonce + Array("ExportKey".utf8), count: 64)
    let seed = try expand(randomizedPassword, nonce + Array("PrivateKey".utf8), count: 32)
    let clientPrivateKey = try deriveDiffieHellmanKey(seed: seed)
    let clientPublicKey = RistrettoPoint(generatorTimes: clientPrivateKey).encoded
    // CleartextCredentials (section 4): the server's identity first.
    let cleartextCredentials =
      serverPublicKey + (identities.server ?? serverPublicKey).lengthPrefixed
      + (identities.client ?? clientPublicKey).lengthPrefixed
    let authTag = try mac(authKey, nonce + cleartextCredentials)

    self.nonce = nonce
    self.authTag = authTag
    self.authKey = authKey
    self.exportKey = exportKey
    self.clientPrivateKey = clientPrivateKey
    self.clientPublicKey = clientPublicKey
  }

  /// envelope_nonce, 32 bytes, and auth_tag, 64, for the server.
  var bytes: [UInt8] { nonce + authTag.publicBytes() }

  /// Whether this is its tag, in a time that does not depend on the answer.
  borrowing func hasTag(_ other: ArraySlice<UInt8>) -> Bool { constantTimeEqual(authTag.span, other.span) }

  /// MaskingKey of Store (section 4.1.2), which does not depend on the nonce.
  static func maskingKey(_ randomizedPassword: borrowing SecretBytes) throws(OPAQUEError) -> SecretBytes {
    try expand(randomizedPassword, Array("MaskingKey".utf8), count: 64)
  }
}

/// masked_response (section 6.3.2.2): the server's public key and the envelope under a pad, or the other way round. Who
/// does not know the masking key can't tell a record from a made-up one.
func mask(
  _ response: [UInt8], maskingKey: borrowing SecretBytes, maskingNonce: ArraySlice<UInt8>
) throws(OPAQUEError) -> [UInt8] {
  let pad = try expand(maskingKey, maskingNonce + Array("CredentialResponsePad".utf8), count: response.count)
  let padSpan = pad.span
  return response.indices.map { response[$0] ^ padSpan[$0] }
}
