import Testing

/// For all inputs: no limb overflows, every result is within its bounds, and every product is the product.
@Suite("Proof of the arithmetic")
struct ProofTests {
  /// A field element with any limbs below the bound.
  private static func anyElement(below bound: Limb) -> FieldElement {
    func limb() -> Limb { .unknown(0...bound.range.lowerBound - 1) }
    return FieldElement(limb(), limb(), limb(), limb(), limb())
  }

  private static func tight() -> FieldElement { anyElement(below: FieldElement.tightBound) }
  private static func loose() -> FieldElement { anyElement(below: FieldElement.looseBound) }

  /// l0 + 2^51 l1 + ...
  private static func value(_ f: FieldElement) -> Residue {
    weighted([f.l0, f.l1, f.l2, f.l3, f.l4], radix: 51)
  }

  private static func value(_ s: ScalarLimbs) -> Residue { weighted([s.l0, s.l1, s.l2, s.l3, s.l4], radix: 52) }

  private static func weighted(_ limbs: [Limb], radix: Int) -> Residue {
    let modulus = Machine.current.modulus
    var sum = Residue(0, modulus)
    for (i, limb) in limbs.enumerated() { sum = sum + limb.value * Residue.power(ofTwo: radix * i, modulus) }
    return sum
  }

  /// A formula with its own check of the result, run once; what it does wrong is in the machine's reports.
  struct Formula: Sendable, CustomTestStringConvertible {
    let name: String
    var modulus = Residue.Modulus.p
    /// The last split of some is no carry but a decision, and without it the result is still right modulo l:
    /// ScalarTests sees that it is then not reduced.
    var endsWithDecision = false
    let run: @Sendable () -> Void
    var testDescription: String { name }
  }

  private static func expect(_ f: FieldElement, tightAnd want: Residue) {
    f.assertBelow(FieldElement.tightBound)
    if value(f) != want { Machine.current.report("the result is wrong") }
  }

  private static func expect(_ s: ScalarLimbs, _ want: Residue) {
    // Limb 4 up to 2^45 is what `reduced` needs.
    s.assertLimbs()
    s.l4.assertBelow(0x2000_0000_0001)
    if value(s) != want { Machine.current.report("the result is wrong") }
  }

  static let carrying: [Formula] = [
    Formula(name: "product of field elements") {
      let (a, b) = (loose(), loose())
      expect(a * b, tightAnd: value(a) * value(b))
    },
    Formula(name: "square") {
      let a = loose()
      expect(a.squared(), tightAnd: value(a) * value(a))
    },
    Formula(name: "square in a chain") {
      let a = tight()
      expect(a.squaredInChain(), tightAnd: value(a) * value(a))
    },
    Formula(name: "carried") {
      let a = loose()
      expect(a.carried(), tightAnd: value(a))
    },
    Formula(name: "squares in lanes") {
      let f = anyLanes(oddBelow: 0x200_0100)
      let columns = f.columnsOfSquare()
      for h in limbs(columns) {
        for lane in [h.x, h.y] { lane.assertBelow(0x800_0000_0000_0000) }
      }
      expect(columns.carried(), carriedAnd: value(f).map { $0 * $0 })
    },
    Formula(name: "elements to lanes and back") {
      let (a, b) = (tight(), tight())
      let f = FieldLanes(a, b)
      for h in limbs(f) {
        for lane in [h.x, h.y] { lane.assertBelow(0x400_0000) }
      }
      for h in [f.l1, f.l3, f.l5, f.l7, f.l9] {
        for lane in [h.x, h.y] { lane.assertBelow(0x200_0001) }
      }
      if value(f) != [value(a), value(b)] { Machine.current.report("the lanes are wrong") }
      expect(f.elements, looseAnd: value(f))
    },
    Formula(name: "product of scalars", modulus: .l) {
      let (a, b) = (anyScalar(below: 1 << 45), anyScalar(below: 1 << 45))
      expect(ScalarLimbs.montgomeryProduct(a, b), value(a) * value(b) * inverseOfR)
    },
    Formula(name: "product of 256 bits and a constant", modulus: .l) {
      let a = anyScalar(below: 1 << 48)
      for b in [ScalarLimbs.r, .rSquared, .halfR, .twoTo256TimesR] {
        expect(ScalarLimbs.montgomeryProduct(a, b), value(a) * value(b) * inverseOfR)
      }
    },
    Formula(name: "square of a scalar", modulus: .l) {
      let a = anyScalar(below: 1 << 45)
      expect(a.montgomerySquare(), value(a) * value(a) * inverseOfR)
    },
    Formula(name: "sum of scalars", modulus: .l) {
      let (a, b) = (anyScalar(below: 0x1000_0000_0001), anyScalar(below: 1 << 44))
      expect(a + b, value(a) + value(b))
    },
    Formula(name: "negated scalar", modulus: .l) {
      let a = anyScalar(below: 0x1000_0000_0001)
      expect(a.negated(), Residue(0, .l) - value(a))
    },
    Formula(name: "reduced scalar", modulus: .l, endsWithDecision: true) {
      let a = anyScalar(below: 0x2000_0000_0001)
      expect(a.reduced(), value(a))
    },
  ]

