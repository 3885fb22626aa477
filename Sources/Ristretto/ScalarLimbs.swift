/// An integer modulo l = 2^252 + 27742317777372353535851937790883648493, the order of the group (RFC 9496 section 4).
///
/// **Representation.** Five limbs in radix 2^52, each below 2^52, so values up to 2^260; *reduced* means below l.
///
/// **Multiplication** is Montgomery's with R = 2^260 (Montgomery, "Modular multiplication without trial division",
/// 1985): from a b it makes a b / R modulo l. It adds to the product the multiple n l, n < R, that makes it divisible
/// by R, one limb of n at a time, and drops the zeros. l is 2^252 plus 125 bits, so its limb 3 is zero, and a step
/// costs three products. The result is (a b + n l) / R < a b / R + l. If a b < R l, that is below 2l; so chains of
/// products need no subtraction in between, as 2l * 2l < R l, and one conditional subtraction at the end makes the
/// result reduced.
///
/// A column of a b holds at most 5 products below 2^104, n l adds 4 more, and a carry: it stays below 2^108.
struct ScalarLimbs: Sendable {
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

  @inline(__always)
  func assertLimbs() {
    l0.assertBelow(0x10_0000_0000_0000)
    l1.assertBelow(0x10_0000_0000_0000)
    l2.assertBelow(0x10_0000_0000_0000)
    l3.assertBelow(0x10_0000_0000_0000)
    l4.assertBelow(0x10_0000_0000_0000)
  }
}

extension ScalarLimbs {
  static let one = Self(1, 0, 0, 0, 0)
  /// R modulo l: one, in Montgomery form.
  static let r = Self(0xf48bd6721e6ed, 0x3bab5ac67e45a, 0xfffffeb35e51b, 0xfffffffffffff, 0x0fffffffffff)
  /// R^2 modulo l: a product with it brings into Montgomery form.
  static let rSquared = Self(0x9d265e952d13b, 0xd63c715bea69f, 0x5be65cb687604, 0x3dceec73d217f, 0x09411b7c309a)
  /// 2^256 R modulo l: a product with it multiplies by 2^256.
  static let twoTo256TimesR = Self(
    0x9f4e532df7449, 0xda9f725df7382, 0xf5be65cc244cc, 0xa3dceec73d217, 0x099411b7c309)
  /// R / 2 modulo l: a product with it halves.
  static let halfR = Self(0x0d5ebe20bdd6d, 0x8d272931aa4ee, 0xffffff5a5620a, 0xfffffffffffff, 0x0fffffffffff)

  /// a b / R modulo l, below 2l if a b < R l.
  @inline(__always)
  static func montgomeryProduct(_ a: Self, _ b: Self) -> Self {
    a.assertLimbs()
    b.assertLimbs()
    return ScalarColumns(
      c0: product(a.l0, b.l0),
      c1: product(a.l0, b.l1) &+ product(a.l1, b.l0),
      c2: product(a.l0, b.l2) &+ product(a.l1, b.l1) &+ product(a.l2, b.l0),
      c3: product(a.l0, b.l3) &+ product(a.l1, b.l2) &+ product(a.l2, b.l1) &+ product(a.l3, b.l0),
      c4: product(a.l0, b.l4) &+ product(a.l1, b.l3) &+ product(a.l2, b.l2) &+ product(a.l3, b.l1)
        &+ product(a.l4, b.l0),
      c5: product(a.l1, b.l4) &+ product(a.l2, b.l3) &+ product(a.l3, b.l2) &+ product(a.l4, b.l1),
      c6: product(a.l2, b.l4) &+ product(a.l3, b.l3) &+ product(a.l4, b.l2),
      c7: product(a.l3, b.l4) &+ product(a.l4, b.l3),
      c8: product(a.l4, b.l4)
    ).montgomeryReduced()
  }

