internal import Synchronization

/// Words in memory of their own that are zero before it is given back. Atomic, because a plain store to memory that is
/// about to be freed is one the compiler may leave out, and an atomic one is not; relaxed, so it costs no more.
final class WipedWords<let count: Int>: Sendable {
  private let words: InlineArray<count, Atomic<UInt64>>

  init(_ values: InlineArray<count, UInt64>) {
    words = InlineArray { Atomic(values[$0]) }
  }

  subscript(i: Int) -> UInt64 { words[i].load(ordering: .relaxed) }

  deinit {
    for i in 0..<count { words[i].store(0, ordering: .relaxed) }
  }
}

/// Reads 32 bytes from `start`, little-endian.
@inline(__always)
func loadWords(_ bytes: Span<UInt8>, at start: Int = 0) -> InlineArray<4, UInt64> {
  var words = InlineArray<4, UInt64>(repeating: 0)
  for i in 0..<32 { words[i &>> 3] |= UInt64(bytes[start &+ i]) &<< UInt64(8 &* (i & 7)) }
  return words
}

/// Writes 32 bytes from `start`, little-endian.
@inline(__always)
func store(_ words: InlineArray<4, UInt64>, into bytes: inout MutableSpan<UInt8>, at start: Int = 0) {
  for i in 0..<32 {
    bytes[start &+ i] = UInt8(truncatingIfNeeded: words[i &>> 3] &>> UInt64(truncatingIfNeeded: 8 &* (i & 7)))
  }
}
