/// Field elements as 32 bytes, and what depends on their one canonical value: sign, zero, equality, selection.
extension FieldElement {
  static let zero = FieldElement(0, 0, 0, 0, 0)
  static let one = FieldElement(1, 0, 0, 0, 0)
  static let two = FieldElement(2, 0, 0, 0, 0)
  static let minusOne = FieldElement(
    0x7ffffffffffec, 0x7ffffffffffff, 0x7ffffffffffff, 0x7ffffffffffff, 0x7ffffffffffff)

  /// Reads 255 bits from four little-endian words and ignores the top bit. The value may be p or more: ``words`` tells.
  @inline(__always)
  init(words w: InlineArray<4, UInt64>) {
    self.init(
      w[0].low(51), ((w[0] &>> 51) | (w[1] &<< 13)).low(51), ((w[1] &>> 38) | (w[2] &<< 26)).low(51),
      ((w[2] &>> 25) | (w[3] &<< 39)).low(51), (w[3] &>> 12).low(51))
  }

  /// The canonical value, below p, as four little-endian words.
  @inline(__always)
  var words: InlineArray<4, UInt64> {
    let f = canonical()
    return [
      f.l0 | (f.l1 &<< 51), (f.l1 &>> 13) | (f.l2 &<< 38), (f.l2 &>> 26) | (f.l3 &<< 25), (f.l3 &>> 39) | (f.l4 &<< 12),
    ]
  }

  /// RFC 9496 section 2.1: an element is negative if its canonical value is odd.
  @inline(__always)
  var isNegative: Mask { Mask(lowBit: canonical().l0) }

  @inline(__always)
  var isZero: Mask {
    let f = canonical()
    return Mask(isZero: f.l0 | f.l1 | f.l2 | f.l3 | f.l4)
  }

  /// Whether two tight elements have the same value.
  @inline(__always)
  func isEqual(to other: Self) -> Mask { (self - other).isZero }

  /// Whether two canonical elements are the same.
  @inline(__always)
  func hasLimbs(of other: Self, veil: Veil) -> Mask {
    Mask(
      isZero: (l0 ^ other.l0) | (l1 ^ other.l1) | (l2 ^ other.l2) | (l3 ^ other.l3) | (l4 ^ other.l4), veil: veil)
  }

  /// `other` where the mask says yes.
  @inline(__always)
  func replaced(by other: Self, where mask: Mask) -> Self {
    Self(
      l0 ^ (mask.bits & (l0 ^ other.l0)), l1 ^ (mask.bits & (l1 ^ other.l1)), l2 ^ (mask.bits & (l2 ^ other.l2)),
      l3 ^ (mask.bits & (l3 ^ other.l3)), l4 ^ (mask.bits & (l4 ^ other.l4)))
  }

  /// The negation of a tight element, tight again.
  @inline(__always)
  func negated() -> Self { (Self.zero - self).carried() }

  /// The negation where the mask says yes.
  @inline(__always)
  func negated(where mask: Mask) -> Self { replaced(by: negated(), where: mask) }

  /// RFC 9496 section 2.2, CT_ABS: of x and -x the one that is not negative.
  @inline(__always)
  var absoluteValue: Self { negated(where: isNegative) }
}
