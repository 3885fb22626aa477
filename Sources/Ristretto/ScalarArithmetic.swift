/// Scalars as words, and what is computed with them.
extension ScalarLimbs {
  /// Reads 256 bits.
  @inline(__always)
  init(words w: InlineArray<4, UInt64>) {
    self.init(
      w[0].low(52), ((w[0] &>> 52) | (w[1] &<< 12)).low(52), ((w[1] &>> 40) | (w[2] &<< 24)).low(52),
      ((w[2] &>> 28) | (w[3] &<< 36)).low(52), w[3] &>> 16)
  }

  /// A value below 2^256 as little-endian words.
  @inline(__always)
  var words: InlineArray<4, UInt64> {
    [l0 | (l1 &<< 52), (l1 &>> 12) | (l2 &<< 40), (l2 &>> 24) | (l3 &<< 28), (l3 &>> 36) | (l4 &<< 16)]
  }

  /// `other` where the bit is one.
  @inline(__always)
  func replaced(by other: Self, where bit: Limb) -> Self {
    let mask = Mask(lowBit: bit).bits
    return Self(
      l0 ^ (mask & (l0 ^ other.l0)), l1 ^ (mask & (l1 ^ other.l1)), l2 ^ (mask & (l2 ^ other.l2)),
      l3 ^ (mask & (l3 ^ other.l3)), l4 ^ (mask & (l4 ^ other.l4)))
  }

  @inline(__always)
  var isZero: Mask { Mask(isZero: l0 | l1 | l2 | l3 | l4) }

  @inline(__always)
  func isEqual(to other: Self) -> Mask {
    Mask(isZero: (l0 ^ other.l0) | (l1 ^ other.l1) | (l2 ^ other.l2) | (l3 ^ other.l3) | (l4 ^ other.l4))
  }

  /// Whether a 256-bit integer is below l: whether it takes a borrow to subtract l.
  @inline(__always)
  static func isReduced(_ words: InlineArray<4, UInt64>) -> Mask {
    let order: InlineArray<4, UInt64> = [0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000]
    var borrow: UInt64 = 0
    for i in 0..<4 {
      let difference =
        UInt128(truncatingIfNeeded: words[i]) &- UInt128(truncatingIfNeeded: order[i])
        &- UInt128(truncatingIfNeeded: borrow)
      borrow = UInt64(truncatingIfNeeded: difference &>> 127)
    }
    return Mask(lowBit: borrow)
  }

  /// A 512-bit integer modulo l, from its halves.
  @inline(never)
  static func reducing(low: InlineArray<4, UInt64>, high: InlineArray<4, UInt64>) -> Self {
    let lower = montgomeryProduct(Self(words: low), r).reduced()
    let upper = montgomeryProduct(Self(words: high), twoTo256TimesR).reduced()
    return (lower + upper).reduced()
  }

  @inline(never)
  static func * (a: Self, b: Self) -> Self { montgomeryProduct(montgomeryProduct(a, rSquared), b).reduced() }

  @inline(never)
  static func - (a: Self, b: Self) -> Self { (a + b.negated().reduced()).reduced() }

  /// This times 1/2 modulo l.
  @inline(never)
  func halved() -> Self { Self.montgomeryProduct(self, Self.halfR).reduced() }

  /// The inverse, or zero for zero: the power l - 2 (Fermat), 4 bits of the exponent at most at a time, from the top.
  ///
  /// The exponent is public, so looking at its bits gives nothing away: 252 squarings, and 37 products.
  @inline(never)
  func inverted() -> Self {
    let x = Self.montgomeryProduct(self, Self.rSquared)
    let square = x.montgomerySquare()
    var oddPowers = InlineArray<8, Self>(repeating: x)
    for i in 1..<8 { oddPowers[i] = Self.montgomeryProduct(oddPowers[i &- 1], square) }
    let powers = oddPowers.span

    // The exponent is 2^252 and 125 bits more. `runs` says: square so often, then multiply by that odd power.
    var y = x
    for run in Self.exponentRuns {
      var i = 0
      while i < run.squarings {
        y = y.montgomerySquare()
        i &+= 1
      }
      y = Self.montgomeryProduct(y, powers[run.odd &>> 1])
    }
    return Self.montgomeryProduct(y, Self.one).reduced()
  }

  /// l - 2 cut into a leading one and runs of at most 4 bits that end in a one, after any number of zeros.
  private static let exponentRuns: [(squarings: Int, odd: Int)] = {
    let low: UInt128 = 27_742_317_777_372_353_535_851_937_790_883_648_491
    var runs: [(squarings: Int, odd: Int)] = []
    var position = 252  // the bits from here up are done
    var bit = 127
    while bit >= 0 {
      if (low >> bit) & 1 == 0 {
        bit -= 1
        continue
      }
      var end = max(0, bit - 3)
      while (low >> end) & 1 == 0 { end += 1 }
      runs.append((position - end, Int((low >> end) & ((1 << (bit - end + 1)) - 1))))
      position = end
      bit = end - 1
    }
    return runs
  }()
}
