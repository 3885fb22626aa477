package import PassBindCrypto
internal import PassBindRistretto

/// A client's long-term keys, which come from a seed. RFC 9807's are for 3DH; other key exchanges have others.
package protocol ClientKeys: ~Copyable {
  /// - Parameter seed: Nseed = 32 bytes.
  init(seed: borrowing SecretBytes) throws(OPAQUEError)
  /// 32 bytes.
  var publicKey: [UInt8] { get }
}

/// DeriveDiffieHellmanKeyPair (RFC 9807 section 6.4.1).
struct DiffieHellmanKeys: ~Copyable, ClientKeys {
  let privateKey: RistrettoScalar
  let publicKey: [UInt8]

  init(seed: borrowing SecretBytes) throws(OPAQUEError) {
    privateKey = try deriveDiffieHellmanKey(seed: seed)
    publicKey = RistrettoPoint(generatorTimes: privateKey).encoded
  }
}

/// What a client makes of its password and the server's help, and finds again at each login (RFC 9807 section 4.1). The
/// envelope holds no key: it holds what is needed to derive the client's keys once more, and a tag that says that they
/// are the right ones.
package struct Envelope<Keys: ClientKeys & ~Copyable>: ~Copyable {
  private let nonce: [UInt8]
  /// Wiped if it is not the envelope's (section 4.1.3): it then comes from a password that was mistyped.
  private let authTag: SecretBytes
  let authKey: SecretBytes
  package let exportKey: SecretBytes
  package let clientKeys: Keys
  package let serverPublicKey: [UInt8]

  /// What Store (section 4.1.2) and Recover (section 4.1.3) have in common: the keys, and the tag over what the client
  /// believes about itself and the server.
  package init(
    randomizedPassword: borrowing SecretBytes, nonce: [UInt8], serverPublicKey: [UInt8], identities: OPAQUEIdentities
  ) throws(OPAQUEError) {
    let authKey = try expand(randomizedPassword, nonce + Array("AuthKey".utf8), count: 64)
    let exportKey = try expand(randomizedPassword, nonce + Array("ExportKey".utf8), count: 64)
    let seed = try expand(randomizedPassword, nonce + Array("PrivateKey".utf8), count: 32)
    let clientKeys = try Keys(seed: seed)
    // CleartextCredentials (section 4): the server's identity first.
    let cleartextCredentials =
      serverPublicKey + (identities.server ?? serverPublicKey).lengthPrefixed
      + (identities.client ?? clientKeys.publicKey).lengthPrefixed
    let authTag = try mac(authKey, nonce + cleartextCredentials)

    self.nonce = nonce
    self.authTag = authTag
    self.authKey = authKey
    self.exportKey = exportKey
    self.clientKeys = clientKeys
    self.serverPublicKey = serverPublicKey
  }

  /// Unmasks the server's key and the envelope (section 6.3.2.3), and opens it (section 4.1.3, Recover).
  ///
  /// A wrong password gives a wrong masking key, and with it noise where the server's public key should be. The tag
  /// covers that key, so nothing is to be made of it before.
  package static func open(
    _ maskedResponse: ArraySlice<UInt8>, maskingNonce: ArraySlice<UInt8>,
    randomizedPassword: borrowing SecretBytes, identities: OPAQUEIdentities
  ) throws(OPAQUEError) -> Envelope {
    let response = try mask(
      Array(maskedResponse), maskingKey: maskingKey(randomizedPassword), maskingNonce: maskingNonce)
    let envelopeBytes = Array(response[32...])
    let envelope = try Envelope(
      randomizedPassword: randomizedPassword, nonce: Array(envelopeBytes[EnvelopeLayout.nonce.range]),
      serverPublicKey: Array(response[..<32]), identities: identities)
    guard envelope.hasTag(envelopeBytes[EnvelopeLayout.authTag.range]) else { throw Self.recoveryFailed }
    return envelope
  }

  /// Whether this is its tag, in a time that does not depend on the answer.
  private borrowing func hasTag(_ other: ArraySlice<UInt8>) -> Bool { constantTimeEqual(authTag.span, other.span) }

  static var recoveryFailed: OPAQUEError {
    OPAQUEError(
      .envelopeRecovery, "the envelope does not open: a wrong password, or other identities, or another record")
  }

  /// envelope_nonce, 32 bytes, and auth_tag, 64, for the server.
  package var bytes: [UInt8] { nonce + authTag.publicBytes() }
}

/// MaskingKey of Store (section 4.1.2), which does not depend on the envelope's nonce: 64 bytes.
package func maskingKey(_ randomizedPassword: borrowing SecretBytes) throws(OPAQUEError) -> SecretBytes {
  try expand(randomizedPassword, Array("MaskingKey".utf8), count: 64)
}

/// masked_response (section 6.3.2.2): the server's public key and the envelope under a pad, or the other way round. Who
/// does not know the masking key can't tell a record from a made-up one.
package func mask(
  _ response: [UInt8], maskingKey: borrowing SecretBytes, maskingNonce: ArraySlice<UInt8>
) throws(OPAQUEError) -> [UInt8] {
  let pad = try expand(maskingKey, maskingNonce + Array("CredentialResponsePad".utf8), count: response.count)
  let padSpan = pad.span
  return response.indices.map { response[$0] ^ padSpan[$0] }
}
