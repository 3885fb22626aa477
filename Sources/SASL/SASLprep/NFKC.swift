internal import PassBindCrypto

/// Text on its way to Unicode 3.2's normalization form KC (UAX #15): scalars, each with its canonical combining class.
///
/// Everything happens in one array of a size that never changes, so that no part of a password stays behind in an
/// outgrown array. Whoever makes the value calls ``wipe()``.
struct NFKCBuffer: ~Copyable {
  // The class in the top byte, the scalar in the 21 low bits.
  private var words: [UInt32]
  private(set) var count = 0

  /// Room for the decomposition of so many bytes of UTF-8.
  init(bytesOfUTF8: Int) {
    words = [UInt32](repeating: 0, count: bytesOfUTF8 * SASLprepTables.mostScalarsPerByte)
  }

  /// The scalar at an index below ``count``.
  subscript(index: Int) -> UInt32 { words[index] & 0x1F_FFFF }

  mutating func wipe() {
    count = 0
    PassBindCrypto.wipe(&words)
  }

  /// Appends the compatibility decomposition of a scalar.
  mutating func append(_ scalar: UInt32) {
    if Hangul.syllables.contains(scalar) {
      let index = scalar - Hangul.syllables.lowerBound
      appendDecomposed(Hangul.leading.lowerBound + index / Hangul.perLeading)
      appendDecomposed(Hangul.vowels.lowerBound + index % Hangul.perLeading / Hangul.perVowel)
      let trailing = index % Hangul.perVowel
      if trailing > 0 { appendDecomposed(Hangul.beforeTrailing + trailing) }
      return
    }
    let run = lastIndex(in: SASLprepTables.decompositionStarts, notAbove: scalar)
    let start = SASLprepTables.decompositionStarts[run]
    let number = Int(SASLprepTables.decompositionNumbers[run]) + Int(scalar) - Int(start)
    guard scalar >= start, number < SASLprepTables.decompositionNumbers[run + 1] else {
      return appendDecomposed(scalar)
    }
    for i in SASLprepTables.decompositionOffsets[number]..<SASLprepTables.decompositionOffsets[number + 1] {
      appendDecomposed(SASLprepTables.decompositionScalars[Int(i)])
    }
  }

  private mutating func appendDecomposed(_ scalar: UInt32) {
    let table = SASLprepTables.combiningClasses
    let run = table[lastIndex(in: table, notAbove: scalar << 8 | 0xFF)]
    words[count] = run << 24 | scalar
    count += 1
  }

  /// Puts each run of combining characters in canonical order, then composes.
  mutating func normalize() {
    var start = 0
    while start < count {
      var end = start
      var isOrdered = true
      while end < count, words[end] >> 24 != 0 {
        if end > start, words[end] >> 24 < words[end - 1] >> 24 { isOrdered = false }
        end += 1
      }
      if !isOrdered { order(start..<end) }
      start = end + 1
    }
    compose()
  }

  /// Sorts by combining class, stably. It counts instead of comparing, because a run can be as long as the text and a
  /// simple insertion would take quadratic time.
  private mutating func order(_ run: Range<Int>) {
    var next = InlineArray<256, Int>(repeating: 0)
    for i in run { next[Int(words[i] >> 24)] += 1 }
    var sum = 0
    for i in next.indices { (next[i], sum) = (sum, sum + next[i]) }

    var ordered = [UInt32](repeating: 0, count: run.count)
    defer { PassBindCrypto.wipe(&ordered) }
    for i in run {
      let combiningClass = Int(words[i] >> 24)
      ordered[next[combiningClass]] = words[i]
      next[combiningClass] += 1
    }
    for i in ordered.indices { words[run.lowerBound + i] = ordered[i] }
  }

  /// Replaces pairs by their composites. What is blocked follows Corrigendum 5, as in all implementations one meets:
  /// the wording of Unicode 3.2 would have composed across a character in between and so lost the stability of the
  /// form.
  private mutating func compose() {
    var starter: Int?
    var end = 0
    for i in 0..<count {
      let word = words[i]
      if let starter, starter == end - 1 || words[end - 1] >> 24 < word >> 24,
        let composite = Self.composite(self[starter], word & 0x1F_FFFF)
      {
        words[starter] = composite  // its class is 0: generate-tables.py made sure
        continue
      }
      if word >> 24 == 0 { starter = end }
      words[end] = word
      end += 1
    }
    count = end
  }

  private static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if Hangul.leading.contains(first), Hangul.vowels.contains(second) {
      return Hangul.syllables.lowerBound + (first - Hangul.leading.lowerBound) * Hangul.perLeading
        + (second - Hangul.vowels.lowerBound) * Hangul.perVowel
    }
    if Hangul.syllables.contains(first), Hangul.trailing.contains(second),
      (first - Hangul.syllables.lowerBound) % Hangul.perVowel == 0
    {
      return first + (second - Hangul.beforeTrailing)
    }
    guard first <= 0xFFFF, second <= 0xFFFF else { return nil }
    let pair = first << 16 | second
    let index = lastIndex(in: SASLprepTables.compositionPairs, notAbove: pair)
    return SASLprepTables.compositionPairs[index] == pair ? SASLprepTables.composites[index] : nil
  }

  /// The text in UTF-8.
  func encoded() -> SecretBytes {
    var length = 0
    for i in 0..<count { length += 1 + Self.continuationBytes(self[i]) }
    var utf8 = SecretBytes(count: length)
    var bytes = utf8.mutableSpan
    var end = 0
    for i in 0..<count {
      let scalar = self[i]
      let continuation = Self.continuationBytes(scalar)
      let mark: UInt32 = [0, 0xC0, 0xE0, 0xF0][continuation]
      bytes[end] = UInt8(truncatingIfNeeded: mark | scalar >> UInt32(6 * continuation))
      for k in 0..<continuation {
        let bits = scalar >> UInt32(6 * (continuation - 1 - k)) & 0x3F
        bytes[end + 1 + k] = UInt8(truncatingIfNeeded: 0x80 | bits)
      }
      end += 1 + continuation
    }
    return utf8
  }

  private static func continuationBytes(_ scalar: UInt32) -> Int {
    switch scalar {
    case ..<0x80: 0
    case ..<0x800: 1
    case ..<0x10000: 2
    default: 3
    }
  }
}

/// Hangul syllables are a leading consonant, a vowel and perhaps a trailing consonant, by arithmetic (Unicode 3.2
/// section 3.11).
private enum Hangul {
  static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
  static let leading: ClosedRange<UInt32> = 0x1100...0x1112
  static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
  static let trailing: ClosedRange<UInt32> = 0x11A8...0x11C2
  static let beforeTrailing: UInt32 = 0x11A7
  static let perVowel: UInt32 = 28
  static let perLeading: UInt32 = 21 * 28
}
