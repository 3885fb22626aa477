internal import PassBindCrypto
internal import PassBindSASL

// Pure functions from bytes to a message or an error, strict to the letter of OPAQUE-R255.md. The last attribute of a
// message goes on to its end, so whatever follows makes its value one that is refused.

extension OPAQUESASLMessage.ClientFirst {
  init(parsing message: [UInt8]) throws(OPAQUEError) {
    var rest = try OPAQUESASLMessage.bounded(message)
    header = try sasl { () throws(SASLError) in try GS2Header(parsing: &rest) }
    let name = try OPAQUESASLMessage.attribute("n", before: UInt8(ascii: ","), &rest)
    user = try sasl { () throws(SASLError) in try SASLName.unescape(name) }
    ke1 = try OPAQUESASLMessage.decode(KE1.self, OPAQUESASLMessage.last("k", rest))
  }
}

extension OPAQUESASLMessage.ServerFirst {
  init(parsing message: [UInt8]) throws(OPAQUEError) {
    var rest = try OPAQUESASLMessage.bounded(message)
    let encoded = try OPAQUESASLMessage.attribute("k", before: UInt8(ascii: ","), &rest)
    ke2 = try OPAQUESASLMessage.decode(KE2.self, encoded)
    stretching = try OPAQUESASLMessage.stretching(OPAQUESASLMessage.last("s", rest))
  }
}

extension OPAQUESASLMessage.ClientFinal {
  init(parsing message: [UInt8]) throws(OPAQUEError) {
    let rest = try OPAQUESASLMessage.bounded(message)
    ke3 = try OPAQUESASLMessage.decode(KE3.self, OPAQUESASLMessage.last("k", rest))
  }
}

// What the messages are made of, and those of a registration too.

extension OPAQUESASLMessage {
  static func bounded(_ message: [UInt8]) throws(OPAQUEError) -> ArraySlice<UInt8> {
    guard message.count <= maximumCount else {
      throw OPAQUEError(.messageTooLong, "a message may have \(maximumCount) bytes, not \(message.count)")
    }
    return message[...]
  }

  /// The value of the attribute at the start of `rest`, which goes on up to `separator`; `rest` then begins behind
  /// that.
  static func attribute(
    _ name: Unicode.Scalar, before separator: UInt8, _ rest: inout ArraySlice<UInt8>
  ) throws(OPAQUEError) -> ArraySlice<UInt8> {
    guard let end = rest.firstIndex(of: separator) else {
      throw OPAQUEError(.malformedMessage, "nothing follows the message's first attribute")
    }
    let value = try last(name, rest[..<end])
    rest = rest[(end + 1)...]
    return value
  }

  /// The value of the attribute that `rest` is.
  static func last(
    _ name: Unicode.Scalar, _ rest: ArraySlice<UInt8>
  ) throws(OPAQUEError) -> ArraySlice<UInt8> {
    guard rest.count > 2, rest.starts(with: [UInt8(ascii: name), UInt8(ascii: "=")]) else {
      throw OPAQUEError(.malformedMessage, "attribute \(Character(name)) is missing, empty or out of order")
    }
    return rest.dropFirst(2)
  }

  static func decode<Layout: FixedLayout>(
    _: Layout.Type, _ text: ArraySlice<UInt8>
  ) throws(OPAQUEError) -> [UInt8] {
    let bytes = try sasl { () throws(SASLError) in try Base64.decode(text.span) }
    return try Message<Layout>(bytes).bytes
  }

  static func stretching(_ text: ArraySlice<UInt8>) throws(OPAQUEError) -> KeyStretchingParameters {
    do throws(CryptoError) {
      return try KeyStretchingParameters(parsing: text.span)
    } catch {
      throw OPAQUEError(.malformedMessage, "s=: \(error.reason)")
    }
  }
}
