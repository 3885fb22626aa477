import Testing

@testable import PassBindRistretto

@Suite("The field")
struct FieldTests {
  /// The value of a decimal number modulo 2^256, digit by digit.
  private static func words(decimal: String) -> InlineArray<4, UInt64> {
    var words = InlineArray<4, UInt64>(repeating: 0)
    for digit in decimal {
      var carry = UInt128(digit.wholeNumberValue ?? 0)
      for i in 0..<4 {
        carry += UInt128(words[i]) * 10
        words[i] = UInt64(truncatingIfNeeded: carry)
        carry >>= 64
      }
    }
    return words
  }

  @Test(
    "RFC 9496 section 4.1: the constants",
    arguments: [
      (FieldElement.d, "37095705934669439343138083508754565189542113879843219016388785533085940283555"),
      (.rootOfMinusOne, "19681161376707505956807079304988542015446066515923890162744021073123829784752"),
      (.rootOfADMinusOne, "25063068953384623474111414158702152701244531502492656460079210482610430750235"),
      (.inverseRootOfAMinusD, "54469307008909316920995813868745141605393597292927456921205312896311721017578"),
      (.oneMinusDSquared, "1159843021668779879193775521855586647937357759715417654439879720876111806838"),
      (.dMinusOneSquared, "40440834346308536858101042469323190826248399146238708352240133220865137265952"),
    ])
  func constants(element: FieldElement, decimal: String) {
    #expect(element.words.bytes == Self.words(decimal: decimal).bytes)
  }

  @Test("The constants satisfy the equations that define them")
  func equations() {
    let one = FieldElement.one
    let (minusOne, d) = (FieldElement.minusOne, FieldElement.d)
    let scale = FieldElement(121_666, 0, 0, 0, 0)
    equal(d * scale + FieldElement(121_665, 0, 0, 0, 0), .zero)
    equal(FieldElement.twoD, d + d)
    equal(minusOne + one, .zero)
    equal(FieldElement.rootOfMinusOne.squared(), minusOne)
    equal(FieldElement.minusRootOfMinusOne + FieldElement.rootOfMinusOne, .zero)
    equal(FieldElement.rootOfADMinusOne.squared(), minusOne * d - one)
    equal(FieldElement.inverseRootOfAMinusD.squared() * (minusOne - d), one)
    equal(FieldElement.oneMinusDSquared, one - d.squared())
    equal(FieldElement.dMinusOneSquared, (d - one).squared())
    let g = ExtendedPoint.generator
    equal(g.y * FieldElement(5, 0, 0, 0, 0), FieldElement(4, 0, 0, 0, 0))
    #expect(!g.x.isNegative.declassified())
    expectOnCurve(g)
  }

  @Test("Laws of a field, over nasty values")
  func laws() {
    var nasty = NastyBytes()
    for _ in 0..<2000 {
      let (a, b, c) = (nasty.fieldElement(), nasty.fieldElement(), nasty.fieldElement())
      equal(a * b, b * a)
      equal(a * (b * c), (a * b) * c)
      equal(a * (b + c), a * b + a * c)
      equal((a - b) * c, a * c - b * c)
      equal(a.squared(), a * a)
      equal(a.squaredInChain(), a * a)
      equal((a + b).squared(), (a + b) * (a + b))
      equal((a - b).squared(), (a - b) * (a - b))
      equal((a - b).carried().squaredInChain(), (a - b) * (a - b))
      equal(a.negated() + a, .zero)
      equal(a * a.inverted(), a.isZero.declassified() ? .zero : .one)
      let pair = FieldPair(a: a, b: b).raisedToInverse()
      equal(pair.a, a.inverted())
      equal(pair.b, b.inverted())
    }
  }

  @Test("Runs of squares in lanes are what they are one by one", arguments: 1...100)
  func squaresInLanes(count: Int) {
    var nasty = NastyBytes()
    for _ in 0..<20 {
      let (a, b, c) = (nasty.fieldElement(), nasty.fieldElement(), nasty.fieldElement())
      let lanes = FieldLanes(a, b).squared(times: count).elements
      let (first, second) = (a.squared(times: count), b.squared(times: count))
      equal(lanes.0, first)
      equal(lanes.1, second)
      let pair = FieldPair(a: a, b: b).squared(times: count, times: FieldPair(a: c, b: a))
      equal(pair.a, first * c)
      equal(pair.b, second * a)
    }
  }

  @Test("Words in, words out; only the canonical value comes out")
  func words() {
    var nasty = NastyBytes()
    for _ in 0..<5000 {
      var given = nasty.bytes(32)
      let f = FieldElement(words: PassBindRistrettoTests.words(given))
      given[31] &= 0x7f
      // 2^255 - 19 ... 2^255 - 1 are 0 ... 18.
      let isAboveP = given[31] == 0x7f && given[1..<31].allSatisfy { $0 == 0xff } && given[0] >= 0xed
      let want = isAboveP ? [given[0] &- 0xed] + [UInt8](repeating: 0, count: 31) : given
      #expect(f.words.bytes == want)
      #expect(f.isNegative.declassified() == (want[0] & 1 == 1))
      #expect(f.isZero.declassified() == want.allSatisfy { $0 == 0 })
    }
  }

  @Test("Square roots: the square of the root is u / v, or i times it")
  func squareRoots() {
    var nasty = NastyBytes()
    for _ in 0..<1000 {
      let (u, v) = (nasty.fieldElement(), nasty.fieldElement())
      let (answer, inverse) = FieldElement.squareRoots(of: FieldPair(a: u, b: .one), over: FieldPair(a: v, b: v))
      let pair = FieldElement.inverseSquareRoots(of: FieldPair(a: v, b: u))
      for other in [FieldElement.inverseSquareRoot(of: v), pair.0] {
        #expect(other.wasSquare.declassified() == inverse.wasSquare.declassified())
        equal(other.times(.one).absoluteValue, inverse.root.absoluteValue)
        equal(other.squaredTimes(u), inverse.root.squared() * u)
      }
      equal(pair.1.times(u), FieldElement.inverseSquareRoot(of: u).times(u))
      if v.isZero.declassified() {
        equal(answer.root, .zero)
        #expect(answer.wasSquare.declassified() == u.isZero.declassified())
      } else {
        let want = answer.wasSquare.declassified() ? u : u * FieldElement.rootOfMinusOne
        equal(answer.root.squared() * v, want)
      }
    }
  }

  @Test("Batched inverses, with zeros among them", arguments: [0, 1, 2, 7, 30])
  func batchedInverses(count: Int) {
    var nasty = NastyBytes()
    var elements = (0..<count).map { _ in nasty.fieldElement() }
    if count > 2 { elements[count / 2] = .zero }
    var inverses = elements
    var products = elements
    var inverseSpan = inverses.mutableSpan
    var productSpan = products.mutableSpan
    invert(&inverseSpan, products: &productSpan)
    for (element, inverse) in zip(elements, inverses) { equal(inverse, element.inverted()) }
  }
}

func equal(_ a: FieldElement, _ b: FieldElement, at location: SourceLocation = #_sourceLocation) {
  #expect(a.words.bytes == b.words.bytes, sourceLocation: location)
}

/// -X^2 + Y^2 = Z^2 + d T^2 and X Y = Z T, with Z not zero.
func expectOnCurve(_ p: ExtendedPoint, at location: SourceLocation = #_sourceLocation) {
  equal(p.y.squared() - p.x.squared(), p.z.squared() + FieldElement.d * p.t.squared(), at: location)
  equal(p.x * p.y, p.z * p.t, at: location)
  #expect(!p.z.isZero.declassified(), sourceLocation: location)
}
