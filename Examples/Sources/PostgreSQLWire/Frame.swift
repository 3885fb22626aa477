package import LoginSupport

/// A message of PostgreSQL's protocol 3.0 (its documentation, "Message Formats"): a letter that says what it is, and a
/// body.
package struct Frame: Sendable {
  /// The longest body, in bytes: more than any login or answer here needs.
  package static let maximumCount = 16_384

  /// The letter.
  package let type: UInt8
  /// What stands behind the length.
  package let body: [UInt8]

  /// A message to send.
  package init(_ type: Unicode.Scalar, _ body: [UInt8] = []) {
    self.type = UInt8(ascii: type)
    self.body = body
  }

  /// Takes a message from the front of the bytes; nil if it has not all arrived.
  package init?(parsing bytes: inout ArraySlice<UInt8>) throws(ProtocolError) {
    var rest = bytes
    guard let type = rest.popFirst(), let body = try takeBody(&rest, least: 0) else { return nil }
    self.type = type
    self.body = body
    bytes = rest
  }

  /// The message as it travels.
  package var bytes: [UInt8] { [type] + withLength(body) }

  /// Whether it is of this kind.
  package func `is`(_ letter: Unicode.Scalar) -> Bool { type == UInt8(ascii: letter) }

  /// Its kind, for errors.
  package var name: String { "message '\(Character(Unicode.Scalar(type)))'" }
}

/// The first message of a connection, which has no letter: a number that says what is wanted, and a body.
package struct StartupFrame: Sendable {
  /// The protocol's version, 3.0, with which a session begins.
  package static let version: UInt32 = 3 << 16
  /// Asks for TLS.
  package static let sslRequest: UInt32 = 1234 << 16 | 5679
  /// Asks for encryption by Kerberos.
  package static let gssEncryptionRequest: UInt32 = 1234 << 16 | 5680

  /// What is wanted.
  package let code: UInt32
  /// What stands behind it.
  package let body: [UInt8]

  /// A message to send.
  package init(_ code: UInt32, _ body: [UInt8] = []) {
    self.code = code
    self.body = body
  }

  /// Takes a message from the front of the bytes; nil if it has not all arrived.
  package init?(parsing bytes: inout ArraySlice<UInt8>) throws(ProtocolError) {
    guard let body = try takeBody(&bytes, least: 4) else { return nil }
    var reader = FrameReader(body)
    code = try reader.int32()
    self.body = reader.rest
  }

  /// The message as it travels.
  package var bytes: [UInt8] { withLength(int32(code) + body) }
}

/// A length, which counts its own four bytes, and as much behind it; nil if it has not all arrived.
private func takeBody(_ bytes: inout ArraySlice<UInt8>, least: Int) throws(ProtocolError) -> [UInt8]? {
  guard bytes.count >= 4 else { return nil }
  let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
  guard (4 + least...4 + Frame.maximumCount).contains(length) else {
    throw ProtocolError("a message that says it has \(length) bytes")
  }
  guard bytes.count >= length else { return nil }
  defer { bytes = bytes.dropFirst(length) }
  return Array(bytes.prefix(length).dropFirst(4))
}

private func withLength(_ body: [UInt8]) -> [UInt8] { int32(UInt32(clamping: body.count + 4)) + body }

/// A number's four bytes.
package func int32(_ number: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
}

/// A number's two bytes.
package func int16(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }

/// A string's bytes, and the NUL that ends it.
package func terminated(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
