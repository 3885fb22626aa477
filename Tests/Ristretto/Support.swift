import Testing

@testable import PassBindRistretto

func words(_ bytes: [UInt8]) -> InlineArray<4, UInt64> { loadWords(bytes.span) }

extension InlineArray where count == 4, Element == UInt64 {
  /// The words as 32 bytes.
  var bytes: [UInt8] { (0..<32).map { UInt8(truncatingIfNeeded: self[$0 / 8] >> UInt64(8 * ($0 % 8))) } }
}

extension RistrettoPoint {
  init(_ hex: String) throws { try self.init(decoding: bytes(hex).span, allowingIdentity: true) }
}

extension RistrettoScalar {
  /// The 32 bytes of the encoding.
  var encoded: [UInt8] { storage.all.bytes }
}

/// Bytes that look for trouble: random ones, and those near 0, powers of two, p, l and their multiples, with runs of
/// zeros and ones.
struct NastyBytes: RandomNumberGenerator {
  private var generator = SystemRandomNumberGenerator()

  mutating func next() -> UInt64 { generator.next() }

  /// `count` bytes, a little-endian number.
  mutating func bytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8]
    switch Int.random(in: 0..<6, using: &self) {
    case 0: bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    case 1: bytes = [UInt8](repeating: 0, count: count)
    case 2: bytes = [UInt8](repeating: 0xff, count: count)
    case 3:
      // A multiple of 1/8 of p or l, as p is 2^255 - 19 and l is 2^252 and a little.
      bytes = [UInt8](repeating: 0, count: count)
      let template = Bool.random(using: &generator) ? Self.p : Self.l
      let shift = Int.random(in: 0...3, using: &generator)
      for i in 0..<min(32, count) {
        let above = i + 1 < 32 ? template[i + 1] : 0
        bytes[i] = UInt8(truncatingIfNeeded: (UInt16(above) << 8 | UInt16(template[i])) >> UInt16(shift))
      }
    case 4:
      // Whole limbs of zeros or ones, in radix 2^51 or 2^52.
      bytes = [UInt8](repeating: 0, count: count)
      let width = Bool.random(using: &generator) ? 51 : 52
      let limbs = (0...(8 * count / width)).map { _ in Bool.random(using: &generator) }
      for bit in 0..<8 * count where limbs[bit / width] { bytes[bit / 8] |= 1 << UInt8(bit % 8) }
    default:
      bytes = [UInt8](repeating: 0, count: count)
      let bit = Int.random(in: 0..<8 * count, using: &generator)
      bytes[bit / 8] = 1 << UInt8(bit % 8)
    }
    // Then a step up or down, so that the neighbours of all these come up too.
    let step = Int.random(in: -20...20, using: &generator)
    if Bool.random(using: &generator) { return bytes }
    var carry = step
    for i in bytes.indices {
      let sum = Int(bytes[i]) + carry
      bytes[i] = UInt8(truncatingIfNeeded: sum)
      carry = sum >> 8
    }
    return bytes
  }

  /// A reduced scalar.
  mutating func scalar() -> RistrettoScalar {
    let wide = bytes(64)
    return RistrettoScalar(
      WipedScalar(ScalarLimbs.reducing(low: loadWords(wide.span), high: loadWords(wide.span, at: 32))))
  }

  /// A field element, tight, with limbs as unreduced as they may be.
  mutating func fieldElement() -> FieldElement {
    let f = FieldElement(words: words(bytes(32)))
    let top = FieldElement.tightBound - 1
    switch Int.random(in: 0..<4, using: &self) {
    case 0: return FieldElement(top, top, top, top, top)
    case 1: return FieldElement(f.l0, top, f.l2, top, f.l4)
    default: return f
    }
  }

  /// An element: small multiples of the generator, the identity, or any.
  mutating func point() -> RistrettoPoint {
    switch Int.random(in: 0..<6, using: &self) {
    case 0: .identity
    case 1: .generator
    case 2: RistrettoPoint(generatorTimes: RistrettoScalar(UInt64.random(in: 0...20, using: &self)))
    default: RistrettoPoint(generatorTimes: scalar())
    }
  }

  static let p = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
  static let l = PassBindRistrettoTests.bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
}
