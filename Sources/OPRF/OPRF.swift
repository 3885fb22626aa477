public import PassBindCrypto
package import PassBindRistretto

/// The client in mode OPRF of RFC 9497 with ristretto255 and SHA-512 (section 3.3.1), for one input.
///
///     let client = try OPRFClient(input: input.span)
///     let evaluated = try server.blindEvaluate(client.blindedElement.span)  // an OPRFServer, elsewhere
///     let output = try client.finalize(evaluatedElement: evaluated.span)
///
/// The server learns nothing about the input. The client can't tell which key was used: see ``VOPRFClient``.
public struct OPRFClient: ~Copyable, Sendable {
  /// 32 bytes, for the server.
  public var blindedElement: [UInt8] { input.element.encoding }
  private let input: BlindedInput

  /// Blind: hides the input behind a random blind.
  /// - Parameter input: At most 65,535 bytes. It is copied, into memory that is wiped.
  /// - Throws: `invalidInput` for a longer input, `unavailable`.
  public init(input: Span<UInt8>) throws(OPRFError) { try self.init(input: input, blind: randomScalar()) }

  /// Blind with a blind that is given: other than zero, uniformly random, and never used before.
  package init(input: Span<UInt8>, blind: consuming RistrettoScalar) throws(OPRFError) {
    self.input = try BlindedInput(input, blind: blind, mode: .oprf)
  }

  /// Finalize: the function's value for the input under the server's key.
  /// - Parameter evaluatedElement: The 32 bytes of the server's answer.
  /// - Returns: 64 bytes.
  /// - Throws: `invalidEncoding` if the answer is not an element, or is the identity element; `unavailable`.
  public consuming func finalize(evaluatedElement: Span<UInt8>) throws(OPRFError) -> SecretBytes {
    let evaluated = try [input].decode(evaluated: evaluatedElement)
    return try PassBindOPRF.finalize([input], evaluated: evaluated, info: nil)
  }
}

/// The server in mode OPRF of RFC 9497 with ristretto255 and SHA-512 (section 3.3.1), with its private key.
public struct OPRFServer: ~Copyable, Sendable {
  private let key: ServerKey

  /// GenerateKeyPair (section 3.2): a new random key.
  /// - Throws: Nothing, unless the random generator gives zero 256 times.
  public init() throws(OPRFError) { key = try ServerKey(randomScalar()) }

  /// A server with a key that was made before.
  /// - Parameter privateKey: 32 bytes, a scalar in little-endian order.
  /// - Throws: `invalidEncoding` if it is not a scalar below the group order, or is zero.
  public init(privateKey: Span<UInt8>) throws(OPRFError) { key = try ServerKey(decoding: privateKey) }

  /// DeriveKeyPair (section 3.2.1): the same key from the same seed and info. The key differs from those of other
  /// modes.
  /// - Parameters:
  ///   - seed: 32 secret, random bytes.
  ///   - info: At most 65,535 bytes, not secret; may be empty.
  /// - Throws: `invalidEncoding` for another length of the seed, `invalidInput` for a longer info, `noKeyDerived`,
  ///   which no known seed gives, `unavailable`.
  public init(seed: Span<UInt8>, info: Span<UInt8>) throws(OPRFError) {
    key = try ServerKey(deriveKey(seed: seed, info: info, mode: .oprf))
  }

  /// The private key to keep: 32 bytes for ``init(privateKey:)``.
  public var privateKey: SecretBytes { key.encoded.copy() }

  /// BlindEvaluate, for one client's element or for several at once.
  /// - Parameter blindedElements: 1 to 65,535 elements of 32 bytes. Bound their number by what you want to spend: each
  ///   costs a multiplication.
  /// - Returns: As many evaluated elements of 32 bytes, in the same order.
  /// - Throws: `invalidEncoding` for another number of bytes, bytes that are not an element, and the identity element.
  public func blindEvaluate(_ blindedElements: Span<UInt8>) throws(OPRFError) -> [UInt8] {
    (key.scalar * (try [GroupElement](decoding: blindedElements, "the blinded elements"))).encodings
  }

  /// Evaluate: the function's value for an input that is known here, the same that the client arrives at.
  /// - Parameter input: At most 65,535 bytes.
  /// - Returns: 64 bytes.
  /// - Throws: `invalidInput` for a longer input, `unavailable`.
  public func evaluate(_ input: Span<UInt8>) throws(OPRFError) -> SecretBytes {
    try PassBindOPRF.evaluate(input, info: nil, scalar: key.scalar, mode: .oprf)
  }
}
