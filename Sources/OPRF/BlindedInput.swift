internal import PassBindCrypto
internal import PassBindRistretto

/// What the client remembers of one input in any mode. A class, because an array cannot hold what cannot be copied.
final class BlindedInput: Sendable {
  private let input: SecretBytes
  private let blind: RistrettoScalar
  /// 32 bytes, for the server.
  let element: [UInt8]

  /// Blind (RFC 9497 section 3.3.1).
  init(_ input: Span<UInt8>, blind: consuming RistrettoScalar, mode: OPRFMode) throws(OPRFError) {
    try checkLength(input, of: "the input")
    var product = RistrettoProducts()
    product.append(blind, times: try hashToGroup(input, mode: mode))
    let element = try product.serialized()
    self.element = element.span.indices.map { element.span[$0] }
    self.input = SecretBytes(copying: input)
    self.blind = blind
  }

  /// Takes the blind off the evaluated element, as the next of the products.
  func unblind(_ evaluated: RistrettoPoint, into products: inout RistrettoProducts) throws(OPRFError) {
    do { products.append(try blind.inverted(), times: evaluated) } catch { throw OPRFError(error, in: "the blind") }
  }

  /// The hash that ends Finalize.
  func output(unblinded: Span<UInt8>, info: Span<UInt8>? = nil) throws(OPRFError) -> SecretBytes {
    try outputHash(input: input, info: info, element: unblinded)
  }
}

/// The hash that ends Finalize and Evaluate (RFC 9497 sections 3.3.1 and 3.3.3): 64 bytes. Only mode POPRF has an info.
func outputHash(
  input: borrowing SecretBytes, info: Span<UInt8>?, element: Span<UInt8>
) throws(OPRFError) -> SecretBytes {
  var transcript = Transcript()
  transcript.appendPrefixed(input.span)
  if let info { transcript.appendPrefixed(info) }
  transcript.appendPrefixed(element)
  transcript.append("Finalize")
  return try transcript.digest()
}
