/// Multiplication of a point by a secret scalar, which is given as words and is below 2^253.
///
/// The scalar is 64 digits of four bits; a sum of table entries, one a digit, with four doublings between digits. Every
/// scalar takes the same steps and reads the same addresses.
extension ProjectivePoint {
  @inline(never)
  func timesSixteen() -> ExtendedPoint {
    var point = self
    var i = 0
    while i < 3 {
      point = point.doubled().projective
      i &+= 1
    }
    return point.doubled().extended
  }
}

extension ExtendedPoint {
  @inline(never)
  func multiplied(by scalar: InlineArray<4, UInt64>) -> ExtendedPoint {
    let digits = Digits(scalar)
    let table = multiples()
    var sum = ExtendedPoint.neutral + select(digits[63], from: table.span)
    var i = 62
    while i >= 0 {
      sum = sum.projective.timesSixteen() + select(digits[i], from: table.span)
      i &-= 1
    }
    return sum.extended
  }

  /// Both products with one point, for less than the price of two: with the tables of P, 2^64 P, 2^128 P and 2^192 P,
  /// the four quarters of a scalar share their doublings, 60 instead of 252; the tables cost 192 doublings once.
  @inline(never)
  func multiplied(
    by a: InlineArray<4, UInt64>, and b: InlineArray<4, UInt64>
  ) -> (ExtendedPoint, ExtendedPoint) {
    let quarters = Quarters(self)
    return (quarters.multiplied(by: a), quarters.multiplied(by: b))
  }

  /// a P + b Q, sharing the doublings (Straus).
  @inline(never)
  static func sum(
    _ a: InlineArray<4, UInt64>, _ p: ExtendedPoint, _ b: InlineArray<4, UInt64>, _ q: ExtendedPoint
  ) -> ExtendedPoint {
    let (aDigits, bDigits) = (Digits(a), Digits(b))
    let (pTable, qTable) = (p.multiples(), q.multiples())
    var sum = ExtendedPoint.neutral
    var i = 63
    while i >= 0 {
      sum = (sum.projective.timesSixteen() + select(aDigits[i], from: pTable.span)).extended
      sum = (sum + select(bDigits[i], from: qTable.span)).extended
      i &-= 1
    }
    return sum
  }
}

/// The multiples 1 to 8 of P, then of 2^64 P, 2^128 P and 2^192 P.
private struct Quarters {
  private var table: InlineArray<32, TableEntry>

  @inline(never)
  init(_ point: ExtendedPoint) {
    table = InlineArray(repeating: .zero)
    var quarter = point
    for i in 0..<4 {
      let multiples = quarter.multiples()
      for j in 0..<8 { table[8 &* i &+ j] = multiples[j] }
      if i < 3 { for _ in 0..<16 { quarter = quarter.projective.timesSixteen() } }
    }
  }

  @inline(never)
  func multiplied(by scalar: InlineArray<4, UInt64>) -> ExtendedPoint {
    let digits = Digits(scalar)
    var sum = ExtendedPoint.neutral
    var i = 15
    while i >= 0 {
      sum = sum.projective.timesSixteen()
      for quarter in 0..<4 {
        sum = (sum + select(digits[16 &* quarter &+ i], from: table.span, at: 8 &* quarter)).extended
      }
      i &-= 1
    }
    return sum
  }
}

// MARK: - The generator

extension ExtendedPoint {
  /// The generator of ristretto255, RFC 9496 section 4: the point of edwards25519 with y = 4/5 and x not negative.
  static let generator = ExtendedPoint(
    x: FieldElement(0x62d608f25d51a, 0x412a4b4f6592a, 0x75b7171a4b31d, 0x1ff60527118fe, 0x216936d3cd6e5),
    y: FieldElement(0x6666666666658, 0x4cccccccccccc, 0x1999999999999, 0x3333333333333, 0x6666666666666), z: .one,
    t: FieldElement(0x68ab3a5b7dda3, 0x00eea2a5eadbb, 0x2af8df483c27e, 0x332b375274732, 0x67875f0fd78b7))

  /// The product with the generator: 64 table entries, and no doubling at all.
  @inline(never)
  static func multiplyGenerator(by scalar: InlineArray<4, UInt64>) -> ExtendedPoint {
    let digits = Digits(scalar)
    let table = generatorTable.span
    var sum = ExtendedPoint.neutral
    for i in 0..<64 {
      sum = (sum + select(digits[i], from: table, at: 8 &* i)).extended
    }
    return sum
  }
}

/// Entry 8 i + j is (j + 1) 16^i G. 64 KiB, computed when first needed, in about a quarter of a millisecond: less to
/// audit than 8192 literal words.
private let generatorTable: [AffineTableEntry] = {
  var points: [ExtendedPoint] = []
  var base = ExtendedPoint.generator
  for _ in 0..<64 {
    let one = base.cached
    var multiple = base
    for _ in 0..<8 {
      points.append(multiple)
      multiple = multiple.adding(one)
    }
    base = base.projective.timesSixteen()
  }
  var inverses = points.map(\.z)
  var products = inverses
  var inverseSpan = inverses.mutableSpan
  var productSpan = products.mutableSpan
  invert(&inverseSpan, products: &productSpan)
  return zip(points, inverses).map { point, inverse in
    let x = point.x * inverse
    let y = point.y * inverse
    return AffineTableEntry(
      AffineCachedPoint(yPlusX: (y + x).carried(), yMinusX: (y - x).carried(), twoDT: x * y * FieldElement.twoD))
  }
}()
