/// Takes numbers and vectors off the front of bytes, as RFC 8446 section 3 lays them out.
struct Reader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  /// A number of 1 to 3 bytes, most significant first.
  mutating func number(byteCount: Int) throws(ExportedAuthenticatorError) -> Int {
    try take(byteCount).reduce(0) { $0 << 8 | Int($1) }
  }

  /// `opaque <a..b>`: its length in as many bytes as the greatest length needs, and the content.
  mutating func vector(_ lengths: ClosedRange<Int>) throws(ExportedAuthenticatorError) -> ArraySlice<UInt8> {
    let count = try number(byteCount: lengthByteCount(lengths.upperBound))
    guard lengths.contains(count) else {
      throw ExportedAuthenticatorError(.malformed, "a field of \(lengths.lowerBound) bytes or more has \(count)")
    }
    return try take(count)
  }

  /// One handshake message (RFC 8446 section 4): its type, its body, and all of its bytes.
  mutating func handshakeMessage() throws(ExportedAuthenticatorError) -> (
    type: HandshakeType?, body: ArraySlice<UInt8>, bytes: ArraySlice<UInt8>
  ) {
    let whole = rest
    let type = HandshakeType(rawValue: UInt8(truncatingIfNeeded: try number(byteCount: 1)))
    let body = try vector(0...0xff_ffff)
    return (type, body, whole.prefix(4 + body.count))
  }

  /// Nothing may be left.
  func end() throws(ExportedAuthenticatorError) {
    guard rest.isEmpty else {
      throw ExportedAuthenticatorError(.malformed, "\(rest.count) bytes are left over")
    }
  }

  mutating func take(_ count: Int) throws(ExportedAuthenticatorError) -> ArraySlice<UInt8> {
    guard count <= rest.count else {
      throw ExportedAuthenticatorError(.malformed, "\(count) bytes are announced, and \(rest.count) are there")
    }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}

/// How many bytes the length of a vector takes (RFC 8446 section 3.4).
func lengthByteCount(_ greatest: Int) -> Int {
  switch greatest {
  case ...0xff: 1
  case ...0xffff: 2
  default: 3
  }
}
