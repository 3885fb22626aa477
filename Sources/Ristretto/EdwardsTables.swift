/// Choosing from a table by a secret digit: every entry is read, and masks keep one.
///
/// A digit is -8 ... 7, so a table holds the multiples 1 to 8, and the sign is applied by masks too. Digits: the scalar
/// plus 0x888...8, in nibbles, each minus 8. Adding the 8s beforehand lets every nibble borrow from the next, and there
/// is no carry to propagate digit by digit. A scalar is below 2^253, so the sum is below 2^256 and its 64 nibbles are
/// all.
struct Digits {
  private var words: InlineArray<4, UInt64>

  @inline(__always)
  init(_ scalar: InlineArray<4, UInt64>) {
    words = [0, 0, 0, 0]
    var sum: UInt128 = 0
    for i in 0..<4 {
      sum = (sum &>> 64) &+ UInt128(truncatingIfNeeded: scalar[i]) &+ 0x8888_8888_8888_8888
      words[i] = UInt64(truncatingIfNeeded: sum)
    }
  }

  /// Digit `i` of 64, as its absolute value and whether it is negative.
  @inline(__always)
  subscript(i: Int) -> Digit {
    let nibble = (words[i &>> 4] &>> UInt64(truncatingIfNeeded: 4 &* (i & 15))) & 15
    let digit = nibble &- 8
    let veil = Veil()
    let isNegative = Mask(lowBit: digit &>> 63, veil: veil)
    return Digit(magnitude: (digit ^ isNegative.bits) &- isNegative.bits, isNegative: isNegative, veil: veil)
  }
}

struct Digit {
  let magnitude: UInt64
  let isNegative: Mask
  let veil: Veil

  @inline(__always)
  func hasMagnitude(_ m: Int) -> Mask { Mask(isZero: magnitude ^ UInt64(truncatingIfNeeded: m), veil: veil) }
}

/// A cached point as it lies in a table: in vectors, so that a whole entry is masked in few instructions.
struct TableEntry: Sendable {
  private var low: SIMD8<UInt64>
  private var middle: SIMD8<UInt64>
  private var high: SIMD4<UInt64>

  static let zero = TableEntry(low: .zero, middle: .zero, high: .zero)

  @inline(__always)
  private init(low: SIMD8<UInt64>, middle: SIMD8<UInt64>, high: SIMD4<UInt64>) {
    self.low = low
    self.middle = middle
    self.high = high
  }

  @inline(__always)
  init(_ p: CachedPoint) {
    let (a, b, c, d) = (p.yPlusX, p.yMinusX, p.twoZ, p.twoDT)
    low = SIMD8(a.l0, a.l1, a.l2, a.l3, a.l4, b.l0, b.l1, b.l2)
    middle = SIMD8(b.l3, b.l4, c.l0, c.l1, c.l2, c.l3, c.l4, d.l0)
    high = SIMD4(d.l1, d.l2, d.l3, d.l4)
  }

  @inline(__always)
  var point: CachedPoint {
    CachedPoint(
      yPlusX: FieldElement(low[0], low[1], low[2], low[3], low[4]),
      yMinusX: FieldElement(low[5], low[6], low[7], middle[0], middle[1]),
      twoZ: FieldElement(middle[2], middle[3], middle[4], middle[5], middle[6]),
      twoDT: FieldElement(middle[7], high[0], high[1], high[2], high[3]))
  }

  /// Takes over `entry` where the mask says yes; once at most, onto zero.
  @inline(__always)
  mutating func add(_ entry: TableEntry, where mask: Mask) {
    low |= entry.low & SIMD8(repeating: mask.bits)
    middle |= entry.middle & SIMD8(repeating: mask.bits)
    high |= entry.high & SIMD4(repeating: mask.bits)
  }
}

/// The same for a point with Z = 1.
struct AffineTableEntry: Sendable {
  private var low: SIMD8<UInt64>
  private var high: SIMD8<UInt64>

  static let zero = AffineTableEntry(low: .zero, high: .zero)

  @inline(__always)
  private init(low: SIMD8<UInt64>, high: SIMD8<UInt64>) {
    self.low = low
    self.high = high
  }

