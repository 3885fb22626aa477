import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPRF

/// What a proof must not hold for: an answer by another key, for other elements, or with another info.
@Suite("Proofs")
struct ProofTests {
  private let inputs = ["one", "two", "three"].map { Array($0.utf8) }
  private let info = Array("info".utf8)
  private let refused = OPRFError(.invalidProof, "")
  private let voprf: Keys
  private let poprf: Keys

  /// A server's keys, as a suite can't hold the server.
  struct Keys {
    let privateKey: [UInt8]
    let publicKey: [UInt8]
  }

  init() throws {
    let voprf = try VOPRFServer()
    self.voprf = Keys(privateKey: voprf.privateKey.array, publicKey: voprf.publicKey)
    let poprf = try POPRFServer()
    self.poprf = Keys(privateKey: poprf.privateKey.array, publicKey: poprf.publicKey)
  }

  /// A whole exchange, with the answer changed on the way.
  private func runVOPRF(
    key: [UInt8]? = nil, inputs: [[UInt8]], _ change: (inout [UInt8], inout [UInt8]) throws -> Void = { _, _ in }
  ) throws -> [UInt8] {
    var client = try VOPRFClient(publicKey: voprf.publicKey.span)
    for input in inputs { try client.blind(input.span) }
    let privateKey = key ?? voprf.privateKey
    let server = try VOPRFServer(privateKey: privateKey.span)
    let answer = try server.blindEvaluate(client.blindedElements.span)
    var (elements, proof) = (answer.evaluatedElements, answer.proof)
    try change(&elements, &proof)
    return try finalize(client, elements, proof)
  }

  private func runPOPRF(
    key: [UInt8]? = nil, info other: String = "info", inputs: [[UInt8]],
    _ change: (inout [UInt8], inout [UInt8]) throws -> Void = { _, _ in }
  ) throws -> [UInt8] {
    var client = try POPRFClient(publicKey: poprf.publicKey.span, info: info.span)
    for input in inputs { try client.blind(input.span) }
    let privateKey = key ?? poprf.privateKey
    let server = try POPRFServer(privateKey: privateKey.span)
    let answer = try server.blindEvaluate(client.blindedElements.span, info: Array(other.utf8).span)
    var (elements, proof) = (answer.evaluatedElements, answer.proof)
    try change(&elements, &proof)
    return try finalize(client, elements, proof)
  }

  @Test("One for a batch of any size; the values are those of Evaluate", arguments: [1, 2, 3, 9, 20])
  func batches(count: Int) throws {
    let inputs = (0..<count).map { [UInt8](repeating: UInt8($0), count: $0 * 50) }
    let verifiable = try VOPRFServer(privateKey: voprf.privateKey.span)
    let expected = try inputs.flatMap { try verifiable.evaluate($0.span).array }
    #expect(try runVOPRF(inputs: inputs) == expected)
    let partial = try POPRFServer(privateKey: poprf.privateKey.span)
    let expectedPartial = try inputs.flatMap { try partial.evaluate($0.span, info: info.span).array }
    #expect(try runPOPRF(inputs: inputs) == expectedPartial)
  }

  @Test("Another key's answer")
  func otherKey() throws {
    let other = try VOPRFServer().privateKey.array
    #expect(throws: refused) { try runVOPRF(key: other, inputs: inputs) }
    #expect(throws: refused) { try runPOPRF(key: other, inputs: inputs) }
  }

  @Test("The answer for another info", arguments: ["", "Info", "info "])
  func otherInfo(info: String) {
    #expect(throws: refused) { try runPOPRF(info: info, inputs: inputs) }
  }

