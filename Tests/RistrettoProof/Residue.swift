/// An integer modulo a prime, by schoolbook arithmetic: slow, plain, and nothing in common with what it checks.
struct Residue: Hashable, Sendable {
  /// Little-endian words; always below the modulus.
  var words: SIMD8<UInt32>
  let modulus: Modulus

  enum Modulus: Hashable, Sendable {
    case p
    case l

    /// 2^255 - 19 or 2^252 + 27742317777372353535851937790883648493.
    var words: SIMD8<UInt32> {
      switch self {
      case .p: SIMD8(0xffff_ffed, .max, .max, .max, .max, .max, .max, 0x7fff_ffff)
      case .l: SIMD8(0x5cf5_d3ed, 0x5812_631a, 0xa2f7_9cd6, 0x14de_f9de, 0, 0, 0, 0x1000_0000)
      }
    }
  }

  init(_ value: UInt64, _ modulus: Modulus) {
    words = .zero
    words[0] = UInt32(truncatingIfNeeded: value)
    words[1] = UInt32(truncatingIfNeeded: value >> 32)
    self.modulus = modulus
  }

  static func random(_ modulus: Modulus) -> Residue {
    var residue = Residue(0, modulus)
    // Below 2^252, so below either modulus.
    for i in 0..<8 { residue.words[i] = .random(in: 0...(i < 7 ? .max : 0x0fff_ffff)) }
    return residue
  }

  static func + (a: Residue, b: Residue) -> Residue {
    var sum = a
    var carry: UInt64 = 0
    for i in 0..<8 {
      carry += UInt64(a.words[i]) + UInt64(b.words[i])
      sum.words[i] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    return sum.reduced()
  }

  static prefix func - (a: Residue) -> Residue {
    // modulus - a, and 0 for 0.
    var negation = a
    var borrow: Int64 = 0
    let m = a.modulus.words
    for i in 0..<8 {
      borrow += Int64(m[i]) - Int64(a.words[i])
      negation.words[i] = UInt32(truncatingIfNeeded: borrow)
      borrow >>= 32
    }
    return negation.reduced()
  }

  static func - (a: Residue, b: Residue) -> Residue { a + (-b) }

  static func * (a: Residue, b: Residue) -> Residue {
    var product = Residue(0, a.modulus)
    for bit in (0..<256).reversed() {
      product = product + product
      if (b.words[bit / 32] >> UInt32(bit % 32)) & 1 == 1 { product = product + a }
    }
    return product
  }

  static func power(ofTwo exponent: Int, _ modulus: Modulus) -> Residue {
    var power = Residue(1, modulus)
    for _ in 0..<exponent { power = power + power }
    return power
  }

  /// The power modulus - 2 (Fermat).
  var inverse: Residue {
    var exponent = modulus.words
    exponent[0] -= 2
    var power = Residue(1, modulus)
    for bit in (0..<256).reversed() {
      power = power * power
      if (exponent[bit / 32] >> UInt32(bit % 32)) & 1 == 1 { power = power * self }
    }
    return power
  }

  private func reduced() -> Residue {
    let m = modulus.words
    var difference = self
    var borrow: Int64 = 0
    for i in 0..<8 {
      borrow += Int64(words[i]) - Int64(m[i])
      difference.words[i] = UInt32(truncatingIfNeeded: borrow)
      borrow >>= 32
    }
    return borrow < 0 ? self : difference
  }
}
