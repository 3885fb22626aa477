/// A secret yes or no: all ones or all zeros. It selects by `f ^ (mask & (f ^ g))`; it is never branched on.
struct Mask: Sendable {
  let bits: UInt64

  /// Yes if the lowest bit is set.
  @inline(__always)
  init(lowBit: UInt64) { bits = 0 &- (lowBit & 1) }

  /// Yes if the word is zero: for any other word, it or its negation has the top bit set.
  @inline(__always)
  init(isZero word: UInt64) { bits = ((word | (0 &- word)) &>> 63) &- 1 }

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

/// Overwrites the part of the stack that the functions called just before have left behind. Their tables, digits and
/// half-done results are spilled to places that no single variable names, so wiping variables would not reach them.
@inline(never)
func wipeStack() {
  let zeros = InlineArray<2048, UInt64>(repeating: 0)
  keep(zeros.span)
}

/// Does nothing, but the compiler doesn't know: whatever was stored into the span has to be there.
@inline(never)
@_optimize(none)
private func keep(_ words: Span<UInt64>) {}
