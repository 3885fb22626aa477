/// An element of ristretto255, the group of prime order l of RFC 9496: a public key, a blinded password.
///
/// Elements are added and multiplied by scalars in a time that depends on none of them. As an element can be a secret
/// too (the map of a password, a Diffie-Hellman result), each lives in memory of its own that is wiped when its last
/// copy dies.
public struct RistrettoPoint: Sendable {
  let storage: WipedPoint

  /// The bytes of an encoding: 32.
  public static let encodedByteCount = 32

  /// The element that changes nothing when added; its encoding is 32 zeros.
  public static let identity = RistrettoPoint(.neutral)
  /// The element of which every other is a multiple (RFC 9496 section 4).
  public static let generator = RistrettoPoint(.generator)

  init(_ storage: WipedPoint) { self.storage = storage }
  init(_ point: ExtendedPoint) { storage = WipedPoint(point) }
}

// MARK: - Bytes

extension RistrettoPoint {
  /// Reads the 32 bytes of an encoding (RFC 9496 section 4.3.1). Whether they are valid is not kept secret; everything
  /// else about them is.
  ///
  /// - Throws: `wrongLength`, `nonCanonical`, `negative`, `nonSquare`, `wrongRepresentative`; and `identity` for the
  ///   identity element unless it is allowed, as protocols must refuse it from a peer (RFC 9497 section 2.1).
  public init(decoding bytes: Span<UInt8>, allowingIdentity: Bool = false) throws(RistrettoError) {
    guard bytes.count == 32 else { throw .wrongLength(bytes.count, wanted: 32) }
    try self.init(ExtendedPoint.decode(loadWords(bytes)), allowingIdentity: allowingIdentity)
  }

  /// Reads two encodings, faster than one by one.
  ///
  /// - Throws: as ``init(decoding:allowingIdentity:)``, for the first that is wrong.
  public static func decode(
    _ a: Span<UInt8>, and b: Span<UInt8>, allowingIdentity: Bool = false
  ) throws(RistrettoError) -> (RistrettoPoint, RistrettoPoint) {
    guard a.count == 32 else { throw .wrongLength(a.count, wanted: 32) }
    guard b.count == 32 else { throw .wrongLength(b.count, wanted: 32) }
    let (first, second) = ExtendedPoint.decode(loadWords(a), loadWords(b))
    return (
      try RistrettoPoint(first, allowingIdentity: allowingIdentity),
      try RistrettoPoint(second, allowingIdentity: allowingIdentity)
    )
  }

  private init(_ decoded: Decoded, allowingIdentity: Bool) throws(RistrettoError) {
    if decoded.isInvalid.declassified() {
      if decoded.isNonCanonical.declassified() {
        throw RistrettoError(.nonCanonical, "the element's encoding is not below 2^255 - 19")
      }
      if decoded.isNegative.declassified() { throw RistrettoError(.negative, "the element's encoding is odd") }
      if decoded.isNonSquare.declassified() {
        throw RistrettoError(.nonSquare, "no point belongs to the element's encoding")
      }
      throw RistrettoError(.wrongRepresentative, "the element has another encoding")
    }
    if !allowingIdentity, decoded.isIdentity.declassified() {
      throw RistrettoError(.identity, "the identity element is not allowed here")
    }
    self.init(decoded.point)
  }

  /// Maps 64 bytes to an element (RFC 9496 section 4.3.4). If they are uniformly random, so is the element, and nobody
  /// knows a discrete logarithm of it.
  ///
  /// - Throws: `wrongLength`.
  public init(mapping bytes: Span<UInt8>) throws(RistrettoError) {
    guard bytes.count == 64 else { throw .wrongLength(bytes.count, wanted: 64) }
    self.init(PointStackWipe.after { WipedPoint(ExtendedPoint.map(loadWords(bytes), loadWords(bytes, at: 32))) })
  }

  /// Writes the 32 bytes of the encoding (RFC 9496 section 4.3.2).
  ///
  /// - Throws: `wrongLength` if there is not room for exactly 32 bytes.
  public func encode(into bytes: inout MutableSpan<UInt8>) throws(RistrettoError) {
    guard bytes.count == 32 else { throw .wrongLength(bytes.count, wanted: 32) }
    ShallowStackWipe.after { store(storage.extended.encode(), into: &bytes) }
  }

  /// The 32 bytes of the encoding, of an element that is not secret: nobody wipes an array.
  public var encoded: [UInt8] {
    let words = storage.extended.encode()
    return (0..<32).map { UInt8(truncatingIfNeeded: words[$0 &>> 3] &>> UInt64(8 &* ($0 & 7))) }
  }
}

// MARK: - Arithmetic

extension RistrettoPoint: Equatable {
  /// Whether two elements are the same. The answer is not secret any more; the elements still are.
  public static func == (p: RistrettoPoint, q: RistrettoPoint) -> Bool {
    p.storage.extended.isSameElement(as: q.storage.extended).declassified()
  }

  /// Whether this is the identity element. The answer is not secret any more.
  public var isIdentity: Bool { storage.extended.isIdentityElement.declassified() }

  /// The sum.
  public static func + (p: RistrettoPoint, q: RistrettoPoint) -> RistrettoPoint {
    RistrettoPoint(ShallowStackWipe.after { WipedPoint(p.storage.extended.adding(q.storage.extended.cached)) })
  }

  /// The difference.
  public static func - (p: RistrettoPoint, q: RistrettoPoint) -> RistrettoPoint {
    RistrettoPoint(
      ShallowStackWipe.after { WipedPoint((p.storage.extended - q.storage.extended.cached).extended) })
  }

  /// The multiple of an element.
  public static func * (scalar: borrowing RistrettoScalar, point: RistrettoPoint) -> RistrettoPoint {
    let (scalar, point) = (scalar.storage, point.storage)
    return RistrettoPoint(PointStackWipe.after { WipedPoint(point.extended.multiplied(by: scalar.all)) })
  }

  /// The multiple of the generator: the public key of a private key. Several times faster than `scalar * .generator`.
  public init(generatorTimes scalar: borrowing RistrettoScalar) {
    let scalar = scalar.storage
    self.init(ShallowStackWipe.after { WipedPoint(ExtendedPoint.multiplyGenerator(by: scalar.all)) })
  }

  /// a p + b q, faster than two multiples and a sum.
  public static func sum(
    _ a: borrowing RistrettoScalar, _ p: RistrettoPoint, _ b: borrowing RistrettoScalar, _ q: RistrettoPoint
  ) -> RistrettoPoint {
    let (a, p, b, q) = (a.storage, p.storage, b.storage, q.storage)
    return RistrettoPoint(
      DeepStackWipe.after { WipedPoint(ExtendedPoint.sum(a.all, p.extended, b.all, q.extended)) })
  }
}
