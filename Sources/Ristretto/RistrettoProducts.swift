/// Multiples of elements that are wanted as bytes, computed and encoded together.
///
/// Encoding an element by itself takes as long as 25 doublings. Here all encodings share one inversion, and two
/// multiples of one element share their doublings. In return the elements can't be computed with any further. The
/// result is the same, byte for byte.
///
///     var products = RistrettoProducts()
///     products.append(oprfKey, times: blinded)
///     products.append(ephemeralKey, and: staticKey, times: clientKeyShare)
///     try products.encode(into: &bytes)
public struct RistrettoProducts: ~Copyable {
  // Each is half of the product: see DoublingForEncoding.
  private var halves: [WipedPoint] = []

  /// No products yet.
  public init() {}

  /// How many products there are.
  public var count: Int { halves.count }

  /// Adds one product.
  public mutating func append(_ scalar: borrowing RistrettoScalar, times point: RistrettoPoint) {
    let (scalar, point) = (scalar.storage, point.storage)
    halves.append(
      PointStackWipe.after { WipedPoint(point.extended.multiplied(by: scalar.limbs.halved().words)) })
  }

  /// Adds two products, `a` times the element and `b` times the element.
  public mutating func append(
    _ a: borrowing RistrettoScalar, and b: borrowing RistrettoScalar, times point: RistrettoPoint
  ) {
    let (a, b, point) = (a.storage, b.storage, point.storage)
    let (p, q) = DeepStackWipe.after {
      let products = point.extended.multiplied(by: a.limbs.halved().words, and: b.limbs.halved().words)
      return (WipedPoint(products.0), WipedPoint(products.1))
    }
    halves.append(p)
    halves.append(q)
  }

  /// Adds the product with the generator.
  public mutating func append(generatorTimes scalar: borrowing RistrettoScalar) {
    let scalar = scalar.storage
    halves.append(
      ShallowStackWipe.after { WipedPoint(ExtendedPoint.multiplyGenerator(by: scalar.limbs.halved().words)) })
  }

  /// Writes the encodings of all products, 32 bytes each, in the order they were added.
  ///
  /// - Throws: `wrongLength` if there is not room for exactly that many bytes.
  public consuming func encode(into bytes: inout MutableSpan<UInt8>) throws(RistrettoError) {
    guard bytes.count == 32 * halves.count else { throw .wrongLength(bytes.count, wanted: 32 * halves.count) }
    var start = 0
    while start < halves.count {
      Self.encode(halves[start..<min(start + 8, halves.count)], into: &bytes, at: 32 * start)
      start += 8
    }
    DeepStackWipe.wipe()
  }

  /// Encodes up to eight products. What is computed on the way stays on the stack, where it is wiped.
  @inline(never)
  private static func encode(_ halves: ArraySlice<WipedPoint>, into bytes: inout MutableSpan<UInt8>, at start: Int) {
    var doublings = InlineArray<8, DoublingForEncoding>(repeating: DoublingForEncoding(.neutral))
    var inverses = InlineArray<8, FieldElement>(repeating: .one)
    var products = inverses
    for (i, half) in halves.enumerated() {
      doublings[i] = DoublingForEncoding(half.extended)
      inverses[i] = doublings[i].denominator
    }
    var inverseSpan = inverses.mutableSpan
    var productSpan = products.mutableSpan
    invert(&inverseSpan, products: &productSpan)
    for i in halves.indices {
      let j = i - halves.startIndex
      store(doublings[j].encoded(inverse: inverses[j]), into: &bytes, at: start + 32 * j)
    }
  }
}
