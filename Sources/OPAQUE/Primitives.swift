package import PassBindCrypto
internal import PassBindOPRF
package import PassBindRistretto

// The functions that RFC 9807 section 2 assumes: HKDF, HMAC and SHA-512, with this module's errors.

/// Expand (section 2.2).
package func expand(_ key: borrowing SecretBytes, _ info: [UInt8], count: Int) throws(OPAQUEError) -> SecretBytes {
  do throws(CryptoError) {
    return try HashFunction.sha512.expand(key.span, info: info.span, count: count)
  } catch {
    throw OPAQUEError(.unavailable, error.reason)
  }
}

/// Extract with the salt "" (section 2.2).
func extract(_ inputKeyMaterial: Span<UInt8>) throws(OPAQUEError) -> SecretBytes {
  do throws(CryptoError) {
    let salt: [UInt8] = []
    return try HashFunction.sha512.extract(salt: salt.span, inputKeyMaterial: inputKeyMaterial)
  } catch {
    throw OPAQUEError(.unavailable, error.reason)
  }
}

/// MAC (section 2.2): 64 bytes.
func mac(_ key: borrowing SecretBytes, _ message: [UInt8]) throws(OPAQUEError) -> SecretBytes {
  do throws(CryptoError) {
    return try HashFunction.sha512.hmac(key: key.span, message.span)
  } catch {
    throw OPAQUEError(.unavailable, error.reason)
  }
}

/// Hash (section 2.3): 64 bytes.
func sha512(_ message: [UInt8]) throws(OPAQUEError) -> [UInt8] {
  do throws(CryptoError) {
    return try HashFunction.sha512.digest(of: message.span)
  } catch {
    throw OPAQUEError(.unavailable, error.reason)
  }
}

/// The private key of DeriveDiffieHellmanKeyPair (section 6.4.1); the public key is computed where it is wanted,
/// together with other multiples.
func deriveDiffieHellmanKey(seed: borrowing SecretBytes) throws(OPAQUEError) -> RistrettoScalar {
  try deriveKey(seed: seed, info: "OPAQUE-DeriveDiffieHellmanKeyPair")
}

/// The OPRF key of one credential identifier, from its own seed (section 5.2.2).
package func deriveOPRFKey(seed: borrowing SecretBytes) throws(OPAQUEError) -> RistrettoScalar {
  try deriveKey(seed: seed, info: "OPAQUE-DeriveKeyPair")
}

private func deriveKey(seed: borrowing SecretBytes, info: String) throws(OPAQUEError) -> RistrettoScalar {
  do throws(OPRFError) {
    return try PassBindOPRF.deriveKey(seed: seed.span, info: Array(info.utf8).span, mode: .oprf)
  } catch {
    throw OPAQUEError(.unavailable, error.reason)
  }
}

/// The seed of a credential identifier's OPRF key (section 5.2.2): 32 bytes. One HMAC, which a key management service
/// that holds `oprf_seed` can compute too.
package func deriveOPRFKeySeed(
  _ oprfSeed: borrowing SecretBytes, _ credentialIdentifier: [UInt8]
) throws(OPAQUEError) -> SecretBytes {
  try expand(oprfSeed, credentialIdentifier + Array("OprfKey".utf8), count: 32)
}

/// The encodings of the products, 32 bytes each, in their order.
func encode(_ products: consuming RistrettoProducts) throws(OPAQUEError) -> SecretBytes {
  var bytes = SecretBytes(count: 32 * products.count)
  var span = bytes.mutableSpan
  do throws(RistrettoError) {
    try products.encode(into: &span)
  } catch {
    throw OPAQUEError(.invalidElement, error.reason)
  }
  return bytes
}

extension SecretBytes {
  /// Writes bytes from `start` on, where there is room for them.
  mutating func write(_ bytes: Span<UInt8>, at start: Int) {
    var span = mutableSpan
    for i in bytes.indices { span[start + i] = bytes[i] }
  }

  /// Writes a secret from `start` on, where there is room for it.
  mutating func write(_ secret: borrowing SecretBytes, at start: Int) { write(secret.span, at: start) }

  /// Some of the bytes, or all, which the peer will see: a MAC, an element.
  package borrowing func publicBytes(_ range: Range<Int>? = nil) -> [UInt8] {
    let bytes = span
    return (range ?? 0..<count).map { bytes[$0] }
  }
}
