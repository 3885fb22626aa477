internal import PassBindCrypto
internal import PassBindRistretto

/// skS and pkS of RFC 9497 section 3.2, and what all servers do with them.
struct ServerKey: ~Copyable, Sendable {
  let scalar: RistrettoScalar
  let publicKey: GroupElement

  /// The private key, 32 bytes.
  let encoded: SecretBytes

  init(_ scalar: consuming RistrettoScalar) throws(OPRFError) {
    var bytes = SecretBytes(count: RistrettoScalar.encodedByteCount)
    var span = bytes.mutableSpan
    do { try scalar.encode(into: &span) } catch { throw OPRFError(error, in: "the private key") }
    encoded = bytes
    publicKey = GroupElement(RistrettoPoint(generatorTimes: scalar))
    self.scalar = scalar
  }

  init(decoding bytes: Span<UInt8>) throws(OPRFError) {
    let scalar = try decodeScalar(bytes, "the private key")
    guard !scalar.isZero else { throw OPRFError(.invalidEncoding, "the private key is zero") }
    try self.init(scalar)
  }
}

/// Evaluate (RFC 9497 sections 3.3.1 and 3.3.3), with the scalar that the input's element is multiplied by.
func evaluate(
  _ input: Span<UInt8>, info: Span<UInt8>?, scalar: borrowing RistrettoScalar, mode: OPRFMode
) throws(OPRFError) -> SecretBytes {
  try checkLength(input, of: "the input")
  var product = RistrettoProducts()
  product.append(scalar, times: try hashToGroup(input, mode: mode))
  let issued = try product.serialized()
  return try outputHash(input: input, info: info, element: issued.span)
}
