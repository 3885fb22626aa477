/// An integer modulo the group order l = 2^252 + 27742317777372353535851937790883648493 (RFC 9496 section 4): a private
/// key, a blind. It is secret: it lives in memory of its own that is wiped when the value dies, it cannot be copied by
/// accident (a copy says `copy()`), and everything done with it takes a time that does not depend on it.
public struct RistrettoScalar: ~Copyable, Sendable {
  private let storage: WipedWords<4>

  /// The bytes of an encoding: 32.
  public static let encodedByteCount = 32

  @inline(__always)
  init(_ limbs: ScalarLimbs) { storage = WipedWords(limbs.words) }

  private init(storage: WipedWords<4>) { self.storage = storage }

  var words: InlineArray<4, UInt64> {
    @inline(__always)
    get { [storage[0], storage[1], storage[2], storage[3]] }
  }

  var limbs: ScalarLimbs {
    @inline(__always)
    get { ScalarLimbs(words: words) }
  }

  /// Reads 32 bytes, little-endian (RFC 9496 section 4.4).
  ///
  /// - Throws: `wrongLength`, or `nonCanonical` if the integer is not below l. Zero is taken.
  public init(decoding bytes: Span<UInt8>) throws(RistrettoError) {
    guard bytes.count == 32 else { throw .wrongLength(bytes.count, wanted: 32) }
    let limbs = ScalarLimbs(words: loadWords(bytes))
    guard limbs.isReduced.declassified() else {
      throw RistrettoError(.nonCanonical, "the scalar is not below the group order")
    }
    self.init(limbs)
    ShallowStackWipe.run()
  }

  /// Takes 64 bytes, a little-endian integer, modulo l. If they are uniformly random, so is the scalar, but for a bias
  /// below 2^-250 (RFC 9496 section 4.4).
  ///
  /// - Throws: `wrongLength`.
  public init(reducing bytes: Span<UInt8>) throws(RistrettoError) {
    guard bytes.count == 64 else { throw .wrongLength(bytes.count, wanted: 64) }
    self.init(ScalarLimbs.reducing(low: loadWords(bytes), high: loadWords(bytes, at: 32)))
    ShallowStackWipe.run()
  }

  /// A small scalar that is not secret.
  public init(_ value: UInt64) { self.init(ScalarLimbs(words: [value, 0, 0, 0])) }

  /// Writes the 32 bytes of the encoding, little-endian.
  ///
  /// - Throws: `wrongLength` if there is not room for exactly 32 bytes.
  public borrowing func encode(into bytes: inout MutableSpan<UInt8>) throws(RistrettoError) {
    guard bytes.count == 32 else { throw .wrongLength(bytes.count, wanted: 32) }
    store(words, into: &bytes)
  }

  /// A second scalar of the same value.
  public borrowing func copy() -> RistrettoScalar { RistrettoScalar(storage: storage) }

  /// Whether this is zero. The answer is not secret any more.
  public var isZero: Bool { limbs.isZero.declassified() }

  /// Whether two scalars are the same. The answer is not secret any more; the scalars still are.
  public borrowing func isEqual(to other: borrowing RistrettoScalar) -> Bool {
    limbs.isEqual(to: other.limbs).declassified()
  }

  /// The scalar whose product with this one is 1.
  ///
  /// - Throws: `zeroScalar`.
  public borrowing func inverted() throws(RistrettoError) -> RistrettoScalar {
    let limbs = limbs
    guard !limbs.isZero.declassified() else { throw RistrettoError(.zeroScalar, "zero has no inverse") }
    let inverse = RistrettoScalar(limbs.inverted())
    ShallowStackWipe.run()
    return inverse
  }

  /// The sum modulo l.
  public static func + (a: borrowing RistrettoScalar, b: borrowing RistrettoScalar) -> RistrettoScalar {
    RistrettoScalar((a.limbs + b.limbs).reduced())
  }

  /// The difference modulo l.
  public static func - (a: borrowing RistrettoScalar, b: borrowing RistrettoScalar) -> RistrettoScalar {
    RistrettoScalar(a.limbs - b.limbs)
  }

  /// The product modulo l.
  public static func * (a: borrowing RistrettoScalar, b: borrowing RistrettoScalar) -> RistrettoScalar {
    RistrettoScalar(a.limbs * b.limbs)
  }
}
