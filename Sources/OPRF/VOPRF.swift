public import PassBindCrypto
package import PassBindRistretto

/// A server's answer in modes VOPRF and POPRF.
public struct VerifiableEvaluation: Sendable {
  /// 32 bytes an element, in the order of the blinded elements.
  public let evaluatedElements: [UInt8]
  /// 64 bytes, for all elements together: that they were made with the server's key (RFC 9497 section 2.2.1; the
  /// scalars c and s).
  public let proof: [UInt8]
}

/// The client in mode VOPRF of RFC 9497 with ristretto255 and SHA-512 (section 3.3.2), for any number of inputs at
/// once.
///
///     var client = try VOPRFClient(publicKey: publicKey.span)
///     try client.blind(input.span)
///     let answer = try server.blindEvaluate(client.blindedElements.span)  // a VOPRFServer, elsewhere
///     let outputs = try client.finalize(evaluatedElements: answer.evaluatedElements.span, proof: answer.proof.span)
///
/// The server learns nothing about the inputs, and the client knows that the key was the one it expected.
public struct VOPRFClient: ~Copyable, Sendable {
  private let publicKey: GroupElement
  private var inputs: [BlindedInput] = []

  /// A client of the server with this key.
  /// - Parameter publicKey: 32 bytes, from a source that is trusted.
  /// - Throws: `invalidEncoding` if they are not an element, or are the identity element.
  public init(publicKey: Span<UInt8>) throws(OPRFError) {
    self.publicKey = try GroupElement(decoding: publicKey, "the public key")
  }

  /// Blind: hides another input behind a random blind of its own.
  /// - Parameter input: At most 65,535 bytes. It is copied, into memory that is wiped.
  /// - Throws: `invalidInput` for a longer input, and for more than 65,535 inputs; `unavailable`.
  public mutating func blind(_ input: Span<UInt8>) throws(OPRFError) { try blind(input, with: randomScalar()) }

  /// Blind with a blind that is given: other than zero, uniformly random, and never used before.
  package mutating func blind(_ input: Span<UInt8>, with blind: consuming RistrettoScalar) throws(OPRFError) {
    try inputs.blind(input, with: blind, mode: .voprf)
  }

  /// For the server: 32 bytes an input, in their order.
  public var blindedElements: [UInt8] { inputs.elements.encodings }

  /// Finalize: verifies the proof; then, the function's values for the inputs under the server's key.
  /// - Parameters:
  ///   - evaluatedElements: The server's answer, 32 bytes an input, in their order.
  ///   - proof: The server's proof, 64 bytes.
  /// - Returns: 64 bytes an input, in their order.
  /// - Throws: `invalidEncoding` for another number of bytes, bytes that are not elements or not a proof, and the
  ///   identity element; `invalidProof` if another key was used; `invalidInput` if no input was blinded; `unavailable`.
  public consuming func finalize(
    evaluatedElements: Span<UInt8>, proof: Span<UInt8>
  ) throws(OPRFError) -> SecretBytes {
    let evaluated = try inputs.decode(evaluated: evaluatedElements)
    let statement = EquivalenceStatement(mode: .voprf, b: publicKey, c: inputs.elements, d: evaluated)
    try statement.verify(proof)
    return try PassBindOPRF.finalize(inputs, evaluated: evaluated, info: nil)
  }
}

/// The server in mode VOPRF of RFC 9497 with ristretto255 and SHA-512 (section 3.3.2), with its private key.
public struct VOPRFServer: ~Copyable, Sendable {
  private let key: ServerKey

  /// GenerateKeyPair (section 3.2): a new random key.
  /// - Throws: Nothing, unless the random generator gives zero 256 times.
  public init() throws(OPRFError) { key = try ServerKey(randomScalar()) }

  /// A server with a key that was made before.
  /// - Parameter privateKey: 32 bytes, a scalar in little-endian order.
  /// - Throws: `invalidEncoding` if it is not a scalar below the group order, or is zero.
  public init(privateKey: Span<UInt8>) throws(OPRFError) { key = try ServerKey(decoding: privateKey) }

  /// DeriveKeyPair (section 3.2.1): the same keys from the same seed and info. They differ from those of other modes.
  /// - Parameters:
  ///   - seed: 32 secret, random bytes.
  ///   - info: At most 65,535 bytes, not secret; may be empty.
  /// - Throws: `invalidEncoding` for another length of the seed, `invalidInput` for a longer info, `noKeyDerived`,
  ///   which no known seed gives, `unavailable`.
  public init(seed: Span<UInt8>, info: Span<UInt8>) throws(OPRFError) {
    key = try ServerKey(deriveKey(seed: seed, info: info, mode: .voprf))
  }

  /// The private key to keep: 32 bytes for ``init(privateKey:)``.
  public var privateKey: SecretBytes { key.encoded.copy() }

  /// The public key, for clients: 32 bytes.
  public var publicKey: [UInt8] { key.publicKey.encoding }

  /// BlindEvaluate, for one client's elements, with one proof for all of them.
  /// - Parameter blindedElements: 1 to 65,535 elements of 32 bytes. Bound their number by what you want to spend: each
  ///   costs two multiplications.
  /// - Throws: `invalidEncoding` for another number of bytes, bytes that are not an element, and the identity element;
  ///   `unavailable`.
  public func blindEvaluate(_ blindedElements: Span<UInt8>) throws(OPRFError) -> VerifiableEvaluation {
    try blindEvaluate(blindedElements, nonce: randomScalar())
  }

  /// BlindEvaluate with the proof's nonce given: see ``EquivalenceStatement/generateProof(key:nonce:)``.
  package func blindEvaluate(
    _ blindedElements: Span<UInt8>, nonce: consuming RistrettoScalar
  ) throws(OPRFError) -> VerifiableEvaluation {
    let blinded = try [GroupElement](decoding: blindedElements, "the blinded elements")
    let evaluated = key.scalar * blinded
    let statement = EquivalenceStatement(mode: .voprf, b: key.publicKey, c: blinded, d: evaluated)
    let proof = try statement.generateProof(key: key.scalar, nonce: nonce)
    return VerifiableEvaluation(evaluatedElements: evaluated.encodings, proof: proof)
  }

  /// Evaluate: the function's value for an input that is known here, the same that the client arrives at.
  /// - Parameter input: At most 65,535 bytes.
  /// - Returns: 64 bytes.
  /// - Throws: `invalidInput` for a longer input, `unavailable`.
  public func evaluate(_ input: Span<UInt8>) throws(OPRFError) -> SecretBytes {
    try PassBindOPRF.evaluate(input, info: nil, scalar: key.scalar, mode: .voprf)
  }
}
