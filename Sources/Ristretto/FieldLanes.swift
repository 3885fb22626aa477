/// Two field elements side by side in vector registers, for long runs of squarings: while these last, the processor's
/// one scalar multiplier rests, and the two or more in its vector unit work.
///
/// **Representation.** The vector unit multiplies 32 bits by 32 bits, in each of two lanes. So the radix is 2^25.5: ten
/// limbs of 26 and 25 bits in turn, where limb k stands for l_k 2^ceil(25.5 k); two of them make one limb of a
/// ``FieldElement``. Three bounds matter:
///
/// - *carried*: limbs 0, 2, 4, 6, 8 are below 2^26, limbs 3, 7, 9 below 2^25, and limbs 1 and 5, where the chains of
///   carries end, below 2^25 + 2^8. Elements come in like this, but that any of limbs 1, 3, 5, 7, 9 may be 2^25.
/// - *factors* have 32 bits: 38 times limb 5, 7 or 9 and 19 times limb 6 or 8 are below 2^30.3.
/// - *columns* are below 2^59. Column 0 is the largest, (1 + 38 / 2 + 38 + 38 / 2 + 38 + 38 / 4) 2^52 and a little.
///
/// **Squaring** is by columns: column k sums the a_i a_j with i + j = k, and since 2^255 = 19 modulo p, also 19 times
/// those with i + j = k + 10. For odd i and j, ceil(25.5 i) + ceil(25.5 j) is one more than ceil(25.5 (i + j)): such
/// products count twice. As a_i a_j = a_j a_i, each product with i and j apart counts twice again. So most of a column is
/// summed up and then doubled; only limbs 1 and 3, twice odd, are needed doubled, and limbs 5 to 9 times 38 or 19.
///
/// **Carrying** runs along two chains at once, from limb 0 to 5 and from limb 4 by way of limb 9 to 1. Column 9 is hardly
/// above 10 * 2^51, having no factor 19; so what is carried out of it is a factor too.
///
/// A run hands columns from one squaring to the next, not limbs. Of a limb that is handed on, the compiler would see that
/// it is small already, drop the mask in `product`, and then not know in the loop that one instruction is enough.
///
/// No branch and no address depends on a value. These statements are asserted in debug builds, and proved by
/// Tests/RistrettoProof.
struct FieldLanes {
  var l0: Lanes
  var l1: Lanes
  var l2: Lanes
  var l3: Lanes
  var l4: Lanes
  var l5: Lanes
  var l6: Lanes
  var l7: Lanes
  var l8: Lanes
  var l9: Lanes
}

// MARK: - To and from elements

extension FieldLanes {
  /// Each limb is split into 26 and 25 bits; both elements tight.
  @inline(__always)
  init(_ a: FieldElement, _ b: FieldElement) {
    a.assertBelow(FieldElement.tightBound)
    b.assertBelow(FieldElement.tightBound)
    let limbs0 = Lanes(a.l0, b.l0)
    let limbs1 = Lanes(a.l1, b.l1)
    let limbs2 = Lanes(a.l2, b.l2)
    let limbs3 = Lanes(a.l3, b.l3)
    let limbs4 = Lanes(a.l4, b.l4)
    self.init(
      l0: limbs0.low(26), l1: limbs0.high(26), l2: limbs1.low(26), l3: limbs1.high(26), l4: limbs2.low(26),
      l5: limbs2.high(26), l6: limbs3.low(26), l7: limbs3.high(26), l8: limbs4.low(26), l9: limbs4.high(26))
  }

  /// The elements, of carried limbs. They are loose: limbs 1 and 5 may have more than 25 bits.
  @inline(__always)
  var elements: (FieldElement, FieldElement) {
    let limbs0 = l0 &+ l1.shifted(26)
    let limbs1 = l2 &+ l3.shifted(26)
    let limbs2 = l4 &+ l5.shifted(26)
    let limbs3 = l6 &+ l7.shifted(26)
    let limbs4 = l8 &+ l9.shifted(26)
    return (
      FieldElement(limbs0.x, limbs1.x, limbs2.x, limbs3.x, limbs4.x),
      FieldElement(limbs0.y, limbs1.y, limbs2.y, limbs3.y, limbs4.y)
    )
  }
}

