/// Points of the curve E: -x^2 + y^2 = 1 + d x^2 y^2 over the field of 2^255 - 19, the curve beneath ristretto255.
///
/// Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (ASIACRYPT 2008, eprint 2008/522),
/// sections 3.1 and 3.3, with a = -1. -1 is a square and d is not, so the addition is complete: one formula is right
/// for every pair of points, equal, opposite or neutral, and nothing has to be told apart.
///
/// A point wears four forms, so that no product is computed that nobody needs:
///
/// - ``ExtendedPoint`` (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z. What addition needs on its left.
/// - ``ProjectivePoint`` (X, Y, Z): enough for doubling.
/// - ``CompletedPoint`` (E, F, G, H): x = E/G, y = H/F. What formulas end with, three or four products from the others.
/// - ``CachedPoint`` (Y + X, Y - X, 2 Z, 2 d T): what addition needs on its right, computed once a table entry.
///   ``AffineCachedPoint`` is the same with Z = 1.
///
/// Coordinates of extended and projective points are tight; those of completed points and of cached sums are loose.
struct ExtendedPoint: Sendable {
  var x: FieldElement
  var y: FieldElement
  var z: FieldElement
  var t: FieldElement
}

struct ProjectivePoint: Sendable {
  var x: FieldElement
  var y: FieldElement
  var z: FieldElement
}

/// (E, F, G, H) stands for x = E/G, y = H/F, so X = E F, Y = G H, Z = F G and T = E H.
struct CompletedPoint: Sendable {
  var e: FieldElement
  var f: FieldElement
  var g: FieldElement
  var h: FieldElement
}

struct CachedPoint: Sendable {
  var yPlusX: FieldElement
  var yMinusX: FieldElement
  var twoZ: FieldElement
  var twoDT: FieldElement
}

struct AffineCachedPoint: Sendable {
  var yPlusX: FieldElement
  var yMinusX: FieldElement
  var twoDT: FieldElement
}

// F and H are always on the left, E and G on the right, so that what `times` makes of a factor is made only once.
extension CompletedPoint {
  @inline(__always)
  var extended: ExtendedPoint { ExtendedPoint(x: f.times(e), y: h.times(g), z: f.times(g), t: h.times(e)) }

  @inline(__always)
  var projective: ProjectivePoint { ProjectivePoint(x: f.times(e), y: h.times(g), z: f.times(g)) }
}

extension ExtendedPoint {
  @inline(__always)
  var projective: ProjectivePoint { ProjectivePoint(x: x, y: y, z: z) }

  @inline(__always)
  var cached: CachedPoint {
    CachedPoint(yPlusX: y + x, yMinusX: y - x, twoZ: z + z, twoDT: t * FieldElement.twoD)
  }
}

extension ProjectivePoint {
  /// The double: A = X^2, B = Y^2, C = 2 Z^2, H = A + B, E = H - (X + Y)^2, G = A - B, F = C + G; four squares.
  ///
  /// (The source has all of E and G with the other sign, which gives the same point: every coordinate changes sign.)
  @inline(__always)
  func doubled() -> CompletedPoint {
    let a = x.squared()
    let b = y.squared()
    let zz = z.squared()
    let h = a + b
    let g = a - b
    return CompletedPoint(e: h - (x + y).squared(), f: zz + zz + g, g: g, h: h)
  }
}

extension ExtendedPoint {
  /// The sum: A = (Y1 - X1)(Y2 - X2), B = (Y1 + X1)(Y2 + X2), C = 2d T1 T2, D = 2 Z1 Z2, E = B - A, F = D - C, G = D +
  /// C, H = B + A; four products.
  @inline(__always)
  static func + (p: Self, q: CachedPoint) -> CompletedPoint {
    let a = (p.y - p.x).times(q.yMinusX)
    let b = (p.y + p.x).times(q.yPlusX)
    let c = p.t.times(q.twoDT)
    let d = p.z.times(q.twoZ)
    return CompletedPoint(e: b - a, f: d - c, g: d + c, h: b + a)
  }

  /// The difference: q negated has X and T negated, which swaps Y + X with Y - X, and D - C with D + C.
  @inline(__always)
  static func - (p: Self, q: CachedPoint) -> CompletedPoint {
    let a = (p.y - p.x).times(q.yPlusX)
    let b = (p.y + p.x).times(q.yMinusX)
    let c = p.t.times(q.twoDT)
    let d = p.z.times(q.twoZ)
    return CompletedPoint(e: b - a, f: d + c, g: d - c, h: b + a)
  }

  /// The sum with a point that has Z = 1: one product less.
  @inline(__always)
  static func + (p: Self, q: AffineCachedPoint) -> CompletedPoint {
    let a = (p.y - p.x).times(q.yMinusX)
    let b = (p.y + p.x).times(q.yPlusX)
    let c = p.t.times(q.twoDT)
    let d = p.z + p.z
    return CompletedPoint(e: b - a, f: d - c, g: d + c, h: b + a)
  }
}
