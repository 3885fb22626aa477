internal import PassBindCrypto
internal import PassBindRistretto

/// What the client remembers of one input, in any mode. A class, because an array cannot hold what cannot be copied.
final class BlindedInput: Sendable {
  private let input: SecretBytes
  private let blind: RistrettoScalar
  /// For the server, and no secret.
  let element: GroupElement

  /// Blind (RFC 9497 section 3.3.1).
  init(_ input: Span<UInt8>, blind: consuming RistrettoScalar, mode: OPRFMode) throws(OPRFError) {
    try checkLength(input, of: "the input")
    element = GroupElement(try blind * hashToGroup(input, mode: mode))
    self.input = SecretBytes(copying: input)
    self.blind = blind
  }

  /// Takes the blind off the evaluated element, as the next of the products.
  fileprivate func unblind(_ evaluated: RistrettoPoint, into products: inout RistrettoProducts) throws(OPRFError) {
    do { products.append(try blind.inverted(), times: evaluated) } catch { throw OPRFError(error, in: "the blind") }
  }

  fileprivate func output(_ unblinded: Span<UInt8>, info: Span<UInt8>?) throws(OPRFError) -> SecretBytes {
    func hash(_ input: borrowing SecretBytes) throws(OPRFError) -> SecretBytes {
      try outputHash(input: input.span, info: info, element: unblinded)
    }
    return try hash(input)
  }
}

extension [BlindedInput] {
  /// Blinds another input of the batch.
  mutating func blind(
    _ input: Span<UInt8>, with blind: consuming RistrettoScalar, mode: OPRFMode
  ) throws(OPRFError) {
    guard count < [GroupElement].maximumCount else {
      throw OPRFError(.invalidInput, "more than \([GroupElement].maximumCount) inputs")
    }
    append(try BlindedInput(input, blind: blind, mode: mode))
  }

  var elements: [GroupElement] { map(\.element) }

  /// Reads the server's answer, as many elements as inputs.
  func decode(evaluated bytes: Span<UInt8>) throws(OPRFError) -> [GroupElement] {
    guard !isEmpty else { throw OPRFError(.invalidInput, "no input was blinded") }
    return try [GroupElement](decoding: bytes, count: count, "the evaluated elements")
  }
}

/// Finalize (RFC 9497 sections 3.3.1 and 3.3.3) for each input, once the proof is verified where there is one: 64 bytes
/// each. There are as many evaluated elements as inputs.
func finalize(_ inputs: [BlindedInput], evaluated: [GroupElement], info: Span<UInt8>?) throws(OPRFError) -> SecretBytes
{
  var products = RistrettoProducts()
  for (input, element) in zip(inputs, evaluated) { try input.unblind(element.point, into: &products) }
  let unblinded = try products.serialized()
  var outputs = SecretBytes(count: 64 * inputs.count)
  for (i, input) in inputs.enumerated() {
    let output = try input.output(unblinded.span.extracting(32 * i..<32 * i + 32), info: info)
    var span = outputs.mutableSpan
    for j in output.span.indices { span[64 * i + j] = output.span[j] }
  }
  return outputs
}

/// The hash that ends Finalize and Evaluate: 64 bytes. Only mode POPRF has an info.
func outputHash(input: Span<UInt8>, info: Span<UInt8>?, element: Span<UInt8>) throws(OPRFError) -> SecretBytes {
  var transcript = Transcript()
  transcript.appendPrefixed(input)
  if let info { transcript.appendPrefixed(info) }
  transcript.appendPrefixed(element)
  transcript.append("Finalize")
  return try transcript.digest()
}
