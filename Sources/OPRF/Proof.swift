internal import PassBindCrypto
internal import PassBindRistretto

/// That B = k G and D[i] = k C[i] for all i, with the same k: what a server proves about its key (RFC 9497 section
/// 2.2). The RFC's A is the generator G in all modes.
struct EquivalenceStatement {
  let mode: OPRFMode
  let b: GroupElement
  let c: [GroupElement]
  let d: [GroupElement]

  /// GenerateProof (section 2.2.1).
  /// - Parameter nonce: r, other than zero, uniformly random, and never used before: two proofs with the same nonce
  ///   give the key away.
  /// - Returns: 64 bytes, the scalars c and s.
  func generateProof(key k: borrowing RistrettoScalar, nonce r: borrowing RistrettoScalar) throws(OPRFError) -> [UInt8]
  {
    // ComputeCompositesFast.
    var m = RistrettoPoint.identity
    try forEachWeight { (i: Int, weight: borrowing RistrettoScalar) in m = weight * c[i].point + m }
    let challenge = try challenge(m: m, z: k * m, t2: RistrettoPoint(generatorTimes: r), t3: r * m)
    return try encode(challenge) + encode(r - challenge * k)
  }

  /// VerifyProof (section 2.2.2).
  /// - Throws: `invalidEncoding` if the proof is not two scalars, `invalidProof` if it does not hold, `unavailable`.
  func verify(_ proof: Span<UInt8>) throws(OPRFError) {
    guard proof.count == 64 else {
      throw OPRFError(.invalidEncoding, "the proof has \(proof.count) bytes where 64 are wanted")
    }
    let claimed = try decodeScalar(proof.extracting(0..<32), "the proof's c")
    let s = try decodeScalar(proof.extracting(32..<64), "the proof's s")
    // ComputeComposites.
    var m = RistrettoPoint.identity
    var z = RistrettoPoint.identity
    try forEachWeight { (i: Int, weight: borrowing RistrettoScalar) in
      m = weight * c[i].point + m
      z = weight * d[i].point + z
    }
    let expected = try challenge(
      m: m, z: z, t2: .sum(s, .generator, claimed, b.point), t3: .sum(s, m, claimed, z))
    guard expected.isEqual(to: claimed) else {
      throw OPRFError(.invalidProof, "the proof does not hold for this public key and these elements")
    }
  }

  /// The loop of ComputeComposites, with each pair's weight di.
  private func forEachWeight(_ body: (Int, borrowing RistrettoScalar) -> Void) throws(OPRFError) {
    var seedTranscript = Transcript()
    seedTranscript.appendPrefixed(b)
    seedTranscript.appendPrefixed(mode.tag("Seed-").span)
    let seed = try seedTranscript.digest()
    let tag = mode.tag("HashToScalar-")
    for i in 0..<c.count {
      var transcript = Transcript()
      transcript.appendPrefixed(seed.span)
      transcript.append(i, byteCount: 2)
      transcript.appendPrefixed(c[i])
      transcript.appendPrefixed(d[i])
      transcript.append("Composite")
      body(i, try transcript.hashedToScalar(tag: tag.span))
    }
  }

  private func challenge(
    m: RistrettoPoint, z: RistrettoPoint, t2: RistrettoPoint, t3: RistrettoPoint
  ) throws(OPRFError) -> RistrettoScalar {
    var transcript = Transcript()
    transcript.appendPrefixed(b)
    for point in [m, z, t2, t3] { transcript.appendPrefixed(GroupElement(point)) }
    transcript.append("Challenge")
    return try transcript.hashedToScalar(tag: mode.tag("HashToScalar-").span)
  }
}
