package import PassBindCrypto
internal import PassBindSASL

// Messages to send, as bytes.

extension OPAQUERegistrationMessage {
  package static func request(_ request: [UInt8]) -> [UInt8] { attribute("k", Base64.encode(request)) }

  package static func response(
    _ response: [UInt8], _ stretching: KeyStretchingParameters, notes: Int
  ) -> [UInt8] {
    attribute("k", Base64.encode(response)) + comma + attribute("s", Array(stretching.description.utf8)) + comma
      + attribute("v", Array(String(notes).utf8))
  }

  package static func record(_ record: [UInt8]) -> [UInt8] { attribute("k", Base64.encode(record)) }

  package static func note(_ name: String, _ sealed: [UInt8]) -> [UInt8] {
    attribute("n", Array(name.utf8)) + comma + attribute("d", Base64.encode(sealed))
  }

  /// - Parameter sealed: nil for a note that stays as it is.
  package static func resealedNote(_ sealed: [UInt8]?) -> [UInt8] {
    sealed.map { attribute("d", Base64.encode($0)) } ?? []
  }

  private static let comma = [UInt8(ascii: ",")]

  private static func attribute(_ name: Unicode.Scalar, _ value: [UInt8]) -> [UInt8] {
    OPAQUESASLMessage.attribute(name, value)
  }
}
