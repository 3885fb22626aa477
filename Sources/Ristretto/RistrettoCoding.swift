/// Encoding, decoding and the map of RFC 9496 section 4.3.
///
/// Ristretto (Hamburg, "Decaf", CRYPTO 2015, and the ristretto.group notes) makes a group of prime order l out of the
/// curve, whose order is 8 l: points that differ by a point of order 4 count as one element, and of each such set the
/// encoding picks one representative. The variable names are the RFC's.
///
/// Where the RFC takes the root that is not negative, either will do but in MAP: DECODE and ENCODE use the root twice in
/// one product, or take an absolute value afterwards.
extension ExtendedPoint {
  /// Section 4.3.1. What is not a valid encoding gives a point without meaning, and no mask is left unset by it.
  @inline(never)
  static func decode(_ bytes: InlineArray<4, UInt64>) -> Decoded {
    let equation = DecodingEquation(bytes)
    return equation.solved(FieldElement.inverseSquareRoot(of: equation.radicand))
  }

  /// Two at once, faster than one by one.
  @inline(never)
  static func decode(_ a: InlineArray<4, UInt64>, _ b: InlineArray<4, UInt64>) -> (Decoded, Decoded) {
    let (first, second) = (DecodingEquation(a), DecodingEquation(b))
    let roots = FieldElement.inverseSquareRoots(of: FieldPair(a: first.radicand, b: second.radicand))
    return (first.solved(roots.0), second.solved(roots.1))
  }

  /// Section 4.3.2.
  @inline(never)
  func encode() -> InlineArray<4, UInt64> {
    let u1 = (z + y).times(z - y)
    let u2 = x.times(y)
    let inverseRoot = FieldElement.inverseSquareRoot(of: u2.squared().times(u1))
    let den1 = inverseRoot.times(u1)
    let den2 = inverseRoot.times(u2)
    let zInverse = inverseRoot.squaredTimes(u1.times(u2).times(t))
    let rotate = t.times(zInverse).isNegative
    let x1 = x.replaced(by: y.times(FieldElement.rootOfMinusOne), where: rotate)
    let y1 = y.replaced(by: x.times(FieldElement.rootOfMinusOne), where: rotate)
    let denInverse = den2.replaced(by: den1.times(FieldElement.inverseRootOfAMinusD), where: rotate)
    let y2 = y1.negated(where: x1.times(zInverse).isNegative)
    return denInverse.times(z - y2).absoluteValue.words
  }

  /// Section 4.3.3: whether two points are the same element.
  @inline(never)
  func isSameElement(as other: Self) -> Mask {
    (x * other.y).isEqual(to: y * other.x) | (y * other.y).isEqual(to: x * other.x)
  }

  /// Whether this is the identity element: its encoding would be zero, as x or y is.
  @inline(never)
  var isIdentityElement: Mask { x.isZero | y.isZero }

  /// Section 4.3.4: the sum of MAP for both halves of 64 bytes, which is uniform if the bytes are.
  @inline(never)
  static func map(_ a: InlineArray<4, UInt64>, _ b: InlineArray<4, UInt64>) -> ExtendedPoint {
    let (first, second) = (MapEquation(FieldElement(words: a)), MapEquation(FieldElement(words: b)))
    let roots = FieldElement.squareRoots(
      of: FieldPair(a: first.u, b: second.u), over: FieldPair(a: first.v, b: second.v))
    return first.solved(roots.0).adding(second.solved(roots.1).cached)
  }
}

/// A decoded point, and what is wrong with its encoding.
struct Decoded {
  var point: ExtendedPoint
  /// s is not below p.
  var isNonCanonical: Mask
  /// s is odd.
  var isNegative: Mask
  /// No point has this s.
  var isNonSquare: Mask
  /// x y is negative, or y is zero: another encoding is the one of this point.
  var isWrongRepresentative: Mask

  /// s is zero, as for the identity element and no other.
  var isIdentity: Mask

  @inline(__always)
  var isInvalid: Mask { isNonCanonical | isNegative | isNonSquare | isWrongRepresentative }
}

/// What precedes the square root in DECODE.
private struct DecodingEquation {
  let s: FieldElement
  let u1: FieldElement
  let u2: FieldElement
  let v: FieldElement
  let radicand: FieldElement
  let isNonCanonical: Mask
  let isNegative: Mask
  let isIdentity: Mask

  @inline(__always)
  init(_ bytes: InlineArray<4, UInt64>) {
    s = FieldElement(words: bytes)
    let canonical = s.words
    isNonCanonical = ~Mask(
      isZero: (canonical[0] ^ bytes[0]) | (canonical[1] ^ bytes[1]) | (canonical[2] ^ bytes[2])
        | (canonical[3] ^ bytes[3]))
    isNegative = Mask(lowBit: canonical[0])
    isIdentity = Mask(isZero: canonical[0] | canonical[1] | canonical[2] | canonical[3])
    let ss = s.squared()
    u1 = .one - ss
    u2 = .one + ss
    let u2Squared = u2.squared()
    v = .zero - u1.squared().times(FieldElement.d) - u2Squared
    radicand = v.times(u2Squared)
  }

  @inline(__always)
  func solved(_ inverseRoot: InverseSquareRoot) -> Decoded {
    // den_x is the root times u2, and den_y the root times v and den_x.
    let x = inverseRoot.times((s + s).times(u2)).absoluteValue
    let y = inverseRoot.squaredTimes(v.times(u2).times(u1))
    let t = x.times(y)
    return Decoded(
      point: ExtendedPoint(x: x, y: y, z: .one, t: t), isNonCanonical: isNonCanonical, isNegative: isNegative,
      isNonSquare: ~inverseRoot.wasSquare, isWrongRepresentative: t.isNegative | y.isZero, isIdentity: isIdentity)
  }
}

/// What precedes the square root in MAP, which is Elligator 2 for this curve.
private struct MapEquation {
  let t: FieldElement
  let r: FieldElement
  let u: FieldElement
  let v: FieldElement

  @inline(__always)
  init(_ t: FieldElement) {
    self.t = t
    r = FieldElement.rootOfMinusOne * t.squared()
    u = (r + .one) * FieldElement.oneMinusDSquared
    v = (.minusOne - r * FieldElement.d) * (r + FieldElement.d)
  }

  @inline(__always)
  func solved(_ squareRoot: SquareRoot) -> ExtendedPoint {
    let wasSquare = squareRoot.wasSquare
    // s is |root|, or -|root t| if it was no square.
    let magnitude = (squareRoot.root * t).replaced(by: squareRoot.root, where: wasSquare).absoluteValue
    let s = magnitude.negated(where: ~wasSquare)
    let c = r.replaced(by: .minusOne, where: wasSquare)
    let n = c * (r - .one) * FieldElement.dMinusOneSquared - v
    let ss = s.squared()
    let w0 = (s + s) * v
    let w1 = n * FieldElement.rootOfADMinusOne
    let w2 = FieldElement.one - ss
    let w3 = FieldElement.one + ss
    return ExtendedPoint(x: w0 * w3, y: w2 * w1, z: w1 * w3, t: w0 * w2)
  }
}
