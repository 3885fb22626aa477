/// Words in memory of their own, written once, that are zero before it is given back.
///
/// Two classes and not a generic one: what dies is destroyed by code that knows how many words it has.
///
/// Unchecked Sendable: nothing is written between the initializer and the deinitializer.
final class WipedScalar: @unchecked Sendable {
  private var words: InlineArray<4, UInt64>

  init(_ words: InlineArray<4, UInt64>) { self.words = words }

  @inline(__always)
  convenience init(_ limbs: ScalarLimbs) { self.init(limbs.words) }

  var all: InlineArray<4, UInt64> {
    @inline(__always)
    get { words }
  }

  var limbs: ScalarLimbs {
    @inline(__always)
    get { ScalarLimbs(words: words) }
  }

  deinit {
    words = InlineArray(repeating: 0)
    var span = words.mutableSpan
    keep(&span)
  }
}

/// The same for a point.
final class WipedPoint: @unchecked Sendable {
  private var words: InlineArray<20, UInt64>

  @inline(__always)
  init(_ p: ExtendedPoint) {
    words = [
      p.x.l0, p.x.l1, p.x.l2, p.x.l3, p.x.l4, p.y.l0, p.y.l1, p.y.l2, p.y.l3, p.y.l4,
      p.z.l0, p.z.l1, p.z.l2, p.z.l3, p.z.l4, p.t.l0, p.t.l1, p.t.l2, p.t.l3, p.t.l4,
    ]
  }

  @inline(__always)
  private func coordinate(_ i: Int) -> FieldElement {
    FieldElement(words[i], words[i &+ 1], words[i &+ 2], words[i &+ 3], words[i &+ 4])
  }

  var extended: ExtendedPoint {
    @inline(__always)
    get { ExtendedPoint(x: coordinate(0), y: coordinate(5), z: coordinate(10), t: coordinate(15)) }
  }

  deinit {
    words = InlineArray(repeating: 0)
    var span = words.mutableSpan
    keep(&span)
  }
}

/// Reads 32 bytes from `start`, little-endian.
@inline(__always)
func loadWords(_ bytes: Span<UInt8>, at start: Int = 0) -> InlineArray<4, UInt64> {
  [
    loadWord(bytes, at: start), loadWord(bytes, at: start &+ 8), loadWord(bytes, at: start &+ 16),
    loadWord(bytes, at: start &+ 24),
  ]
}

/// Byte by byte without a loop, which the compiler turns into one instruction.
@inline(__always)
private func loadWord(_ bytes: Span<UInt8>, at i: Int) -> UInt64 {
  let low =
    UInt64(bytes[i]) | UInt64(bytes[i &+ 1]) &<< 8 | UInt64(bytes[i &+ 2]) &<< 16 | UInt64(bytes[i &+ 3]) &<< 24
  let high =
    UInt64(bytes[i &+ 4]) | UInt64(bytes[i &+ 5]) &<< 8 | UInt64(bytes[i &+ 6]) &<< 16 | UInt64(bytes[i &+ 7]) &<< 24
  return low | high &<< 32
}

/// Writes 32 bytes from `start`, little-endian.
@inline(__always)
func store(_ words: InlineArray<4, UInt64>, into bytes: inout MutableSpan<UInt8>, at start: Int = 0) {
  for i in 0..<4 {
    let word = words[i]
    for j in 0..<8 {
      bytes[start &+ 8 &* i &+ j] = UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: 8 &* j))
    }
  }
}
