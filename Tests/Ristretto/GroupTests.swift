import Testing

@testable import PassBindRistretto

@Suite("The group")
struct GroupTests {
  @Test("Laws of a group, over nasty elements and scalars")
  func laws() throws {
    var nasty = NastyBytes()
    for _ in 0..<200 {
      let (p, q, r) = (nasty.point(), nasty.point(), nasty.point())
      let a = nasty.scalar()
      let b = nasty.scalar()
      #expect(p + q == q + p)
      #expect((p + q) + r == p + (q + r))
      #expect(p + .identity == p)
      #expect(p - p == .identity)
      #expect((p - q) + q == p)
      let sum = a + b
      let product = a * b
      let difference = a - b
      #expect(a * (p + q) == a * p + a * q)
      #expect(sum * p == a * p + b * p)
      #expect(difference * p == a * p - b * p)
      #expect(product * p == a * (b * p))
      #expect(RistrettoPoint.sum(a, p, b, q) == a * p + b * q)
      #expect(RistrettoPoint(generatorTimes: a) == a * RistrettoPoint.generator)
      expectOnCurve((a * p).storage.extended)
      if !a.isZero {
        let inverse = try a.inverted()
        #expect(inverse * (a * p) == p)
      }
      #expect(try RistrettoPoint(decoding: p.encoded.span, allowingIdentity: true) == p)
    }
  }

  @Test("Aliases: a point added to, or combined with, itself")
  func aliases() {
    var nasty = NastyBytes()
    for _ in 0..<50 {
      let p = nasty.point()
      let a = nasty.scalar()
      let two = RistrettoScalar(2)
      #expect(p + p == two * p)
      let aSquared = a * a
      let twoA = a + a
      #expect(RistrettoPoint.sum(a, p, a, p) == twoA * p)
      #expect(aSquared * p == a * (a * p))
      let difference = a - a
      let isZero = difference.isZero
      #expect(isZero)
    }
  }

  @Test("All points that differ by a point of order 4 are one element")
  func cosets() {
    var nasty = NastyBytes()
    // (0, 1), (0, -1), (i, 0), (-i, 0)
    let i = FieldElement.rootOfMinusOne
    let torsion = [
      ExtendedPoint.neutral, ExtendedPoint(x: .zero, y: .minusOne, z: .one, t: .zero),
      ExtendedPoint(x: i, y: .zero, z: .one, t: .zero), ExtendedPoint(x: i.negated(), y: .zero, z: .one, t: .zero),
    ]
    for _ in 0..<100 {
      let p = nasty.point().storage.extended
      for t in torsion {
        expectOnCurve(t)
        let q = (p + t.cached).extended
        #expect(q.encode().bytes == p.encode().bytes)
        #expect(q.isSameElement(as: p).declassified())
        #expect(q.isIdentityElement.declassified() == p.isIdentityElement.declassified())
      }
    }
  }

  @Test("Products encoded together are those encoded one by one", arguments: [0, 1, 2, 7, 8, 9, 17])
  func products(count: Int) throws {
    var nasty = NastyBytes()
    for _ in 0..<30 {
      var products = RistrettoProducts()
      var want: [UInt8] = []
      while products.count < count {
        let a = nasty.scalar()
        let b = nasty.scalar()
        let p = nasty.point()
        switch Int.random(in: 0..<3) {
        case 0:
          products.append(a, times: p)
          want += (a * p).encoded
        case 1 where products.count + 2 <= count:
          products.append(a, and: b, times: p)
          want += (a * p).encoded + (b * p).encoded
        default:
          products.append(generatorTimes: a)
          want += RistrettoPoint(generatorTimes: a).encoded
        }
      }
      var got = [UInt8](repeating: 0, count: 32 * count)
      var span = got.mutableSpan
      try products.encode(into: &span)
      #expect(got == want)
    }
    var room = [UInt8](repeating: 0, count: 32 * count + 1)
    #expect(throws: RistrettoError(.wrongLength, "")) {
      var products = RistrettoProducts()
      for _ in 0..<count { products.append(generatorTimes: RistrettoScalar(1)) }
      var span = room.mutableSpan
      try products.encode(into: &span)
    }
  }

  @Test("Every digit and every table entry of the generator is right")
  func generatorDigits() {
    for position in 0..<63 {
      for nibble in 1...15 {
        var bytes = [UInt8](repeating: 0, count: 32)
        bytes[position / 2] = UInt8(nibble) << UInt8(4 * (position % 2))
        let scalar = RistrettoScalar(WipedScalar(words(bytes)))
        #expect(RistrettoPoint(generatorTimes: scalar) == scalar * RistrettoPoint.generator)
      }
    }
  }

  @Test("l times anything is the identity: -1 times p is p negated")
  func order() {
    var nasty = NastyBytes()
    let minusOne = RistrettoScalar(0) - RistrettoScalar(1)
    let encoded = minusOne.encoded
    #expect(encoded == [NastyBytes.l[0] - 1] + NastyBytes.l[1...])
    for _ in 0..<50 {
      let p = nasty.point()
      #expect(minusOne * p + p == .identity)
    }
  }
}
