public import PassBindCrypto
package import PassBindRistretto

/// The client in mode OPRF of RFC 9497 with ristretto255 and SHA-512 (section 3.3.1), for one input.
///
///     let client = try OPRFClient(input: input.span)
///     let evaluated = try server.blindEvaluate(client.blindedElement.span)  // on the other side
///     let output = try client.finalize(evaluatedElement: evaluated.span)
///
/// The server learns nothing about the input. The client can't tell which key was used: ``VOPRFClient`` can.
public struct OPRFClient: ~Copyable, Sendable {
  /// 32 bytes, for the server.
  public let blindedElement: [UInt8]
  private let blinded: BlindedInput

  /// Blind: hides the input behind a random blind.
  /// - Parameter input: At most 65,535 bytes. It is copied, into memory that is wiped.
  /// - Throws: `invalidInput` for a longer input, `unavailable`.
  public init(input: Span<UInt8>) throws(OPRFError) { try self.init(input: input, blind: randomScalar()) }

  /// Blind with a blind that is given: other than zero, uniformly random, and never used before.
  package init(input: Span<UInt8>, blind: consuming RistrettoScalar) throws(OPRFError) {
    blinded = try BlindedInput(input, blind: blind, mode: .oprf)
    blindedElement = blinded.element
  }

  /// Finalize: the function's value for the input under the server's key.
  /// - Parameter evaluatedElement: The 32 bytes of the server's answer.
  /// - Returns: 64 bytes.
  /// - Throws: `invalidEncoding` if the answer is not an element, or is the identity element; `unavailable`.
  public consuming func finalize(evaluatedElement: Span<UInt8>) throws(OPRFError) -> SecretBytes {
    var product = RistrettoProducts()
    try blinded.unblind(decodeElement(evaluatedElement, "the evaluated element"), into: &product)
    let unblinded = try product.serialized()
    return try blinded.output(unblinded: unblinded.span)
  }
}
