/// Powers with public exponents: inverses and square roots.
///
/// A chain of squarings waits for each of its results, and meanwhile a part of the processor idles. So a chain is
/// written for anything that can be multiplied, and a ``FieldPair`` raises two elements in one go, squaring them in
/// ``FieldLanes``: that takes much less than twice as long.
protocol Chainable {
  func times(_ other: Self) -> Self
  func squaredInChain() -> Self
  /// Squared `count` times: a factor for ``times(_:)``, but perhaps not for ``squaredInChain()``.
  func squared(times count: Int) -> Self
}

extension FieldElement: Chainable {}

/// Two independent elements, in lockstep.
struct FieldPair: Chainable {
  var a: FieldElement
  var b: FieldElement

  @inline(__always)
  func times(_ other: Self) -> Self { Self(a: a.times(other.a), b: b.times(other.b)) }

  /// With two chains it is the number of operations that counts, not the length of the path.
  @inline(__always)
  func squaredInChain() -> Self { Self(a: a.squared(), b: b.squared()) }

  /// In lanes, which are faster from three squarings on. The count is public.
  @inline(__always)
  func squared(times count: Int) -> Self {
    if count < 3 { return squaredOneByOne(times: count) }
    let (a, b) = FieldLanes(a, b).squared(times: count).elements
    return Self(a: a, b: b)
  }
}

extension Chainable {
  @inline(__always)
  func squared(times count: Int) -> Self { squaredOneByOne(times: count) }

  @inline(__always)
  func squaredOneByOne(times count: Int) -> Self {
    var f = self
    var i = 0
    while i < count {
      f = f.squaredInChain()
      i &+= 1
    }
    return f
  }

  /// This squared `count` times, times another: the one step that chains are made of.
  @inline(never)
  func squared(times count: Int, times other: Self) -> Self { squared(times: count).times(other) }

  /// The powers 2^250 - 1 and 11, from which both exponents below are a few steps away.
  ///
  /// The chain doubles the length of a run of ones: x^(2^(m+n) - 1) = (x^(2^m - 1))^(2^n) x^(2^n - 1).
  @inline(__always)
  private func runOf250() -> (run: Self, eleventh: Self) {
    let second = squaredInChain()
    let ninth = second.squared(times: 2, times: self)
    let eleventh = ninth.squared(times: 0, times: second)
    let run5 = eleventh.squared(times: 1, times: ninth)
    let run10 = run5.squared(times: 5, times: run5)
    let run20 = run10.squared(times: 10, times: run10)
    let run40 = run20.squared(times: 20, times: run20)
    let run50 = run40.squared(times: 10, times: run10)
    let run100 = run50.squared(times: 50, times: run50)
    let run200 = run100.squared(times: 100, times: run100)
    return (run200.squared(times: 50, times: run50), eleventh)
  }

  /// The power p - 2 = 2^255 - 21: the inverse, or zero for zero (Fermat).
  @inline(__always)
  func raisedToInverse() -> Self {
    let (run, eleventh) = runOf250()
    return run.squared(times: 5, times: eleventh)
  }

  /// The power (p - 5) / 8 = 2^252 - 3.
  @inline(__always)
  func raisedForSquareRoot() -> Self { runOf250().run.squared(times: 2, times: self) }
}

extension FieldElement {
  @inline(never)
  func inverted() -> Self { raisedToInverse() }

  /// RFC 9496 section 4.2, SQRT_RATIO_M1, for two quotients at once: whether u / v is a square, and a root of u / v, or
  /// of i u / v if it is not (i is the root of -1). It may be either of the two roots; the RFC's is its absolute value.
  /// For zero u: yes and zero; for zero v and another u: no and zero. Both u and v tight.
  @inline(never)
  static func squareRoots(of u: FieldPair, over v: FieldPair) -> (SquareRoot, SquareRoot) {
    let uv = u.times(v)
    let power = uv.raisedForSquareRoot()
    return (SquareRoot(of: u.a, uv: uv.a, power: power.a), SquareRoot(of: u.b, uv: uv.b, power: power.b))
  }