  /// The Montgomery product with itself.
  @inline(__always)
  func montgomerySquare() -> Self {
    assertLimbs()
    let d0 = 2 &* l0
    let d1 = 2 &* l1
    let d2 = 2 &* l2
    let d3 = 2 &* l3
    return ScalarColumns(
      c0: product(l0, l0),
      c1: product(d0, l1),
      c2: product(d0, l2) &+ product(l1, l1),
      c3: product(d0, l3) &+ product(d1, l2),
      c4: product(d0, l4) &+ product(d1, l3) &+ product(l2, l2),
      c5: product(d1, l4) &+ product(d2, l3),
      c6: product(d2, l4) &+ product(l3, l3),
      c7: product(d3, l4),
      c8: product(l4, l4)
    ).montgomeryReduced()
  }

  /// The sum of two reduced values, below 2l.
  @inline(__always)
  static func + (a: Self, b: Self) -> Self {
    Self(a.l0 &+ b.l0, a.l1 &+ b.l1, a.l2 &+ b.l2, a.l3 &+ b.l3, a.l4 &+ b.l4).carried()
  }

  /// 2l - b for this reduced b, with 2l spread over the limbs so that none goes below zero: more than l, at most 2l.
  @inline(__always)
  func negated() -> Self {
    assertLimbs()
    l4.assertBelow(0x200000000000)
    return Self(
      0x14c634b9eba7da &- l0, 0x1bd45ef39acb01 &- l1, 0x1000000029bdf2 &- l2, 0xfffffffffffff &- l3,
      0x1fffffffffff &- l4
    ).carried()
  }

  @inline(__always)
  private func carried() -> Self {
    let m1 = l1 &+ l0.high(52)
    let m2 = l2 &+ m1.high(52)
    let m3 = l3 &+ m2.high(52)
    let m4 = l4 &+ m3.high(52)
    return Self(l0.low(52), m1.low(52), m2.low(52), m3.low(52), m4)
  }

  /// A value below 2l, reduced; and 2l, brought to l. With t = value + 2^253 - l, bit 253 of t tells whether the value
  /// is l or more, and if it is, the bits below it are value - l.
  @inline(__always)
  func reduced() -> Self {
    let t = Self(
      l0 &+ 0xd9ce5a30a2c13, l1 &+ 0x215d086329a7e, l2 &+ 0xfffffffeb2106, l3 &+ 0xfffffffffffff,
      l4 &+ 0x0fffffffffff
    ).carried()
    t.l4.high(45).assertBelow(2)
    return replaced(by: Self(t.l0, t.l1, t.l2, t.l3, t.l4.low(45)), where: t.l4.high(45))
  }
}

/// The nine columns of a product of scalars, before their carries.
private struct ScalarColumns {
  var c0: Wide
  var c1: Wide
  var c2: Wide
  var c3: Wide
  var c4: Wide
  var c5: Wide
  var c6: Wide
  var c7: Wide
  var c8: Wide

  @inline(__always)
  func montgomeryReduced() -> ScalarLimbs {
    // The limbs of l; limb 3 is zero, and limb 0 is dealt with in montgomeryStep.
    let m1: Limb = 0xdea2f79cd6581
    let m2: Limb = 0x000000014def9
    let m4: Limb = 0x100000000000
    let (n0, d0) = c0.montgomeryStep()
    let (n1, d1) = (c1 &+ d0 &+ product(n0, m1)).montgomeryStep()
    let (n2, d2) = (c2 &+ d1 &+ product(n0, m2) &+ product(n1, m1)).montgomeryStep()
    let (n3, d3) = (c3 &+ d2 &+ product(n1, m2) &+ product(n2, m1)).montgomeryStep()
    let (n4, d4) = (c4 &+ d3 &+ product(n0, m4) &+ product(n2, m2) &+ product(n3, m1)).montgomeryStep()
    let e5 = c5 &+ d4 &+ product(n1, m4) &+ product(n3, m2) &+ product(n4, m1)
    let e6 = c6 &+ Wide(limb: e5.high(52)) &+ product(n2, m4) &+ product(n4, m2)
    let e7 = c7 &+ Wide(limb: e6.high(52)) &+ product(n3, m4)
    let e8 = c8 &+ Wide(limb: e7.high(52)) &+ product(n4, m4)
    return ScalarLimbs(e5.low(52), e6.low(52), e7.low(52), e8.low(52), e8.high(52))
  }
}
