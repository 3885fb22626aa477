/// The stand-in for Sources/Ristretto/Limb.swift: a limb that stands for every number it could be.
///
/// This target compiles the package's own FieldElement.swift, FieldLanes.swift, EdwardsPoint.swift and
/// ScalarLimbs.swift (by symbolic link) against the types below. So what is proved is the code that runs, not a copy of
/// it.
///
/// A limb here is a *range*, and a *residue*. The range is exact interval arithmetic: whatever could leave 64 or 128
/// bits, go below zero or exceed an asserted bound, for any input in the ranges given, is reported. The residue is the
/// value of a polynomial: each input limb, and each carry, is an unknown, and all of the code is polynomials in these
/// of degree 2 at most. The unknowns are set to random residues modulo p (or l); splitting x at bit 51 makes an unknown
/// q for the upper part and gives x - 2^51 q for the lower; unless x is known to be divisible by 2^51. If the result of
/// a multiplication has the residue of the product, then by the lemma of Schwartz and Zippel the two polynomials are
/// the same but with a probability of 2/p, which is 2^-254: the result is right modulo p for all inputs and all
/// carries.
///
/// Nothing is inlined here: it happens inside functions that are always inlined, and would take the compiler minutes.
struct Limb: Sendable, ExpressibleByIntegerLiteral {
  var range: ClosedRange<UInt64>
  var residue: Residue?  // nil for a literal, which is what its range says
  var zeros: Int  // as many of the lowest bits are known to be zero

  init(integerLiteral value: UInt64) {
    range = value...value
    residue = nil
    zeros = value.trailingZeroBitCount
  }

  init(_ range: ClosedRange<UInt64>, _ residue: Residue, zeros: Int = 0) {
    self.range = range
    self.residue = residue
    self.zeros = zeros
  }

  var value: Residue { residue ?? Residue(range.lowerBound, Machine.current.modulus) }

  /// An unknown in a range.
  static func unknown(_ range: ClosedRange<UInt64>) -> Limb { Limb(range, .random(Machine.current.modulus)) }

  /// The result of an operation; `overflow` says whether it could leave 64 bits.
  private static func checked(
    _ low: (UInt64, Bool), _ high: (UInt64, Bool), _ what: String, _ residue: Residue, zeros: Int
  ) -> Limb {
    guard !low.1, !high.1 else {
      Machine.current.report("\(what) overflows")
      return Limb(0...UInt64.max, residue)
    }
    return Limb(low.0...high.0, residue, zeros: zeros)
  }

  @inline(never)
  static func &+ (a: Limb, b: Limb) -> Limb {
    checked(
      a.range.lowerBound.addingReportingOverflow(b.range.lowerBound),
      a.range.upperBound.addingReportingOverflow(b.range.upperBound), "a sum", a.value + b.value,
      zeros: min(a.zeros, b.zeros))
  }

  @inline(never)
  static func &- (a: Limb, b: Limb) -> Limb {
    checked(
      a.range.lowerBound.subtractingReportingOverflow(b.range.upperBound),
      a.range.upperBound.subtractingReportingOverflow(b.range.lowerBound), "a difference", a.value - b.value,
      zeros: min(a.zeros, b.zeros))
  }

  @inline(never)
  static func &* (a: Limb, b: Limb) -> Limb {
    checked(
      a.range.lowerBound.multipliedReportingOverflow(by: b.range.lowerBound),
      a.range.upperBound.multipliedReportingOverflow(by: b.range.upperBound), "a multiple", a.value * b.value,
      zeros: a.zeros + b.zeros)
  }

  func low(_ bits: Int) -> Limb { Wide(limb: self).low(bits) }
  func high(_ bits: Int) -> Limb { Wide(limb: self).high(bits) }
  func shifted(_ bits: Int) -> Limb { self &* Limb(integerLiteral: 1 << UInt64(bits)) }

  func assertBelow(_ bound: Limb) {
    if range.upperBound >= bound.range.lowerBound { Machine.current.report("a limb is out of bounds") }
  }
}

struct Wide {
  var range: ClosedRange<UInt128>
  var residue: Residue
  var zeros: Int

