/// An integer modulo p = 2^255 - 19, the field of Curve25519 (RFC 7748 section 4.1).
///
/// **Representation.** Five limbs in radix 2^51: the value is l0 + 2^51 l1 + 2^102 l2 + 2^153 l3 + 2^204 l4. A limb has
/// 64 bits, so 13 bits are spare, and a value has many representations. Two bounds matter:
///
/// - *tight*: every limb is below 2^51 + 2^15. All products and squares come out tight.
/// - *loose*: every limb is below 2^54. All factors may be loose, so sums and differences need no carry at all
///   before they are multiplied.
///
/// **Multiplication** is by columns: column k sums the a_i b_j with i + j = k, and since 2^255 = 19 modulo p, also 19
/// times those with i + j = k + 5. A column holds at most 5 products, in column 0 four of them times 19:
/// (1 + 4 * 19) 2^108 < 2^115, which fits into 128 bits; what lies above bit 51 of it fits into a limb.
///
/// **Carrying.** Two ways, for two situations. In a lone product, each column hands what exceeds 51 bits to the next
/// one before that is split (`carriedInSequence`): fewest instructions. In a chain of squarings each result is waited
/// for, and there all columns are split at once, and the five limbs once more (`carriedInParallel`): shortest path from
/// input to output. Both wrap the top carry around with a factor 19. It can't overflow, as column 4 is the only one
/// without a factor 19: it is below 5 * 2^108 plus a carry, so its excess is below 2^59.4, and 19 times that below
/// 2^63.7.
///
/// No branch and no address depends on a value. These statements are asserted in debug builds, and proved by
/// Tests/RistrettoProof.
struct FieldElement: Sendable {
  var l0: Limb
  var l1: Limb
  var l2: Limb
  var l3: Limb
  var l4: Limb

  @inline(__always)
  init(_ l0: Limb, _ l1: Limb, _ l2: Limb, _ l3: Limb, _ l4: Limb) {
    self.l0 = l0
    self.l1 = l1
    self.l2 = l2
    self.l3 = l3
    self.l4 = l4
  }

  static let tightBound: Limb = 0x8_0000_0000_8000
  static let looseBound: Limb = 0x40_0000_0000_0000

  @inline(__always)
  func assertBelow(_ bound: Limb) {
    l0.assertBelow(bound)
    l1.assertBelow(bound)
    l2.assertBelow(bound)
    l3.assertBelow(bound)
    l4.assertBelow(bound)
  }
}

// MARK: - Sums and differences, without a carry

extension FieldElement {
  @inline(__always)
  static func + (a: Self, b: Self) -> Self {
    Self(a.l0 &+ b.l0, a.l1 &+ b.l1, a.l2 &+ b.l2, a.l3 &+ b.l3, a.l4 &+ b.l4)
  }

  /// The difference, as a + 2p - b with 2p spread over the limbs so that none goes below zero; so b must be tight.
  @inline(__always)
  static func - (a: Self, b: Self) -> Self {
    b.assertBelow(tightBound)
    return Self(
      a.l0 &+ 0xf_ffff_ffff_ffda &- b.l0, a.l1 &+ 0xf_ffff_ffff_fffe &- b.l1, a.l2 &+ 0xf_ffff_ffff_fffe &- b.l2,
      a.l3 &+ 0xf_ffff_ffff_fffe &- b.l3, a.l4 &+ 0xf_ffff_ffff_fffe &- b.l4)
  }

  /// The tight element with the same value.
  @inline(__always)
  func carried() -> Self {
    assertBelow(Self.looseBound)
    return Self(
      l0.low(51) &+ 19 &* l4.high(51), l1.low(51) &+ l0.high(51), l2.low(51) &+ l1.high(51),
      l3.low(51) &+ l2.high(51), l4.low(51) &+ l3.high(51))
  }
}

// MARK: - Products and squares

extension FieldElement {
  /// The product. A call; the formulas that nearly all time is spent in use ``times(_:)``.
  @inline(never)
  static func * (a: Self, b: Self) -> Self { a.times(b) }

