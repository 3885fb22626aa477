/// Strict base64 (RFC 4648 section 4, as RFC 5802 section 7 wants it): padded, no white space, no URL alphabet, and no
/// bits set behind the last byte, so that every value has one encoding. The time it takes depends on lengths alone:
/// keys pass through here.
public enum Base64 {
  /// The encoding of `bytes`, as ASCII.
  public static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
    var text = [UInt8](repeating: pad, count: (bytes.count + 2) / 3 * 4)
    var out = text.mutableSpan
    var (i, o) = (0, 0)
    while i < bytes.count {
      let left = bytes.count - i
      let group =
        UInt32(bytes[i]) << 16 | (left > 1 ? UInt32(bytes[i + 1]) << 8 : 0) | (left > 2 ? UInt32(bytes[i + 2]) : 0)
      out[o] = character(group >> 18)
      out[o + 1] = character(group >> 12)
      if left > 1 { out[o + 2] = character(group >> 6) }
      if left > 2 { out[o + 3] = character(group) }
      (i, o) = (i + 3, o + 4)
    }
    return text
  }

  /// The encoding of `bytes`, as ASCII.
  @inlinable public static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] { encode(Array(bytes).span) }

  /// The encoding of `bytes`, as a string.
  @inlinable public static func string(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: encode(Array(bytes).span), as: UTF8.self)
  }

  /// The bytes that `text` encodes. Empty text is no bytes.
  ///
  /// - Throws: ``SASLError`` `invalidBase64`.
  public static func decode(_ text: Span<UInt8>) throws(SASLError) -> [UInt8] {
    guard text.count % 4 == 0 else { throw SASLError(.invalidBase64, "the length is not a multiple of four") }
    guard text.count > 0 else { return [] }
    var padding = 0
    if text[text.count - 1] == pad { padding = text[text.count - 2] == pad ? 2 : 1 }

    var bytes = [UInt8](repeating: 0, count: text.count / 4 * 3 - padding)
    var out = bytes.mutableSpan
    var bad: Int32 = 0  // negative once a character was outside the alphabet
    var unused: Int32 = 0  // the bits behind the last byte
    for group in 0..<text.count / 4 {
      let isLast = group == text.count / 4 - 1
      var bits: Int32 = 0
      for i in 0..<4 {
        let isPadding = isLast && i >= 4 - padding
        let value = isPadding ? 0 : value(text[4 * group + i])
        bad |= value
        bits = bits << 6 | (value & 63)
      }
      let o = 3 * group
      out[o] = UInt8(truncatingIfNeeded: bits >> 16)
      if o + 1 < out.count { out[o + 1] = UInt8(truncatingIfNeeded: bits >> 8) } else { unused |= bits & 0xffff }
      if o + 2 < out.count { out[o + 2] = UInt8(truncatingIfNeeded: bits) } else { unused |= bits & 0xff }
    }
    guard bad >= 0 else { throw SASLError(.invalidBase64, "a character outside the alphabet, or padding inside") }
    guard unused == 0 else { throw SASLError(.invalidBase64, "bits set behind the last byte") }
    return bytes
  }

  /// The bytes that `text` encodes. Empty text is no bytes.
  ///
  /// - Throws: ``SASLError`` `invalidBase64`.
  @inlinable public static func decode(_ text: some Collection<UInt8>) throws(SASLError) -> [UInt8] {
    try decode(Array(text).span)
  }

  private static let pad = UInt8(ascii: "=")

  // Below, a difference shifted right by 8 is all ones where it is negative and zero where it is not: a comparison
  // without a branch or a table.

  /// The character of the lowest six bits.
  private static func character(_ bits: UInt32) -> UInt8 {
    let v = Int32(truncatingIfNeeded: bits & 63)
    var c = v + 65  // A to Z
    c += (25 - v) >> 8 & 6  // a to z
    c -= (51 - v) >> 8 & 75  // 0 to 9
    c -= (61 - v) >> 8 & 15  // +
    c += (62 - v) >> 8 & 3  // /
    return UInt8(truncatingIfNeeded: c)
  }

  /// The six bits of a character; -1 if it has none.
  private static func value(_ character: UInt8) -> Int32 {
    let c = Int32(character)
    var v: Int32 = -1
    v += ((64 - c) & (c - 91)) >> 8 & (c - 64)  // A to Z
    v += ((96 - c) & (c - 123)) >> 8 & (c - 70)  // a to z
    v += ((47 - c) & (c - 58)) >> 8 & (c + 5)  // 0 to 9
    v += ((42 - c) & (c - 44)) >> 8 & 63  // +
    v += ((46 - c) & (c - 48)) >> 8 & 64  // /
    return v
  }
}