  init(_ range: ClosedRange<UInt128>, _ residue: Residue, zeros: Int = 0) {
    self.range = range
    self.residue = residue
    self.zeros = zeros
  }

  init(limb: Limb) {
    self.init(UInt128(limb.range.lowerBound)...UInt128(limb.range.upperBound), limb.value, zeros: limb.zeros)
  }

  @inline(never)
  static func &+ (a: Wide, b: Wide) -> Wide {
    let high = a.range.upperBound.addingReportingOverflow(b.range.upperBound)
    let residue = a.residue + b.residue
    guard !high.overflow else {
      Machine.current.report("a column overflows")
      return Wide(0...UInt128.max, residue)
    }
    return Wide(
      a.range.lowerBound + b.range.lowerBound...high.partialValue, residue, zeros: min(a.zeros, b.zeros))
  }

  @inline(never)
  func low(_ bits: Int) -> Limb { Machine.current.split(self, at: bits).low }
  @inline(never)
  func high(_ bits: Int) -> Limb { Machine.current.split(self, at: bits).high }

  var lower: Limb { low(64) }
  var upper: Limb { high(64) }

  /// n is an unknown below 2^52; the quotient is exact, because n is what makes it so. That n is that is checked by
  /// arithmetic in `montgomeryConstant` of ProofTests.swift.
  @inline(never)
  func montgomeryStep() -> (n: Limb, quotient: Wide) {
    let n = Limb.unknown(0...(1 << 52) - 1)
    let sum = self &+ product(n, 0x2631a5cf5d3ed)
    if sum.range.upperBound >> 116 != 0 { Machine.current.report("a carry overflows") }
    let quotient = sum.residue * Machine.current.inverseOfTwoTo52
    return (n, Wide(sum.range.lowerBound >> 52...sum.range.upperBound >> 52, quotient))
  }
}

@inline(never)
func product(_ a: Limb, _ b: Limb) -> Wide {
  let low = UInt128(a.range.lowerBound) * UInt128(b.range.lowerBound)
  return Wide(
    low...UInt128(a.range.upperBound) * UInt128(b.range.upperBound), a.value * b.value, zeros: a.zeros + b.zeros)
}

/// Two limbs side by side. They are factors if each fits into 32 bits.
struct Lanes {
  var x: Limb
  var y: Limb

  init(_ x: Limb, _ y: Limb) {
    self.x = x
    self.y = y
  }

  @inline(never)
  static func &+ (a: Lanes, b: Lanes) -> Lanes { Lanes(a.x &+ b.x, a.y &+ b.y) }

  @inline(never)
  func low(_ bits: Int) -> Lanes { Lanes(x.low(bits), y.low(bits)) }
  @inline(never)
  func high(_ bits: Int) -> Lanes { Lanes(x.high(bits), y.high(bits)) }
  @inline(never)
  func shifted(_ bits: Int) -> Lanes { Lanes(x.shifted(bits), y.shifted(bits)) }
}

@inline(never)
func product(_ a: Lanes, _ b: Lanes) -> Lanes {
  for factor in [a.x, a.y, b.x, b.y] { factor.assertBelow(0x1_0000_0000) }
  return Lanes(a.x &* b.x, a.y &* b.y)
}

@inline(never)
func product(_ a: Lanes, _ b: Limb) -> Lanes { product(a, Lanes(b, b)) }

extension ScalarLimbs {
  /// Both are possible, if the bit is; its residue is 0 or 1 and chooses.
  func replaced(by other: Self, where bit: Limb) -> Self {
    if bit.range.upperBound > 1 { Machine.current.report("a bit is more than one") }
    let isOne = bit.value == Residue(1, Machine.current.modulus)
    func both(_ a: Limb, _ b: Limb) -> Limb {
      let range = min(a.range.lowerBound, b.range.lowerBound)...max(a.range.upperBound, b.range.upperBound)
      return Limb(range, isOne ? b.value : a.value)
    }
    return Self(
      both(l0, other.l0), both(l1, other.l1), both(l2, other.l2), both(l3, other.l3), both(l4, other.l4))
  }
}