  @Test("A bit of the proof flipped, each in turn", arguments: 0..<64)
  func flippedBits(byte: Int) {
    for bit in 0..<8 {
      // The flip can make a scalar too large.
      let isRefused = { (error: any Error) in
        (error as? OPRFError).map { $0.code == .invalidProof || $0.code == .invalidEncoding && byte % 32 == 31 }
          ?? false
      }
      #expect {
        try runVOPRF(inputs: [inputs[0]]) { _, proof in proof[byte] ^= 1 << UInt8(bit) }
      } throws: {
        isRefused($0)
      }
      #expect {
        try runPOPRF(inputs: [inputs[0]]) { _, proof in proof[byte] ^= 1 << UInt8(bit) }
      } throws: {
        isRefused($0)
      }
    }
  }

  /// Changes that leave every encoding valid.
  static let forgeries: [(name: String, change: @Sendable (inout [UInt8], inout [UInt8]) throws -> Void)] = [
    ("c and s swapped", { _, proof in proof = Array(proof[32...] + proof[..<32]) }),
    ("a proof of zeros", { _, proof in proof = [UInt8](repeating: 0, count: 64) }),
    ("elements swapped", { elements, _ in elements = Array(elements[32..<64] + elements[..<32] + elements[64...]) }),
    ("an element twice", { elements, _ in elements.replaceSubrange(32..<64, with: elements[..<32]) }),
    ("a generator", { elements, _ in elements.replaceSubrange(64..<96, with: RistrettoPoint.generator.encoded) }),
    (
      "an element and the generator",
      { elements, _ in
        let sum = try point(elements[..<32]) + .generator
        elements.replaceSubrange(..<32, with: sum.encoded)
      }
    ),
    (
      // Caught by the weights: without them, only the sums would be compared.
      "what one element gains, another loses",
      { elements, _ in
        let sum = try point(elements[..<32]) + .generator
        let difference = try point(elements[32..<64]) - .generator
        elements.replaceSubrange(..<64, with: sum.encoded + difference.encoded)
      }
    ),
  ]

  @Test("An answer changed in its values", arguments: forgeries.map(\.name))
  func changedAnswer(name: String) throws {
    let change = try #require(Self.forgeries.first { $0.name == name }).change
    #expect(throws: refused) { try runVOPRF(inputs: inputs, change) }
    #expect(throws: refused) { try runPOPRF(inputs: inputs, change) }
  }

  @Test("An answer to somebody else, and to the same inputs blinded before")
  func otherAnswers() throws {
    let server = try VOPRFServer(privateKey: voprf.privateKey.span)
    let partial = try POPRFServer(privateKey: poprf.privateKey.span)
    #expect(throws: refused) {
      try runVOPRF(inputs: inputs) { elements, proof in
        var other = try VOPRFClient(publicKey: voprf.publicKey.span)
        for input in inputs { try other.blind(input.span) }
        let answer = try server.blindEvaluate(other.blindedElements.span)
        (elements, proof) = (answer.evaluatedElements, answer.proof)
      }
    }
    #expect(throws: refused) {
      try runPOPRF(inputs: inputs) { elements, proof in
        var other = try POPRFClient(publicKey: poprf.publicKey.span, info: info.span)
        for input in inputs { try other.blind(input.span) }
        let answer = try partial.blindEvaluate(other.blindedElements.span, info: info.span)
        (elements, proof) = (answer.evaluatedElements, answer.proof)
      }
    }
  }

  @Test("A true statement's proof holds in its mode alone")
  func otherMode() throws {
    let key = try RistrettoScalar(decoding: voprf.privateKey.span)
    let c = [GroupElement(.generator)]
    func statement(_ mode: OPRFMode) throws -> EquivalenceStatement {
      EquivalenceStatement(
        mode: mode, b: try GroupElement(decoding: voprf.publicKey.span, "the public key"), c: c, d: key * c)
    }
    let proof = try statement(.voprf).generateProof(key: key, nonce: randomScalar())
    try statement(.voprf).verify(proof.span)
    #expect(throws: refused) { try statement(.poprf).verify(proof.span) }
    #expect(throws: refused) { try statement(.oprf).verify(proof.span) }
  }

  @Test("More or fewer elements than inputs")
  func counts() {
    for count in [0, 1, 2, 4] {
      let resize = { (elements: inout [UInt8], _: inout [UInt8]) in
        elements = Array((elements + elements).prefix(32 * count))
      }
      #expect(throws: OPRFError(.invalidEncoding, "")) { try runVOPRF(inputs: inputs, resize) }
      #expect(throws: OPRFError(.invalidEncoding, "")) { try runPOPRF(inputs: inputs, resize) }
    }
  }

  @Test("A proof is different each time")
  func nonces() throws {
    let server = try VOPRFServer(privateKey: voprf.privateKey.span)
    let element = RistrettoPoint.generator.encoded
    let first = try server.blindEvaluate(element.span)
    let second = try server.blindEvaluate(element.span)
    #expect(first.evaluatedElements == second.evaluatedElements)
    #expect(first.proof[..<32] != second.proof[..<32])
    #expect(first.proof[32...] != second.proof[32...])
  }
}

private func point(_ bytes: ArraySlice<UInt8>) throws -> RistrettoPoint { try RistrettoPoint(decoding: bytes.span) }
