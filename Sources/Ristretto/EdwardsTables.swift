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
}

extension CachedPoint {
  static let neutral = CachedPoint(yPlusX: .one, yMinusX: .one, twoZ: .two, twoDT: .zero)

  @inline(__always)
  func replaced(by other: Self, where mask: Mask) -> Self {
    Self(
      yPlusX: yPlusX.replaced(by: other.yPlusX, where: mask), yMinusX: yMinusX.replaced(by: other.yMinusX, where: mask),
      twoZ: twoZ.replaced(by: other.twoZ, where: mask), twoDT: twoDT.replaced(by: other.twoDT, where: mask))
  }

  @inline(__always)
  func negated(where mask: Mask) -> Self {
    Self(
      yPlusX: yPlusX.replaced(by: yMinusX, where: mask), yMinusX: yMinusX.replaced(by: yPlusX, where: mask), twoZ: twoZ,
      twoDT: twoDT.replaced(by: .zero - twoDT, where: mask))
  }
}

extension AffineCachedPoint {
  static let neutral = AffineCachedPoint(yPlusX: .one, yMinusX: .one, twoDT: .zero)

  @inline(__always)
  func replaced(by other: Self, where mask: Mask) -> Self {
    Self(
      yPlusX: yPlusX.replaced(by: other.yPlusX, where: mask), yMinusX: yMinusX.replaced(by: other.yMinusX, where: mask),
      twoDT: twoDT.replaced(by: other.twoDT, where: mask))
  }

  @inline(__always)
  func negated(where mask: Mask) -> Self {
    Self(
      yPlusX: yPlusX.replaced(by: yMinusX, where: mask), yMinusX: yMinusX.replaced(by: yPlusX, where: mask),
      twoDT: twoDT.replaced(by: .zero - twoDT, where: mask))
  }
}

/// The multiples 1 to 8 of a point.
typealias MultiplesTable = InlineArray<8, CachedPoint>

extension ExtendedPoint {
  static let neutral = ExtendedPoint(x: .zero, y: .one, z: .one, t: .zero)

  @inline(never)
  func multiples() -> MultiplesTable {
    let one = cached
    var table = MultiplesTable(repeating: one)
    var multiple = self
    for i in 1..<8 {
      multiple = multiple.adding(one)
      table[i] = multiple.cached
    }
    return table
  }
}

extension ExtendedPoint {
  /// The sum as an extended point; a call, where the operator is in place.
  @inline(never)
  func adding(_ other: CachedPoint) -> ExtendedPoint { (self + other).extended }
}

/// The multiple that a digit asks for: the entry `magnitude - 1` of the eight from `start`, or the neutral point for
/// zero; negated for a negative digit.
@inline(__always)
func select(_ digit: Digit, from table: Span<CachedPoint>, at start: Int = 0) -> CachedPoint {
  var point = CachedPoint.neutral
  for j in 0..<8 {
    let isWanted = Mask(isZero: digit.magnitude ^ UInt64(truncatingIfNeeded: j &+ 1), veil: digit.veil)
    point = point.replaced(by: table[start &+ j], where: isWanted)
  }
  return point.negated(where: digit.isNegative)
}

/// The same from a table of points with Z = 1.
@inline(__always)
func select(_ digit: Digit, from table: Span<AffineCachedPoint>, at start: Int) -> AffineCachedPoint {
  var point = AffineCachedPoint.neutral
  for j in 0..<8 {
    let isWanted = Mask(isZero: digit.magnitude ^ UInt64(truncatingIfNeeded: j &+ 1), veil: digit.veil)
    point = point.replaced(by: table[start &+ j], where: isWanted)
  }
  return point.negated(where: digit.isNegative)
}
