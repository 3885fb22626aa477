/// The machine word that holds one limb, and the double word that holds a product of two.
///
/// The arithmetic in FieldElement.swift, FieldLanes.swift, EdwardsPoint.swift and ScalarLimbs.swift uses only what this
/// file offers. So the tests can compile those same files against another `Limb`, one that carries an interval and a
/// polynomial instead of a number, and prove for all inputs at once that nothing overflows and every result is right
/// (Tests/RistrettoProof).
typealias Limb = UInt64
typealias Wide = UInt128

/// The full product of two limbs: one multiply instruction.
@inline(__always)
func product(_ a: Limb, _ b: Limb) -> Wide {
  Wide(truncatingIfNeeded: a) &* Wide(truncatingIfNeeded: b)
}

extension Wide {
  /// A limb, widened.
  @inline(__always)
  init(limb: Limb) { self.init(truncatingIfNeeded: limb) }

  /// The lowest `bits` bits.
  @inline(__always)
  func low(_ bits: Int) -> Limb { Limb(truncatingIfNeeded: self) & ((1 &<< Limb(bits)) &- 1) }

  /// The two words.
  @inline(__always)
  var lower: Limb { Limb(truncatingIfNeeded: self) }
  @inline(__always)
  var upper: Limb { Limb(truncatingIfNeeded: self &>> 64) }

  /// For Montgomery reduction modulo the group order l: the limb n that makes this + n l divisible by 2^52, and
  /// the quotient (this + n l0) / 2^52, where l0 is the lowest limb of l.
  @inline(__always)
  func montgomeryStep() -> (n: Limb, quotient: Wide) {
    let n = (Limb(truncatingIfNeeded: self) &* 0x51da312547e1b).low(52)
    return (n, Wide(limb: (self &+ product(n, 0x2631a5cf5d3ed)).high(52)))
  }

  /// What lies above the lowest `bits` bits; it must fit into a limb.
  @inline(__always)
  func high(_ bits: Int) -> Limb {
    assert(self >> (64 + bits) == 0, "a carry does not fit into a limb")
    return Limb(truncatingIfNeeded: self &>> Wide(truncatingIfNeeded: bits))
  }
}

extension Limb {
  /// The lowest `bits` bits.
  @inline(__always)
  func low(_ bits: Int) -> Limb { self & ((1 &<< Limb(bits)) &- 1) }

  /// What lies above the lowest `bits` bits.
  @inline(__always)
  func high(_ bits: Int) -> Limb { self &>> Limb(bits) }

  /// This limb times a power of two; nothing may be pushed out.
  @inline(__always)
  func shifted(_ bits: Int) -> Limb {
    assert(self >> (64 - bits) == 0, "a carry does not fit into a limb")
    return self &<< Limb(bits)
  }

  /// The bound that the caller relies on; checked in debug builds and by the proof.
  @inline(__always)
  func assertBelow(_ bound: Limb) { assert(self < bound, "a limb is out of bounds") }
}

/// Two limbs side by side in a vector register, on which everything is done at once.
typealias Lanes = SIMD2<UInt64>

/// The products, lane by lane, of limbs that have 32 bits at most: one multiply instruction, as the masks say so.
@inline(__always)
func product(_ a: Lanes, _ b: Lanes) -> Lanes {
  let lower = Lanes(repeating: 0xffff_ffff)
  assert(a & lower == a && b & lower == b, "a factor is out of bounds")
  return (a & lower) &* (b & lower)
}

@inline(__always)
func product(_ a: Lanes, _ b: Limb) -> Lanes { product(a, Lanes(repeating: b)) }

extension Lanes {
  /// The lowest `bits` bits.
  @inline(__always)
  func low(_ bits: Int) -> Lanes { self & Lanes(repeating: (1 &<< Limb(bits)) &- 1) }

  /// What lies above the lowest `bits` bits.
  @inline(__always)
  func high(_ bits: Int) -> Lanes { self &>> Lanes(repeating: Limb(bits)) }

  /// Times a power of two; nothing may be pushed out.
  @inline(__always)
  func shifted(_ bits: Int) -> Lanes {
    assert(high(64 - bits) == Lanes(repeating: 0), "a carry does not fit into a limb")
    return self &<< Lanes(repeating: Limb(bits))
  }
}
