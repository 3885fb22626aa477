import Testing

@testable import PassBindRistretto

@Suite("Scalars")
struct ScalarTests {
  @Test("Laws of a field, over nasty values")
  func laws() throws {
    var nasty = NastyBytes()
    for _ in 0..<3000 {
      let a = nasty.scalar()
      let b = nasty.scalar()
      let c = nasty.scalar()
      same(a + b, b + a)
      same(a * b, b * a)
      same((a + b) + c, a + (b + c))
      same((a * b) * c, a * (b * c))
      same(a * (b + c), a * b + a * c)
      same(((a - b) + b), a)
      same((a * RistrettoScalar(1)), a)
      let half = RistrettoScalar(WipedScalar(a.storage.limbs.halved()))
      same((half + half), a)
      same(try RistrettoScalar(decoding: a.encoded.span), a)
      let isEqual = a.isEqual(to: b)
      let haveSameBytes = a.encoded == b.encoded
      #expect(isEqual == haveSameBytes)
      if a.isZero {
        #expect(throws: RistrettoError(.zeroScalar, "")) { _ = try a.inverted() }
      } else {
        same(try (a * a.inverted()), RistrettoScalar(1))
      }
    }
  }

  @Test("Only integers below l are scalars")
  func canonical() throws {
    var nasty = NastyBytes()
    for _ in 0..<20_000 {
      let given = nasty.bytes(32)
      let isBelow = given.reversed().lexicographicallyPrecedes(NastyBytes.l.reversed())
      if isBelow {
        let encoded = try RistrettoScalar(decoding: given.span).encoded
        #expect(encoded == given)
      } else {
        #expect(throws: RistrettoError(.nonCanonical, "")) { _ = try RistrettoScalar(decoding: given.span) }
      }
    }
  }

  @Test("64 bytes modulo l: the value is right when a multiple of l has been added")
  func reducing() throws {
    var nasty = NastyBytes()
    for _ in 0..<3000 {
      // a + k l with k below 2^256, by schoolbook multiplication.
      let a = nasty.scalar().encoded
      let k = nasty.bytes(32)
      var sum = [Int](repeating: 0, count: 64)
      for i in 0..<32 {
        sum[i] += Int(a[i])
        for j in 0..<32 { sum[i + j] += Int(k[i]) * Int(NastyBytes.l[j]) }
      }
      var carry = 0
      let wide = sum.map { column in
        carry += column
        defer { carry >>= 8 }
        return UInt8(truncatingIfNeeded: carry)
      }
      #expect(carry == 0)
      let encoded = try RistrettoScalar(reducing: wide.span).encoded
      #expect(encoded == a)
    }
  }

  @Test("A copy is the same scalar")
  func copies() {
    let a = RistrettoScalar(7)
    let b = a.copy()
    let isEqual = a.isEqual(to: b)
    #expect(isEqual)
  }
}

private func same(
  _ a: borrowing RistrettoScalar, _ b: borrowing RistrettoScalar, at location: SourceLocation = #_sourceLocation
) {
  let (a, b) = (a.encoded, b.encoded)
  #expect(a == b, sourceLocation: location)
}
