/// A secret yes or no: all ones or all zeros. It selects by `f ^ (mask & (f ^ g))`; it is never branched on.
///
/// A compiler that sees how a mask came about knows that it is all ones or all zeros, and may turn such a selection
/// into a branch after all; this one did. So every mask is made with a ``Veil``: it could be any number, for all the
/// compiler knows.
struct Mask: Sendable {
  let bits: UInt64

  /// Yes if the lowest bit is set.
  @inline(__always)
  init(lowBit: UInt64, veil: Veil = Veil()) { bits = (0 &- (lowBit & 1)) ^ veil.zero }

  /// Yes if the word is zero: for any other word, it or its negation has the top bit set.
  @inline(__always)
  init(isZero word: UInt64, veil: Veil = Veil()) { bits = (((word | (0 &- word)) &>> 63) &- 1) ^ veil.zero }

  @inline(__always)
  private init(bits: UInt64) { self.bits = bits }

  @inline(__always)
  static func & (a: Mask, b: Mask) -> Mask { Mask(bits: a.bits & b.bits) }
  @inline(__always)
  static func | (a: Mask, b: Mask) -> Mask { Mask(bits: a.bits | b.bits) }
  @inline(__always)
  static func ^ (a: Mask, b: Mask) -> Mask { Mask(bits: a.bits ^ b.bits) }
  @inline(__always)
  static prefix func ~ (a: Mask) -> Mask { Mask(bits: ~a.bits) }

  /// Gives the secret away: the one place where a mask becomes a `Bool`, and so the one place where the constant-time
  /// tests see a branch on a secret. Who calls this must be in their list of declassifications, with a reason.
  ///
  /// Not optimised, so that the branch stays in here and under this name.
  @inline(never)
  @_optimize(none)
  func declassified() -> Bool {
    if bits == 0 { return false }
    return true
  }
}

/// Zero, which the compiler can't know: it comes out of a function that is neither inlined nor looked into.
struct Veil: Sendable {
  let zero: UInt64

  @inline(__always)
  init() { zero = Self.draw() }

  @inline(never)
  @_optimize(none)
  private static func draw() -> UInt64 { 0 }
}

/// Work on secrets, after which the part of the stack that it used, `words` words at most, is overwritten. Tables,
/// digits and half-done results are spilled to places that no variable names, so wiping variables would not reach them.
/// Tests/ConstantTime looks whether anything is left.
enum StackWipe<let words: Int> {
  /// Does the work in frames of its own, below the caller's. Secrets go in and out in
  /// ``WipedScalar`` and ``WipedPoint``.
  @inline(__always)
  static func after<Result>(_ work: () -> Result) -> Result {
    let result = apart(work)
    wipe()
    return result
  }

  @inline(never)
  private static func apart<Result>(_ work: () -> Result) -> Result { work() }

  @inline(never)
  static func wipe() {
    var zeros = InlineArray<words, UInt64>(repeating: 0)
    var span = zeros.mutableSpan
    keep(&span)
  }
}

/// After work on scalars or on one point, without a table: 4 KiB.
typealias ShallowStackWipe = StackWipe<512>
/// After work with a table of multiples, or with two points: 10 KiB.
typealias PointStackWipe = StackWipe<1280>
/// After work on several points at once: 24 KiB.
typealias DeepStackWipe = StackWipe<3072>

/// Reads and writes the words, for all the compiler knows, so that whatever was stored there has to be there.
@inline(never)
@_optimize(none)
func keep(_ words: inout MutableSpan<UInt64>) { touch(&words) }

/// Apart from ``keep(_:)``, which is not optimised and would look up at run time what a span of words is.
@inline(never)
private func touch(_ words: inout MutableSpan<UInt64>) { words[0] = words[words.count &- 1] }
