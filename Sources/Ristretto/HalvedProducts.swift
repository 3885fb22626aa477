/// Encoding many products at once, with one inversion and no square root.
///
/// RFC 9496's ENCODE needs the square root of a rational expression in the coordinates. If the point is known as a
/// double, Q = 2P, that expression is a square whose root can be written down. With P = (X, Y, Z, T), put
///
///     e = 2 X Y    f = Z^2 + d T^2 = Y^2 - X^2    g = Y^2 + X^2    h = Z^2 - d T^2,
///
/// so that Q has x = e/f and y = g/h (the addition law; the second form of f is the curve's equation), that is, X' = e
/// h, Y' = f g, Z' = f h, T' = e g. Then g^2 = e^2 + f^2, and the curve's equation for Q gives h^2 = f^2 - d e^2. Hence
/// h^2 - g^2 = (a - d) e^2 with a = -1, and the RFC's radicand u1 u2^2 = (Z'^2 - Y'^2) (X' Y')^2 = f^2 (h^2 - g^2) (e f
/// g h)^2 = (a - d) (e^2 f^2 g h)^2. With c = 1 / sqrt(a - d) its inverse root is c / (e^2 f^2 g h) up to sign, and
/// what ENCODE computes from it becomes
///
///     rotate     =  T'/Z' = e g / (f h) is negative
///     not rotated:  x = e/f,    s = c (h - g) / e,  or c (h + g) / e where x is negative
///     rotated:      x = i g/h,  s = (f - i e) / g,  or (f + i e) / g where x is negative
///
/// and the absolute value of s is the encoding. All denominators come from 1 / (e f g h), and such inverses can be had
/// in batches. f and h are never zero (the addition law is complete). If e or g is zero, Q is the identity element: the
/// inverse is then taken as zero, and so s is zero, as it should be.
///
/// To encode s P this way, P is multiplied by s / 2 modulo the group order; that takes one multiplication of scalars.
struct DoublingForEncoding {
  private let e: FieldElement
  private let f: FieldElement
  private let g: FieldElement
  private let h: FieldElement
  private let eg: FieldElement
  private let fh: FieldElement

  @inline(__always)
  init(_ p: ExtendedPoint) {
    let xx = p.x.squared()
    let yy = p.y.squared()
    let zz = p.z.squared()
    let dtt = FieldElement.d * p.t.squared()
    e = (p.x + p.x) * p.y
    f = (zz + dtt).carried()
    g = (yy + xx).carried()
    h = (zz - dtt).carried()
    eg = e * g
    fh = f * h
  }

  /// What to invert: e f g h.
  @inline(__always)
  var denominator: FieldElement { eg * fh }

  @inline(__always)
  func encoded(inverse: FieldElement) -> InlineArray<4, UInt64> {
    let fhInverse = eg * inverse
    let egInverse = fh * inverse
    let i = FieldElement.rootOfMinusOne
    let rotate = (eg * fhInverse).isNegative
    // The fraction's numerator is p - q or p + q, and its denominator's inverse r / (e g).
    let p = (h * FieldElement.inverseRootOfAMinusD).replaced(by: f, where: rotate)
    let q = (g * FieldElement.inverseRootOfAMinusD).replaced(by: i * e, where: rotate)
    let r = g.replaced(by: e, where: rotate)
    let x = (e * h).replaced(by: i * (f * g), where: rotate) * fhInverse
    let numerator = p - q.negated(where: x.isNegative)
    return (numerator * (r * egInverse)).absoluteValue.words
  }
}
