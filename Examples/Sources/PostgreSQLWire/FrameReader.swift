package import LoginSupport

/// Reads what is in a message's body. What is not there, or not as it must be, is a violation of the protocol.
package struct FrameReader {
  private var bytes: ArraySlice<UInt8>

  /// Reads from the front.
  package init(_ body: [UInt8]) { bytes = body[...] }

  /// All that is left.
  package var rest: [UInt8] { Array(bytes) }

  /// Four bytes as a number.
  package mutating func int32() throws(ProtocolError) -> UInt32 {
    try take(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Two bytes as a number.
  package mutating func int16() throws(ProtocolError) -> UInt16 {
    try take(2).reduce(0) { $0 << 8 | UInt16($1) }
  }

  /// One byte.
  package mutating func byte() throws(ProtocolError) -> UInt8 { try take(1).reduce(0) { $0 | $1 } }

  /// UTF-8 up to a NUL.
  package mutating func string() throws(ProtocolError) -> String {
    guard let end = bytes.firstIndex(of: 0), let text = String(validating: bytes[..<end], as: UTF8.self) else {
      throw ProtocolError("text in a message that does not end, or is not UTF-8")
    }
    bytes = bytes[(end + 1)...]
    return text
  }

  /// As many bytes as the number before them says; nil where it says -1.
  package mutating func counted() throws(ProtocolError) -> [UInt8]? {
    let count = try int32()
    return count == .max ? nil : Array(try take(Int(count)))
  }

  /// The body must end here.
  package func end() throws(ProtocolError) {
    guard bytes.isEmpty else { throw ProtocolError("\(bytes.count) bytes too many in a message") }
  }

  private mutating func take(_ count: Int) throws(ProtocolError) -> ArraySlice<UInt8> {
    guard count <= bytes.count else { throw ProtocolError("a message shorter than what it says it holds") }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }
}
