/// Puts numbers and vectors behind each other, as RFC 8446 section 3 lays them out.
struct Writer {
  private(set) var bytes: [UInt8] = []

  /// A number of `byteCount` bytes, most significant first.
  mutating func number(_ value: Int, byteCount: Int) {
    for shift in (0..<byteCount).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
  }

  /// `opaque <a..b>`.
  mutating func vector(_ content: [UInt8], _ lengths: ClosedRange<Int>) throws(ExportedAuthenticatorError) {
    guard lengths.contains(content.count) else {
      throw ExportedAuthenticatorError(
        .invalidConfiguration,
        "a field of \(lengths.lowerBound) to \(lengths.upperBound) bytes cannot hold \(content.count)")
    }
    number(content.count, byteCount: lengthByteCount(lengths.upperBound))
    bytes += content
  }

  /// A handshake message with this body (RFC 8446 section 4).
  static func handshakeMessage(_ type: HandshakeType, _ body: [UInt8]) throws(ExportedAuthenticatorError) -> [UInt8] {
    var writer = Writer()
    writer.number(Int(type.rawValue), byteCount: 1)
    try writer.vector(body, 0...0xff_ffff)
    return writer.bytes
  }
}
