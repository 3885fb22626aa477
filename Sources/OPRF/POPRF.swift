public import PassBindCrypto
package import PassBindRistretto

/// The client in mode POPRF of RFC 9497 with ristretto255 and SHA-512 (section 3.3.3), for any number of inputs at
/// once. It is used as ``VOPRFClient`` is. Both sides know an info besides, which the function's value depends on.
public struct POPRFClient: ~Copyable, Sendable {
  private let tweakedKey: GroupElement
  private let info: [UInt8]
  private var inputs: [BlindedInput] = []

  /// A client of the server with this key.
  /// - Parameters:
  ///   - publicKey: 32 bytes, from a source that is trusted.
  ///   - info: At most 65,535 bytes, not secret.
  /// - Throws: `invalidEncoding` if the key is not an element, or is the identity element; `invalidInput` for a longer
  ///   info, and if the info cancels out the key, which only somebody who knows the private key can bring about;
  ///   `unavailable`.
  public init(publicKey: Span<UInt8>, info: Span<UInt8>) throws(OPRFError) {
    let publicKey = try GroupElement(decoding: publicKey, "the public key")
    let tweakedKey = try RistrettoPoint(generatorTimes: hash(info: info)) + publicKey.point
    guard !tweakedKey.isIdentity else { throw OPRFError(.invalidInput, "the info cancels out the public key") }
    self.tweakedKey = GroupElement(tweakedKey)
    self.info = info.indices.map { info[$0] }
  }

  /// Blind: hides another input behind a random blind of its own.
  /// - Parameter input: At most 65,535 bytes. It is copied, into memory that is wiped.
  /// - Throws: `invalidInput` for a longer input, and for more than 65,535 inputs; `unavailable`.
  public mutating func blind(_ input: Span<UInt8>) throws(OPRFError) { try blind(input, with: randomScalar()) }

  /// Blind with a blind that is given: other than zero, uniformly random, and never used before.
  package mutating func blind(_ input: Span<UInt8>, with blind: consuming RistrettoScalar) throws(OPRFError) {
    try inputs.blind(input, with: blind, mode: .poprf)
  }

  /// For the server: 32 bytes an input, in their order.
  public var blindedElements: [UInt8] { inputs.elements.encodings }

  /// Finalize: verifies the proof; then, the function's values for the inputs and the info under the server's key.
  /// - Parameters:
  ///   - evaluatedElements: The server's answer, 32 bytes an input, in their order.
  ///   - proof: The server's proof, 64 bytes.
  /// - Returns: 64 bytes an input, in their order.
  /// - Throws: `invalidEncoding` for another number of bytes, bytes that are not elements or not a proof, and the
  ///   identity element; `invalidProof` if another key or info was used; `invalidInput` if no input was blinded;
  ///   `unavailable`.
  public consuming func finalize(
    evaluatedElements: Span<UInt8>, proof: Span<UInt8>
  ) throws(OPRFError) -> SecretBytes {
    let evaluated = try inputs.decode(evaluated: evaluatedElements)
    // The server's scalar is the inverse of the tweaked key's, so C and D change places.
    let statement = EquivalenceStatement(mode: .poprf, b: tweakedKey, c: evaluated, d: inputs.elements)
    try statement.verify(proof)
    return try PassBindOPRF.finalize(inputs, evaluated: evaluated, info: info.span)
  }
}

/// The server in mode POPRF of RFC 9497 with ristretto255 and SHA-512 (section 3.3.3), with its private key.
public struct POPRFServer: ~Copyable, Sendable {
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
  ///   - info: At most 65,535 bytes, not secret; may be empty. It has nothing to do with the info of an evaluation.
  /// - Throws: `invalidEncoding` for another length of the seed, `invalidInput` for a longer info, `noKeyDerived`,
  ///   which no known seed gives, `unavailable`.
  public init(seed: Span<UInt8>, info: Span<UInt8>) throws(OPRFError) {
    key = try ServerKey(deriveKey(seed: seed, info: info, mode: .poprf))
  }

  /// The private key to keep: 32 bytes for ``init(privateKey:)``.
  public var privateKey: SecretBytes { key.encoded.copy() }

  /// The public key, for clients: 32 bytes.
  public var publicKey: [UInt8] { key.publicKey.encoding }

  /// BlindEvaluate, for one client's elements and one info, with one proof for all of them.
  /// - Parameters:
  ///   - blindedElements: 1 to 65,535 elements of 32 bytes. Bound their number by what you want to spend: each costs
  ///     two multiplications.
  ///   - info: At most 65,535 bytes.
  /// - Throws: `invalidEncoding` for another number of bytes, bytes that are not an element, and the identity element;
  ///   `invalidInput` for a longer info; `notInvertible` if the info cancels out the key: whoever chose it knows the
  ///   private key, which must be replaced; `unavailable`.
  public func blindEvaluate(
    _ blindedElements: Span<UInt8>, info: Span<UInt8>
  ) throws(OPRFError) -> VerifiableEvaluation {
    try blindEvaluate(blindedElements, info: info, nonce: randomScalar())
  }

  /// BlindEvaluate with the proof's nonce given: see ``EquivalenceStatement/generateProof(key:nonce:)``.
  package func blindEvaluate(
    _ blindedElements: Span<UInt8>, info: Span<UInt8>, nonce: consuming RistrettoScalar
  ) throws(OPRFError) -> VerifiableEvaluation {
    let blinded = try [GroupElement](decoding: blindedElements, "the blinded elements")
    let tweaked = try TweakedKey(key, info: info)
    let evaluated = tweaked.inverse * blinded
    let publicKey = GroupElement(RistrettoPoint(generatorTimes: tweaked.scalar))
    let statement = EquivalenceStatement(mode: .poprf, b: publicKey, c: evaluated, d: blinded)
    let proof = try statement.generateProof(key: tweaked.scalar, nonce: nonce)
    return VerifiableEvaluation(evaluatedElements: evaluated.encodings, proof: proof)
  }

  /// Evaluate: the function's value for an input and an info that are known here, the same that the client arrives at.
  /// - Parameters:
  ///   - input: At most 65,535 bytes.
  ///   - info: At most 65,535 bytes.
  /// - Returns: 64 bytes.
  /// - Throws: `invalidInput` for a longer input or info, `notInvertible` if the info cancels out the key,
  ///   `unavailable`.
  public func evaluate(_ input: Span<UInt8>, info: Span<UInt8>) throws(OPRFError) -> SecretBytes {
    let tweaked = try TweakedKey(key, info: info)
    return try PassBindOPRF.evaluate(input, info: info, scalar: tweaked.inverse, mode: .poprf)
  }
}
