/// An integer modulo p = 2^255 - 19, the field of Curve25519 (RFC 7748 section 4.1).
///
/// **Representation.** Five limbs in radix 2^51: the value is l0 + 2^51 l1 + 2^102 l2 + 2^153 l3 + 2^204 l4. A limb has
/// 64 bits, so 13 bits are spare, and a value has many representations. Two bounds matter:
///
/// - *tight*: every limb is below 2^51 + 2^17. All products and squares come out tight.
/// - *loose*: every limb is below 2^54. All factors may be loose, so sums and differences need no carry at all
///   before they are multiplied.
///
/// **Multiplication** is by columns: column k sums the a_i b_j with i + j = k, and since 2^255 = 19 modulo p, also 19
/// times those with i + j = k + 5. A column holds at most 5 products, in column 0 four of them times 19: it is below
/// (1 + 4 * 19) 2^108 < 2^115.
///
/// **Carrying** splits each column at bit 51 and hands the upper part to the next column. Bit 51 lies within a machine
/// word, and shifts across two words are slow (four operations and more on AMD's processors). So columns are computed
/// 2^10-fold, by shifting the limbs of one factor: then c 2^10 = upper 2^64 + lower, that is,
///
///     c = 8 upper 2^51 + lower / 2^10,
///
/// and the two words are the two parts, but for three bits too many in the lower one. All columns are split at once,
/// and the five limbs once more, at exactly 51 bits: a short path from input to output. Both passes wrap the top carry
/// around with a factor 19. It can't overflow, as column 4 is the only one without a factor 19: it is below 5 * 2^108,
/// so its excess is below 2^59.4, and 19 times that below 2^63.7.
///
/// Squares in a chain have tight factors, so their columns are smaller, and it is enough to compute them twofold:
/// c = 2^12 upper 2^51 + lower / 2. That is the shortest path of all.
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

  static let tightBound: Limb = 0x8_0000_0002_0000
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
    let (n1, n2, n3, n4) = (19 &* l1, 19 &* l2, 19 &* l3, 19 &* l4)
    let (b0, b1, b2, b3, b4) = (1024 &* b.l0, 1024 &* b.l1, 1024 &* b.l2, 1024 &* b.l3, 1024 &* b.l4)
    return Columns(
      c0: product(l0, b0) &+ product(n4, b1) &+ product(n3, b2) &+ product(n2, b3) &+ product(n1, b4),
      c1: product(l1, b0) &+ product(l0, b1) &+ product(n4, b2) &+ product(n3, b3) &+ product(n2, b4),
      c2: product(l2, b0) &+ product(l1, b1) &+ product(l0, b2) &+ product(n4, b3) &+ product(n3, b4),
      c3: product(l3, b0) &+ product(l2, b1) &+ product(l1, b2) &+ product(l0, b3) &+ product(n4, b4),
      c4: product(l4, b0) &+ product(l3, b1) &+ product(l2, b2) &+ product(l1, b3) &+ product(l0, b4)
    ).carried()
  }

  /// The square; a_i b_j = a_j b_i leaves 15 products of 25.
  @inline(__always)
  func squared() -> Self {
    assertBelow(Self.looseBound)
    let (b0, b1, b2, b3, b4) = (1024 &* l0, 1024 &* l1, 1024 &* l2, 1024 &* l3, 1024 &* l4)
    let (d0, d1) = (2 &* l0, 2 &* l1)
    let (n3, n4) = (19 &* l3, 19 &* l4)
    let (m3, m4) = (38 &* l3, 38 &* l4)
    return Columns(
      c0: product(m4, b1) &+ product(m3, b2) &+ product(l0, b0),
      c1: product(m4, b2) &+ product(n3, b3) &+ product(d0, b1),
      c2: product(l1, b1) &+ product(m4, b3) &+ product(d0, b2),
      c3: product(n4, b4) &+ product(d1, b2) &+ product(d0, b3),
      c4: product(l2, b2) &+ product(d1, b3) &+ product(d0, b4)
    ).carried()
  }

  /// The square of a tight element, for chains where the next step waits for this one: columns computed twofold, and
  /// carried in two passes as all are.
  ///
  /// Which factors are multiplied beforehand, and in which order all follows, was found by trial: of some hundred ways
  /// this is one in which the compiler moves least about. A chain takes 6% less time than in the order that comes to mind.
  @inline(__always)
  func squaredInChain() -> Self {
    assertBelow(Self.tightBound)
    let (q2, q0, d0, d3, d2, d1) = (4 &* l2, 4 &* l0, 2 &* l0, 2 &* l3, 2 &* l2, 2 &* l1)
    let (w4, m3, m4) = (19 &* (4 &* l4), 19 &* (2 &* l3), 19 &* (2 &* l4))
    let c4 = product(l2, d2) &+ (product(q0, l4) &+ product(d3, d1))
    let c2 = product(d1, l1) &+ product(d0, d2) &+ product(w4, l3)
    let c1 = product(w4, l2) &+ product(l3, m3) &+ product(d0, d1)
    let c3 = product(q0, l3) &+ (product(l4, m4) &+ product(l1, q2))
    let c0 = product(m3, d2) &+ product(l0, d0) &+ product(m4, d1)
    let k4 = c3.upper.shifted(12) &+ c4.lower.high(1)
    let k1 = c0.upper.shifted(12) &+ c1.lower.high(1)
    let k2 = c2.lower.high(1) &+ c1.upper.shifted(12)
    let k0 = c0.lower.high(1) &+ 19 &* c4.upper.shifted(12)
    let k3 = c3.lower.high(1) &+ c2.upper.shifted(12)
    let r0 = k0.low(51) &+ 19 &* k4.high(51)
    let r2 = k2.low(51) &+ k1.high(51)
    let r3 = k3.low(51) &+ k2.high(51)
    let r1 = k1.low(51) &+ k0.high(51)
    let r4 = k4.low(51) &+ k3.high(51)
    return Self(r0, r1, r2, r3, r4)
  }
}

/// The five columns of a product, 1024-fold, before their carries.
private struct Columns {
  var c0: Wide
  var c1: Wide
  var c2: Wide
  var c3: Wide
  var c4: Wide

  @inline(__always)
  func carried() -> FieldElement {
    let l4 = c4.lower.high(10) &+ c3.upper.shifted(3)
    let l0 = c0.lower.high(10) &+ 19 &* c4.upper.shifted(3)
    let l1 = c1.lower.high(10) &+ c0.upper.shifted(3)
    let l2 = c2.lower.high(10) &+ c1.upper.shifted(3)
    let l3 = c3.lower.high(10) &+ c2.upper.shifted(3)
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
