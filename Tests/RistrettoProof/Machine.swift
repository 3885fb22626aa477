import Synchronization

/// One abstract run of a formula: its unknown carries, and what went wrong.
final class Machine: Sendable {
  @TaskLocal static var current = Machine(.p)

  /// What a run does wrong on purpose, so that the proof can be seen to fail.
  enum Sabotage: Sendable {
    case none
    /// At the nth split the upper part is thrown away.
    case losingCarry(Int)
    /// The nth split doesn't happen: everything stays in the lower part.
    case leavingOutCarry(Int)
  }

  private struct Split: Hashable {
    let residue: Residue
    let bits: Int
  }

  private struct State {
    var splits: [Split: (low: Limb, high: Limb)] = [:]
    var reports: [String] = []
  }

  let modulus: Residue.Modulus
  let inverseOfTwoTo52: Residue
  private let sabotage: Sabotage
  private let state = Mutex(State())

  init(_ modulus: Residue.Modulus, sabotage: Sabotage = .none) {
    self.modulus = modulus
    self.sabotage = sabotage
    inverseOfTwoTo52 = Residue.power(ofTwo: 52, modulus).inverse
  }

  var reports: [String] { state.withLock { $0.reports } }
  /// How many different numbers have been split.
  var splitCount: Int { state.withLock { $0.splits.count } }

  func report(_ what: String) { state.withLock { $0.reports.append(what) } }

  /// The two parts of a number. Splitting a number twice gives the same parts: equal residues are the same number.
  func split(_ x: Wide, at bits: Int) -> (low: Limb, high: Limb) {
    let key = Split(residue: x.residue, bits: bits)
    if let known = state.withLock({ $0.splits[key] }) { return known }
    let parts = makeSplit(x, at: bits, number: splitCount)
    state.withLock { $0.splits[key] = parts }
    return parts
  }

  private func makeSplit(_ x: Wide, at bits: Int, number: Int) -> (low: Limb, high: Limb) {
    let zero = Limb(0...0, Residue(0, modulus))
    if case .leavingOutCarry(number) = sabotage {
      if x.range.upperBound >> 64 != 0 { report("a limb overflows") }
      return (Limb(UInt64(clamping: x.range.lowerBound)...UInt64(clamping: x.range.upperBound), x.residue), zero)
    }
    let (low, high) = (x.range.lowerBound >> bits, x.range.upperBound >> bits)
    if high >> 64 != 0 { report("a carry overflows") }
    let carries = UInt64(clamping: low)...UInt64(clamping: high)
    // What is divisible has a quotient, and no rest.
    if x.zeros >= bits {
      let quotient = x.residue * Residue.power(ofTwo: bits, modulus).inverse
      if case .losingCarry(number) = sabotage { return (zero, zero) }
      return (zero, Limb(carries, quotient, zeros: x.zeros - bits))
    }
    // A carry that is only a bit is that, so that what is chosen by it can be checked in both cases.
    let carry: Residue = carries.upperBound <= 1 ? Residue(UInt64.random(in: carries), modulus) : .random(modulus)
    let rest = x.residue - Residue.power(ofTwo: bits, modulus) * carry
    // If nothing can be carried, nothing is cut off.
    let lows =
      high == 0
      ? UInt64(x.range.lowerBound)...UInt64(x.range.upperBound)
      : 0...UInt64((UInt128(1) << UInt128(bits)) - (UInt128(1) << UInt128(x.zeros)))
    if case .losingCarry(number) = sabotage { return (Limb(lows, rest, zeros: x.zeros), zero) }
    return (Limb(lows, rest, zeros: x.zeros), Limb(carries, carry))
  }
}