  /// Lanes with even limbs of 26 bits, and any odd limbs below the bound.
  private static func anyLanes(oddBelow bound: UInt64) -> FieldLanes {
    func even() -> Lanes { Lanes(.unknown(0...(1 << 26) - 1), .unknown(0...(1 << 26) - 1)) }
    func odd() -> Lanes { Lanes(.unknown(0...bound - 1), .unknown(0...bound - 1)) }
    return FieldLanes(
      l0: even(), l1: odd(), l2: even(), l3: odd(), l4: even(), l5: odd(), l6: even(), l7: odd(), l8: even(), l9: odd())
  }

  private static func limbs(_ f: FieldLanes) -> [Lanes] {
    [f.l0, f.l1, f.l2, f.l3, f.l4, f.l5, f.l6, f.l7, f.l8, f.l9]
  }

  /// l0 + 2^26 l1 + 2^51 l2 + ..., in each lane.
  private static func value(_ f: FieldLanes) -> [Residue] {
    [\Lanes.x, \.y].map { lane in
      limbs(f).enumerated().reduce(Residue(0, .p)) { sum, limb in
        sum + limb.element[keyPath: lane].value * Residue.power(ofTwo: (51 * limb.offset + 1) / 2, .p)
      }
    }
  }

  /// Within the bounds that FieldLanes.swift names; and what `elements` makes of them is loose and as much.
  private static func expect(_ f: FieldLanes, carriedAnd want: [Residue]) {
    for (i, h) in limbs(f).enumerated() {
      let bound: Limb = i % 2 == 0 ? 0x400_0000 : i == 1 || i == 5 ? 0x200_0100 : 0x200_0000
      for lane in [h.x, h.y] { lane.assertBelow(bound) }
    }
    if value(f) != want { Machine.current.report("the result is wrong") }
    expect(f.elements, looseAnd: want)
  }

  private static func expect(_ elements: (FieldElement, FieldElement), looseAnd want: [Residue]) {
    elements.0.assertBelow(FieldElement.looseBound)
    elements.1.assertBelow(FieldElement.looseBound)
    if [value(elements.0), value(elements.1)] != want { Machine.current.report("the elements are wrong") }
  }

  static let others: [Formula] = [
    Formula(name: "carried lanes") {
      // Of limbs that just came in, where some carries are nothing.
      let f = anyLanes(oddBelow: 0x200_0001)
      expect(f.carried(), carriedAnd: value(f))
    },
    Formula(name: "sum and difference of field elements") {
      let (a, b) = (tight(), tight())
      (a + b).assertBelow(FieldElement.looseBound)
      (a - b).assertBelow(FieldElement.looseBound)
      if value(a + b) != value(a) + value(b) { Machine.current.report("the sum is wrong") }
      if value(a - b) != value(a) - value(b) { Machine.current.report("the difference is wrong") }
    },
    Formula(name: "canonical") {
      let f = loose().canonical()
      f.assertBelow(0x8_0000_0000_0000)
    },
    Formula(name: "doubling") {
      let p = ProjectivePoint(x: tight(), y: tight(), z: tight()).doubled()
      expectTight(p.extended)
      let (x, y, z) = (p.projective.x, p.projective.y, p.projective.z)
      for f in [x, y, z] { f.assertBelow(FieldElement.tightBound) }
    },
    Formula(name: "addition") {
      let (p, q) = (anyPoint(), anyPoint())
      expectSum((p + q.cached).extended, p, q)
      expectTight((p - q.cached).extended)
    },
    Formula(name: "addition of an affine point") {
      let p = anyPoint()
      let q = AffineCachedPoint(yPlusX: tight(), yMinusX: tight(), twoDT: tight())
      expectTight((p + q).extended)
    },
    Formula(name: "addition of a negated table entry") {
      // The negation leaves 2p - T in place of T, and exchanges Y + X and Y - X.
      let (p, q) = (anyPoint(), anyPoint().cached)
      let negated = CachedPoint(
        yPlusX: q.yMinusX, yMinusX: q.yPlusX, twoZ: q.twoZ, twoDT: FieldElement(0, 0, 0, 0, 0) - q.twoDT)
      expectTight((p + negated).extended)
    },
  ]

