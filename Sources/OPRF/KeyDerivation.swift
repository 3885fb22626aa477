internal import PassBindCrypto
package import PassBindRistretto

/// DeriveKeyPair (RFC 9497 section 3.2.1) without the public key: the same private key from the same seed, each time.
/// - Parameters:
///   - seed: 32 secret bytes.
///   - info: At most 65,535 bytes, not secret.
/// - Throws: `invalidEncoding` for a seed of another length, `invalidInput` for a longer info, `noKeyDerived` if all
///   256 hashes are zero, `unavailable`.
package func deriveKey(seed: Span<UInt8>, info: Span<UInt8>, mode: OPRFMode) throws(OPRFError) -> RistrettoScalar {
  guard seed.count == 32 else {
    throw OPRFError(.invalidEncoding, "the seed has \(seed.count) bytes where 32 are wanted")
  }
  try checkLength(info, of: "the info")
  // The one tag without a hyphen.
  let tag = mode.tag("DeriveKeyPair")
  return try firstOtherThanZero { (counter: Int) throws(OPRFError) -> RistrettoScalar in
    var input = Transcript()
    input.append(seed)
    input.appendPrefixed(info)
    input.append(counter, byteCount: 1)
    return try input.hashedToScalar(tag: tag.span)
  }
}

/// The first of 256 candidates that is a private key.
func firstOtherThanZero(
  _ candidate: (Int) throws(OPRFError) -> RistrettoScalar
) throws(OPRFError) -> RistrettoScalar {
  for counter in 0...255 {
    let scalar = try candidate(counter)
    if !scalar.isZero { return scalar }
  }
  throw OPRFError(.noKeyDerived, "256 hashes of the seed are all zero")
}

/// RandomScalar (RFC 9497 section 2.1): uniform, and not zero.
func randomScalar() throws(OPRFError) -> RistrettoScalar {
  try firstOtherThanZero { (_: Int) throws(OPRFError) -> RistrettoScalar in
    let bytes = SecretBytes.random(count: 64)
    return try reduce(bytes.span)
  }
}