  @inline(__always)
  init(_ p: AffineCachedPoint) {
    let (a, b, d) = (p.yPlusX, p.yMinusX, p.twoDT)
    low = SIMD8(a.l0, a.l1, a.l2, a.l3, a.l4, b.l0, b.l1, b.l2)
    high = SIMD8(b.l3, b.l4, d.l0, d.l1, d.l2, d.l3, d.l4, 0)
  }

  @inline(__always)
  var point: AffineCachedPoint {
    AffineCachedPoint(
      yPlusX: FieldElement(low[0], low[1], low[2], low[3], low[4]),
      yMinusX: FieldElement(low[5], low[6], low[7], high[0], high[1]),
      twoDT: FieldElement(high[2], high[3], high[4], high[5], high[6]))
  }

  /// Takes over `entry` where the mask says yes; once at most, onto zero.
  @inline(__always)
  mutating func add(_ entry: AffineTableEntry, where mask: Mask) {
    low |= entry.low & SIMD8(repeating: mask.bits)
    high |= entry.high & SIMD8(repeating: mask.bits)
  }
}

/// The multiples 1 to 8 of a point.
typealias MultiplesTable = InlineArray<8, TableEntry>

extension ExtendedPoint {
  static let neutral = ExtendedPoint(x: .zero, y: .one, z: .one, t: .zero)

  /// The sum as an extended point; a call, where the operator is in place.
  @inline(never)
  func adding(_ other: CachedPoint) -> ExtendedPoint { (self + other).extended }

  /// Even multiples are doubles, which cost less than sums.
  @inline(never)
  func multiples() -> MultiplesTable {
    let one = cached
    var table = MultiplesTable(repeating: TableEntry(one))
    var points = InlineArray<8, ExtendedPoint>(repeating: self)
    for i in 1..<8 {
      points[i] = i & 1 == 1 ? points[i &>> 1].doubled() : points[i &- 1].adding(one)
      table[i] = TableEntry(points[i].cached)
    }
    return table
  }

  /// The double as an extended point; a call.
  @inline(never)
  func doubled() -> ExtendedPoint { projective.doubled().extended }
}

/// The multiple that a digit asks for: the entry `magnitude - 1` of the eight from `start`, or the neutral point for
/// zero; negated for a negative digit, which exchanges Y + X with Y - X and negates T.
@inline(__always)
func select(_ digit: Digit, from table: Span<TableEntry>, at start: Int = 0) -> CachedPoint {
  var entry = TableEntry.zero
  for j in 0..<8 { entry.add(table[start &+ j], where: digit.hasMagnitude(j &+ 1)) }
  var p = entry.point
  let isZero = digit.hasMagnitude(0)
  p.yPlusX.l0 |= isZero.bits & 1
  p.yMinusX.l0 |= isZero.bits & 1
  p.twoZ.l0 |= isZero.bits & 2
  return CachedPoint(
    yPlusX: p.yPlusX.replaced(by: p.yMinusX, where: digit.isNegative),
    yMinusX: p.yMinusX.replaced(by: p.yPlusX, where: digit.isNegative), twoZ: p.twoZ,
    twoDT: p.twoDT.replaced(by: .zero - p.twoDT, where: digit.isNegative))
}

/// The same from a table of points with Z = 1.
@inline(__always)
func select(_ digit: Digit, from table: Span<AffineTableEntry>, at start: Int) -> AffineCachedPoint {
  var entry = AffineTableEntry.zero
  for j in 0..<8 { entry.add(table[start &+ j], where: digit.hasMagnitude(j &+ 1)) }
  var p = entry.point
  let isZero = digit.hasMagnitude(0)
  p.yPlusX.l0 |= isZero.bits & 1
  p.yMinusX.l0 |= isZero.bits & 1
  return AffineCachedPoint(
    yPlusX: p.yPlusX.replaced(by: p.yMinusX, where: digit.isNegative),
    yMinusX: p.yMinusX.replaced(by: p.yPlusX, where: digit.isNegative),
    twoDT: p.twoDT.replaced(by: .zero - p.twoDT, where: digit.isNegative))
}
