/// Reads the presentation language of RFC 8446 section 3 from bytes that somebody else sent; nil for what they do not
/// hold.
package struct FieldReader {
  private var rest: ArraySlice<UInt8>

  package init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  package var isAtEnd: Bool { rest.isEmpty }

  /// So many bytes; nil if there are not that many.
  package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A number of 1 to 3 bytes, most significant first.
  package mutating func number(_ byteCount: Int) -> Int? { take(byteCount)?.reduce(0) { $0 << 8 | Int($1) } }

  /// Bytes behind their length, which has so many bytes.
  package mutating func vector(_ lengthByteCount: Int) -> ArraySlice<UInt8>? {
    number(lengthByteCount).flatMap { take($0) }
  }

  /// All that is left.
  package mutating func takeRest() -> ArraySlice<UInt8> {
    defer { rest = [] }
    return rest
  }
}