  private static func anyPoint() -> ExtendedPoint { ExtendedPoint(x: tight(), y: tight(), z: tight(), t: tight()) }

  private static func expectTight(_ p: ExtendedPoint) {
    for f in [p.x, p.y, p.z, p.t] { f.assertBelow(FieldElement.tightBound) }
  }

  /// The addition law, written out in the coordinates: X3 = 2 (X1 Y2 + Y1 X2) (2 Z1 Z2 - 2d T1 T2), and so on.
  private static func expectSum(_ sum: ExtendedPoint, _ p: ExtendedPoint, _ q: ExtendedPoint) {
    expectTight(sum)
    let two = Residue(2, .p)
    let d = -(Residue(121_665, .p) * Residue(121_666, .p).inverse)
    let e = two * (value(p.x) * value(q.y) + value(p.y) * value(q.x))
    let h = two * (value(p.y) * value(q.y) + value(p.x) * value(q.x))
    let zz = two * value(p.z) * value(q.z)
    let tt = two * d * value(p.t) * value(q.t)
    let want = [e * (zz - tt), (zz + tt) * h, (zz - tt) * (zz + tt), e * h]
    if [sum.x, sum.y, sum.z, sum.t].map(value) != want { Machine.current.report("the sum is wrong") }
  }

  private static func anyScalar(below top: UInt64) -> ScalarLimbs {
    func limb() -> Limb { .unknown(0...(1 << 52) - 1) }
    return ScalarLimbs(limb(), limb(), limb(), limb(), .unknown(0...top - 1))
  }

  private static var inverseOfR: Residue { Residue.power(ofTwo: 260, .l).inverse }

  private func run(_ formula: Formula, _ sabotage: Machine.Sabotage = .none) -> Machine {
    let machine = Machine(formula.modulus, sabotage: sabotage)
    Machine.$current.withValue(machine) { formula.run() }
    return machine
  }

  @Test("Holds for all inputs", arguments: carrying + others)
  func holds(formula: Formula) {
    for _ in 0..<8 {
      let machine = run(formula)
      #expect(machine.reports.isEmpty)
    }
  }

  @Test("Fails when a carry is left out or lost, whichever it is", arguments: carrying)
  func controls(formula: Formula) {
    let count = run(formula).splitCount - (formula.endsWithDecision ? 1 : 0)
    #expect(count >= 4)
    for i in 0..<count {
      #expect(isCaught(formula, .losingCarry(i)), "carry \(i) of \(count) lost")
      #expect(isCaught(formula, .leavingOutCarry(i)), "carry \(i) of \(count) left out")
    }
  }

  /// Tried often, as a carry that is only a bit may happen to be zero, and some are mostly.
  private func isCaught(_ formula: Formula, _ sabotage: Machine.Sabotage) -> Bool {
    (0..<1000).contains { _ in !run(formula, sabotage).reports.isEmpty }
  }

  @Test("Fails when inputs exceed their bounds")
  func bounds() {
    let tooLarge = Formula(name: "too large") {
      let a = Self.anyElement(below: 0x100_0000_0000_0000)
      _ = a * a
    }
    #expect(!run(tooLarge).reports.isEmpty)
    let notTight = Formula(name: "not tight") { _ = Self.tight() - Self.loose() }
    #expect(!run(notTight).reports.isEmpty)
  }

  /// The n of montgomeryStep is x times this, modulo 2^52; x + n l0 is divisible by 2^52 for all x if l0 times this is
  /// -1.
  @Test("The Montgomery constant")
  func montgomeryConstant() {
    let (l0, constant) = (0x2631a5cf5d3ed as UInt64, 0x51da312547e1b as UInt64)
    #expect((l0 &* constant &+ 1) & 0xf_ffff_ffff_ffff == 0)
  }
}