  /// The product, in place: 25 multiplications and 200 instructions more wherever it stands.
  @inline(__always)
  func times(_ b: Self) -> Self {
    assertBelow(Self.looseBound)
    b.assertBelow(Self.looseBound)
    let b1 = 19 &* b.l1
    let b2 = 19 &* b.l2
    let b3 = 19 &* b.l3
    let b4 = 19 &* b.l4
    return Columns(
      c0: product(l0, b.l0) &+ product(l1, b4) &+ product(l2, b3) &+ product(l3, b2) &+ product(l4, b1),
      c1: product(l0, b.l1) &+ product(l1, b.l0) &+ product(l2, b4) &+ product(l3, b3) &+ product(l4, b2),
      c2: product(l0, b.l2) &+ product(l1, b.l1) &+ product(l2, b.l0) &+ product(l3, b4) &+ product(l4, b3),
      c3: product(l0, b.l3) &+ product(l1, b.l2) &+ product(l2, b.l1) &+ product(l3, b.l0) &+ product(l4, b4),
      c4: product(l0, b.l4) &+ product(l1, b.l3) &+ product(l2, b.l2) &+ product(l3, b.l1)
        &+ product(l4, b.l0)
    ).carriedInSequence()
  }

  @inline(__always)
  func squared() -> Self { squareColumns().carriedInSequence() }

  /// The square, for chains where the next step waits for this one.
  @inline(__always)
  func squaredInChain() -> Self { squareColumns().carriedInParallel() }

  /// The columns of the product with itself; a_i b_j = a_j b_i leaves 15 products of 25. Column 4 comes first, and in
  /// each column l0 last, as in a chain the carry out of column 4 has the longest way to go, into l0.
  @inline(__always)
  private func squareColumns() -> Columns {
    assertBelow(Self.looseBound)
    let b1 = 2 &* l1
    let b2 = 2 &* l2
    let b3 = 2 &* l3
    let b4 = 2 &* l4
    let n3 = 19 &* l3
    let n4 = 19 &* l4
    let c4 = product(l2, l2) &+ product(b1, l3) &+ product(l0, b4)
    let c3 = product(l4, n4) &+ product(b1, l2) &+ product(l0, b3)
    let c0 = product(b1, n4) &+ product(b2, n3) &+ product(l0, l0)
    let c1 = product(b2, n4) &+ product(l3, n3) &+ product(l0, b1)
    let c2 = product(l1, l1) &+ product(b3, n4) &+ product(l0, b2)
    return Columns(c0: c0, c1: c1, c2: c2, c3: c3, c4: c4)
  }
}

/// The five columns of a product, before their carries.
private struct Columns {
  var c0: Wide
  var c1: Wide
  var c2: Wide
  var c3: Wide
  var c4: Wide

  @inline(__always)
  func carriedInSequence() -> FieldElement {
    let d1 = c1 &+ Wide(limb: c0.high(51))
    let d2 = c2 &+ Wide(limb: d1.high(51))
    let d3 = c3 &+ Wide(limb: d2.high(51))
    let d4 = c4 &+ Wide(limb: d3.high(51))
    let l0 = c0.low(51) &+ 19 &* d4.high(51)
    return FieldElement(l0.low(51), d1.low(51) &+ l0.high(51), d2.low(51), d3.low(51), d4.low(51))
  }

  @inline(__always)
  func carriedInParallel() -> FieldElement {
    let l0 = c0.low(51) &+ 19 &* c4.high(51)
    let l1 = c1.low(51).adding(excessOf: c0)
    let l2 = c2.low(51).adding(excessOf: c1)
    let l3 = c3.low(51).adding(excessOf: c2)
    let l4 = c4.low(51).adding(excessOf: c3)
    return FieldElement(
      l0.low(51) &+ 19 &* l4.high(51), l1.low(51) &+ l0.high(51), l2.low(51) &+ l1.high(51),
      l3.low(51) &+ l2.high(51), l4.low(51) &+ l3.high(51))
  }
}

// MARK: - The canonical value

extension FieldElement {
  /// The representation with limbs below 2^51 and a value below p.
  ///
  /// A tight value v is below 2p, so v mod p is v or v - p. v is p or more exactly if v + 19 reaches 2^255: `q` is that
  /// bit, rippled through the limbs. Then v + 19 q, without its bit 255, is the canonical value.
  @inline(never)
  func canonical() -> Self {
    let f = carried()
    var q = (f.l0 &+ 19).high(51)
    q = (f.l1 &+ q).high(51)
    q = (f.l2 &+ q).high(51)
    q = (f.l3 &+ q).high(51)
    q = (f.l4 &+ q).high(51)
    let l0 = f.l0 &+ 19 &* q
    let l1 = f.l1 &+ l0.high(51)
    let l2 = f.l2 &+ l1.high(51)
    let l3 = f.l3 &+ l2.high(51)
    let l4 = f.l4 &+ l3.high(51)
    return Self(l0.low(51), l1.low(51), l2.low(51), l3.low(51), l4.low(51))
  }
}