// MARK: - Squares

extension FieldLanes {
  /// Squared `count` times, and carried.
  @inline(__always)
  func squared(times count: Int) -> Self {
    var columns = self
    var i = 0
    while i < count {
      columns = columns.carried().columnsOfSquare()
      i &+= 1
    }
    return columns.carried()
  }

  /// The columns of the square of carried limbs.
  @inline(__always)
  func columnsOfSquare() -> Self {
    let (d1, d3) = (l1 &+ l1, l3 &+ l3)
    let (m5, m7, m9) = (product(l5, 38), product(l7, 38), product(l9, 38))
    let (n6, n8) = (product(l6, 19), product(l8, 19))
    // Halves of what counts twice.
    let h0 = product(l1, m9) &+ product(l2, n8) &+ product(l3, m7) &+ product(l4, n6)
    let h1 = product(l0, l1) &+ product(l3, n8) &+ product(l5, n6)
    let h2 = product(l0, l2) &+ product(l1, l1) &+ product(l3, m9) &+ product(l4, n8) &+ product(l5, m7)
    let h3 = product(l0, l3) &+ product(l1, l2) &+ product(l5, n8)
    let h4 = product(l0, l4) &+ product(d1, l3) &+ product(l5, m9) &+ product(l6, n8)
    let h5 = product(l0, l5) &+ product(l1, l4) &+ product(l2, l3) &+ product(l7, n8)
    let h6 = product(l0, l6) &+ product(d1, l5) &+ product(l2, l4) &+ product(l3, l3) &+ product(l7, m9)
    let h7 = product(l0, l7) &+ product(l1, l6) &+ product(l2, l5) &+ product(l3, l4)
    let h8 = product(l0, l8) &+ product(d1, l7) &+ product(l2, l6) &+ product(d3, l5)
    let h9 = product(l0, l9) &+ product(l1, l8) &+ product(l2, l7) &+ product(l3, l6) &+ product(l4, l5)
    return Self(
      l0: h0 &+ h0 &+ product(l0, l0) &+ product(l5, m5),
      l1: h1 &+ h1 &+ product(l2, m9) &+ product(l4, m7),
      l2: h2 &+ h2 &+ product(l6, n6),
      l3: h3 &+ h3 &+ product(l4, m9) &+ product(l6, m7),
      l4: h4 &+ h4 &+ product(l2, l2) &+ product(l7, m7),
      l5: h5 &+ h5 &+ product(l6, m9),
      l6: h6 &+ h6 &+ product(l8, n8),
      l7: h7 &+ h7 &+ product(l8, m9),
      l8: h8 &+ h8 &+ product(l4, l4) &+ product(l9, m9),
      l9: h9 &+ h9)
  }

  /// The carried limbs of columns, or of limbs that just came in.
  @inline(__always)
  func carried() -> Self {
    let c5 = l5 &+ l4.high(26)
    let c1 = l1 &+ l0.high(26)
    let c6 = l6 &+ c5.high(25)
    let c2 = l2 &+ c1.high(25)
    let c7 = l7 &+ c6.high(26)
    let c3 = l3 &+ c2.high(26)
    let c8 = l8 &+ c7.high(25)
    let c4 = l4.low(26) &+ c3.high(25)
    let c9 = l9 &+ c8.high(26)
    let c0 = l0.low(26) &+ product(c9.high(25), 19)
    return Self(
      l0: c0.low(26), l1: c1.low(25) &+ c0.high(26), l2: c2.low(26), l3: c3.low(25), l4: c4.low(26),
      l5: c5.low(25) &+ c4.high(26), l6: c6.low(26), l7: c7.low(25), l8: c8.low(26), l9: c9.low(25))
  }
}
