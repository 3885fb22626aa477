/// An integer modulo the group order l = 2^252 + 27742317777372353535851937790883648493 (RFC 9496 section 4): a private
/// key, a blind. It is secret: it lives in memory of its own that is wiped when the value dies, it cannot be copied by
/// accident (a copy says `copy()`), and everything done with it takes a time that does not depend on it.
public struct RistrettoScalar: ~Copyable, Sendable {
  let storage: WipedScalar

  /// The bytes of an encoding: 32.
  public static let encodedByteCount = 32

  init(_ storage: WipedScalar) { self.storage = storage }

  /// Reads 32 bytes, little-endian (RFC 9496 section 4.4).
  ///
  /// - Throws: `wrongLength`, or `nonCanonical` if the integer is not below l. Zero is taken.
  public init(decoding bytes: Span<UInt8>) throws(RistrettoError) {
    guard bytes.count == 32 else { throw .wrongLength(bytes.count, wanted: 32) }
    let (words, isReduced) = ShallowStackWipe.after {
      let words = loadWords(bytes)
      return (WipedScalar(words), ScalarLimbs.isReduced(words))
    }
    guard isReduced.declassified() else {
      throw RistrettoError(.nonCanonical, "the scalar is not below the group order")
    }
    self.init(words)
  }

  /// Takes 64 bytes, a little-endian integer, modulo l. If they are uniformly random, so is the scalar, but for a bias
  /// below 2^-250 (RFC 9496 section 4.4).
  ///
  /// - Throws: `wrongLength`.
  public init(reducing bytes: Span<UInt8>) throws(RistrettoError) {
    guard bytes.count == 64 else { throw .wrongLength(bytes.count, wanted: 64) }
    self.init(
      ShallowStackWipe.after {
        WipedScalar(ScalarLimbs.reducing(low: loadWords(bytes), high: loadWords(bytes, at: 32)))
      })
  }

  /// A small scalar that is not secret.
  public init(_ value: UInt64) { self.init(WipedScalar([value, 0, 0, 0])) }

  /// Writes the 32 bytes of the encoding, little-endian.
  ///
  /// - Throws: `wrongLength` if there is not room for exactly 32 bytes.
  public borrowing func encode(into bytes: inout MutableSpan<UInt8>) throws(RistrettoError) {
    guard bytes.count == 32 else { throw .wrongLength(bytes.count, wanted: 32) }
    store(storage.all, into: &bytes)
  }

  /// A second scalar of the same value.
  public borrowing func copy() -> RistrettoScalar { RistrettoScalar(storage) }

  /// Whether this is zero. The answer is not secret any more.
  public var isZero: Bool { storage.limbs.isZero.declassified() }

  /// Whether two scalars are the same. The answer is not secret any more; the scalars still are.
  public borrowing func isEqual(to other: borrowing RistrettoScalar) -> Bool {
    storage.limbs.isEqual(to: other.storage.limbs).declassified()
  }

  /// The scalar whose product with this one is 1.
  ///
  /// - Throws: `zeroScalar`.
  public borrowing func inverted() throws(RistrettoError) -> RistrettoScalar {
    guard !isZero else { throw RistrettoError(.zeroScalar, "zero has no inverse") }
    let storage = storage
    return RistrettoScalar(ShallowStackWipe.after { WipedScalar(storage.limbs.inverted()) })
  }

  /// The sum modulo l.
  public static func + (a: borrowing RistrettoScalar, b: borrowing RistrettoScalar) -> RistrettoScalar {
    let (a, b) = (a.storage, b.storage)
    return RistrettoScalar(ShallowStackWipe.after { WipedScalar((a.limbs + b.limbs).reduced()) })
  }

  /// The difference modulo l.
  public static func - (a: borrowing RistrettoScalar, b: borrowing RistrettoScalar) -> RistrettoScalar {
    let (a, b) = (a.storage, b.storage)
    return RistrettoScalar(ShallowStackWipe.after { WipedScalar(a.limbs - b.limbs) })
  }

  /// The product modulo l.
  public static func * (a: borrowing RistrettoScalar, b: borrowing RistrettoScalar) -> RistrettoScalar {
    let (a, b) = (a.storage, b.storage)
    return RistrettoScalar(ShallowStackWipe.after { WipedScalar(a.limbs * b.limbs) })
  }
}
