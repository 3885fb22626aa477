import Testing

@testable import PassBindRistretto

@Suite("RFC 9496 vectors")
struct VectorTests {
  @Test("A.1: multiples of the generator", arguments: 0..<16)
  func multiples(i: Int) throws {
    let want = bytes(RFC9496.generatorMultiples[i])
    let scalar = RistrettoScalar(UInt64(i))
    #expect(RistrettoPoint(generatorTimes: scalar).encoded == want)
    #expect((scalar * RistrettoPoint.generator).encoded == want)
    var sum = RistrettoPoint.identity
    for _ in 0..<i { sum = sum + .generator }
    #expect(sum.encoded == want)
    #expect(try RistrettoPoint(RFC9496.generatorMultiples[i]) == sum)
  }

  @Test("A.2: not below p", arguments: RFC9496.nonCanonical)
  func nonCanonical(hex: String) { refused(hex, RistrettoError(.nonCanonical, "")) }

  @Test("A.2: negative", arguments: RFC9496.negative)
  func negative(hex: String) { refused(hex, RistrettoError(.negative, "")) }

  @Test("A.2: no square root", arguments: RFC9496.nonSquare)
  func nonSquare(hex: String) { refused(hex, RistrettoError(.nonSquare, "")) }

  @Test("A.2: x y is negative", arguments: RFC9496.negativeXY)
  func negativeXY(hex: String) { refused(hex, RistrettoError(.wrongRepresentative, "")) }

  @Test("A.2: y is zero", arguments: RFC9496.zeroY)
  func zeroY(hex: String) { refused(hex, RistrettoError(.wrongRepresentative, "")) }

  private func refused(_ hex: String, _ error: RistrettoError) {
    #expect(throws: error) { try RistrettoPoint(hex) }
    // In a pair it is refused too, first or second.
    let good = RistrettoPoint.generator.encoded
    #expect(throws: error) { try RistrettoPoint.decode(bytes(hex).span, and: good.span) }
    #expect(throws: error) { try RistrettoPoint.decode(good.span, and: bytes(hex).span) }
  }

  @Test("A.3: map", arguments: RFC9496.map)
  func map(input: String, output: String) throws {
    #expect(try RistrettoPoint(mapping: bytes(input).span).encoded == bytes(output))
  }

  @Test("A.4: square roots", arguments: RFC9496.squareRoot)
  func squareRoot(u: String, v: String, wasSquare: Bool, root: String) {
    let u = FieldElement(words: words(bytes(u)))
    let v = FieldElement(words: words(bytes(v)))
    let pair = FieldElement.squareRoots(of: FieldPair(a: u, b: .two), over: FieldPair(a: v, b: .one))
    let swapped = FieldElement.squareRoots(of: FieldPair(a: .two, b: u), over: FieldPair(a: .one, b: v))
    for answer in [pair.0, swapped.1] {
      #expect(answer.wasSquare.declassified() == wasSquare)
      #expect(answer.root.absoluteValue.words.bytes == bytes(root))
    }
    if (u - .one).isZero.declassified() {
      let answer = FieldElement.inverseSquareRoot(of: v)
      #expect(answer.wasSquare.declassified() == wasSquare)
      #expect(answer.times(.one).absoluteValue.words.bytes == bytes(root))
    }
  }

  @Test("The identity is refused unless it is asked for, and so is every wrong length")
  func identityAndLength() throws {
    let zeros = [UInt8](repeating: 0, count: 66)
    #expect(throws: RistrettoError(.identity, "")) {
      try RistrettoPoint(decoding: zeros.span.extracting(first: 32))
    }
    #expect(try RistrettoPoint(decoding: zeros.span.extracting(first: 32), allowingIdentity: true) == .identity)
    for count in 0...66 {
      let span = zeros.span.extracting(first: count)
      if count != 32 {
        #expect(throws: RistrettoError(.wrongLength, "")) { try RistrettoPoint(decoding: span) }
        #expect(throws: RistrettoError(.wrongLength, "")) { _ = try RistrettoScalar(decoding: span) }
        var room = [UInt8](repeating: 0, count: count)
        #expect(throws: RistrettoError(.wrongLength, "")) {
          var span = room.mutableSpan
          try RistrettoPoint.generator.encode(into: &span)
        }
        #expect(throws: RistrettoError(.wrongLength, "")) {
          var span = room.mutableSpan
          try RistrettoScalar(1).encode(into: &span)
        }
      }
      if count != 64 {
        #expect(throws: RistrettoError(.wrongLength, "")) { _ = try RistrettoScalar(reducing: span) }
        #expect(throws: RistrettoError(.wrongLength, "")) { try RistrettoPoint(mapping: span) }
      }
    }
  }
}