  /// The same for two quotients 1 / v.
  @inline(never)
  static func inverseSquareRoots(of v: FieldPair) -> (InverseSquareRoot, InverseSquareRoot) {
    let power = v.raisedForSquareRoot()
    return (InverseSquareRoot(of: v.a, power: power.a), InverseSquareRoot(of: v.b, power: power.b))
  }

  /// The same for one.
  @inline(never)
  static func inverseSquareRoot(of v: Self) -> InverseSquareRoot {
    InverseSquareRoot(of: v, power: v.raisedForSquareRoot())
  }
}

/// With x = (u v)^((p - 5) / 8), the candidate for the root is r = u x. Then v r^2 is u w, where w = u v x^2 = (u v)^((p
/// - 1) / 4) is a fourth root of unity, or zero. It is 1 or -1 if u v is a square, and so is u / v; it is i or -i if they
/// are not. Where it is -1 or -i, the root is i r. (The RFC takes x = (u v^7)^((p - 5) / 8) and r = u v^3 x, which is
/// this r times a fourth root of unity, and so gives the same root up to its sign.)
private struct Quadrant {
  let isOne: Mask
  let isMinusOne: Mask
  let isMinusI: Mask

  @inline(__always)
  init(_ w: FieldElement) {
    let (w, veil) = (w.canonical(), Veil())
    isOne = w.hasLimbs(of: .one, veil: veil)
    isMinusOne = w.hasLimbs(of: .minusOne, veil: veil)
    isMinusI = w.hasLimbs(of: .minusRootOfMinusOne, veil: veil)
  }

  /// Whether u v is a square, but for zero.
  @inline(__always)
  var isSquare: Mask { isOne | isMinusOne }

  /// Whether i r is the root.
  @inline(__always)
  var isTurned: Mask { isMinusOne | isMinusI }
}

struct SquareRoot {
  let wasSquare: Mask
  let root: FieldElement

  @inline(__always)
  fileprivate init(of u: FieldElement, uv: FieldElement, power: FieldElement) {
    let quadrant = Quadrant(power.squared().times(uv))
    wasSquare = quadrant.isSquare | u.isZero
    let candidate = u.times(power)
    root = candidate.replaced(by: candidate.times(.rootOfMinusOne), where: quadrant.isTurned)
  }
}

/// A root in the making: either `candidate`, or i times it where `isTurned` says so. What is computed with it need not wait
/// for that decision: a product with the root is turned afterwards, and one with its square is negated.
struct InverseSquareRoot {
  let wasSquare: Mask
  let candidate: FieldElement
  let candidateSquared: FieldElement
  let isTurned: Mask

  @inline(__always)
  fileprivate init(of v: FieldElement, power: FieldElement) {
    candidate = power
    candidateSquared = power.squared()
    let quadrant = Quadrant(candidateSquared.times(v))
    wasSquare = quadrant.isSquare
    isTurned = quadrant.isTurned
  }

  /// The root times a factor.
  @inline(__always)
  func times(_ factor: FieldElement) -> FieldElement {
    let product = candidate.times(factor)
    return product.replaced(by: product.times(.rootOfMinusOne), where: isTurned)
  }

  /// The root's square times a factor.
  @inline(__always)
  func squaredTimes(_ factor: FieldElement) -> FieldElement {
    candidateSquared.times(factor).negated(where: isTurned)
  }
}

/// Replaces all elements by their inverses, for little more than the price of one (Montgomery's trick); zeros stay
/// zeros.
///
/// With p_i the product of the elements before i, 1 / x_i is p_i times the inverse of p_(i+1); and going down, the
/// inverse of p_i is the inverse of p_(i+1) times x_i. Zeros are stood in for by one. `products` is as long as
/// `elements`, and is overwritten.
func invert(_ elements: inout MutableSpan<FieldElement>, products: inout MutableSpan<FieldElement>) {
  var product = FieldElement.one
  for i in elements.indices {
    products[i] = product
    product = product * elements[i].replaced(by: .one, where: elements[i].isZero)
  }
  var inverse = product.inverted()
  for i in elements.indices.reversed() {
    let isZero = elements[i].isZero
    let factor = elements[i].replaced(by: .one, where: isZero)
    elements[i] = (products[i] * inverse).replaced(by: .zero, where: isZero)
    inverse = inverse * factor
  }
}
