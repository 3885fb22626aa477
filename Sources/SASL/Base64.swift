/// Strict base64 (RFC 4648 section 4, as RFC 5802 section 7 wants it): padded, no white space, no URL alphabet, and no
/// bits set behind the last byte, so that every value has one encoding.
public enum Base64 {
  /// The encoding of `bytes`, as ASCII.
  public static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var group: UInt32 = 0
    var filled = 0
    for i in bytes.indices {
      let byte = bytes[i]
      group = group << 8 | UInt32(byte)
      filled += 1
      guard filled == 3 else { continue }
      out += [character(group >> 18), character(group >> 12), character(group >> 6), character(group)]
      (group, filled) = (0, 0)
    }
    if filled == 1 {
      out += [character(group >> 2), character(group << 4), pad, pad]
    } else if filled == 2 {
      out += [character(group >> 10), character(group >> 4), character(group << 2), pad]
    }
    return out
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
    var out: [UInt8] = []
    out.reserveCapacity(text.count / 4 * 3)
    var group: UInt32 = 0
    var padding = 0
    for i in text.indices {
      let byte = text[i]
      if byte == pad {
        guard i >= text.count - 2 else { throw SASLError(.invalidBase64, "padding inside the text") }
        padding += 1
        group <<= 6
      } else {
        guard padding == 0, let value = value(byte) else {
          throw SASLError(.invalidBase64, padding > 0 ? "text behind the padding" : "a character outside the alphabet")
        }
        group = group << 6 | value
      }
      guard i % 4 == 3 else { continue }
      out.append(UInt8(truncatingIfNeeded: group >> 16))
      if padding < 2 { out.append(UInt8(truncatingIfNeeded: group >> 8)) }
      if padding < 1 { out.append(UInt8(truncatingIfNeeded: group)) }
      let unused: UInt32 = padding == 2 ? 0xffff : padding == 1 ? 0xff : 0
      guard group & unused == 0 else { throw SASLError(.invalidBase64, "bits set behind the last byte") }
      group = 0
    }
    return out
  }

  /// The bytes that `text` encodes. Empty text is no bytes.
  ///
  /// - Throws: ``SASLError`` `invalidBase64`.
  @inlinable public static func decode(_ text: some Collection<UInt8>) throws(SASLError) -> [UInt8] {
    try decode(Array(text).span)
  }

  private static let pad = UInt8(ascii: "=")

  private static func character(_ value: UInt32) -> UInt8 {
    switch UInt8(truncatingIfNeeded: value & 63) {
    case let v where v < 26: UInt8(ascii: "A") + v
    case let v where v < 52: UInt8(ascii: "a") + v - 26
    case let v where v < 62: UInt8(ascii: "0") + v - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }

  private static func value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
