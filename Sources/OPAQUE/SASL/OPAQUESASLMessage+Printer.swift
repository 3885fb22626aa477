internal import PassBindCrypto
internal import PassBindSASL

// Messages to send, as bytes.

extension OPAQUESASLMessage {
  /// - Parameter user: the name, escaped.
  static func clientFirst(_ header: GS2Header, user: [UInt8], ke1: [UInt8]) -> [UInt8] {
    header.bytes + attribute("n", user) + [UInt8(ascii: ",")] + attribute("k", Base64.encode(ke1))
  }

  static func serverFirst(ke2: [UInt8], _ stretching: KeyStretchingParameters) -> [UInt8] {
    attribute("k", Base64.encode(ke2)) + [UInt8(ascii: ",")] + attribute("s", Array(stretching.description.utf8))
  }

  static func clientFinal(ke3: [UInt8]) -> [UInt8] { attribute("k", Base64.encode(ke3)) }

  static func attribute(_ name: Unicode.Scalar, _ value: [UInt8]) -> [UInt8] {
    [UInt8(ascii: name), UInt8(ascii: "=")] + value
  }
}
