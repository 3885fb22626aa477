internal import PassBindSASL

// Messages to send, as bytes.

extension SCRAMMessage {
  /// `client-first-message-bare`.
  static func clientFirstBare(user: [UInt8], nonce: [UInt8]) -> [UInt8] {
    var out = AttributeWriter()
    out.add("n", user)
    out.add("r", nonce)
    return out.bytes
  }

  /// `server-first-message`.
  static func serverFirst(nonce: [UInt8], salt: [UInt8], iterations: Int, extensions: [Attribute]) -> [UInt8] {
    var out = AttributeWriter()
    out.add("r", nonce)
    out.add("s", base64: salt)
    out.add("i", String(iterations).utf8)
    out.add(extensions)
    return out.bytes
  }

  /// `client-final-message-without-proof`.
  static func clientFinalWithoutProof(
    bindingInput: [UInt8], nonce: ArraySlice<UInt8>, extensions: [Attribute]
  ) -> [UInt8] {
    var out = AttributeWriter()
    out.add("c", base64: bindingInput)
    out.add("r", nonce)
    out.add(extensions)
    return out.bytes
  }

  /// `client-final-message`.
  static func clientFinal(withoutProof: [UInt8], proof: [UInt8]) -> [UInt8] {
    var out = AttributeWriter(continuing: withoutProof)
    out.add("p", base64: proof)
    return out.bytes
  }

  /// `server-final-message`.
  static func serverFinal(signature: [UInt8]) -> [UInt8] {
    var out = AttributeWriter()
    out.add("v", base64: signature)
    return out.bytes
  }

  /// `AuthMessage` of RFC 5802 section 3.
  static func authMessage(
    clientFirstBare: ArraySlice<UInt8>, serverFirst: [UInt8], clientFinalWithoutProof: ArraySlice<UInt8>
  ) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(clientFirstBare.count + serverFirst.count + clientFinalWithoutProof.count + 2)
    out += clientFirstBare
    out.append(UInt8(ascii: ","))
    out += serverFirst
    out.append(UInt8(ascii: ","))
    out += clientFinalWithoutProof
    return out
  }
}

/// Writes `attr-val`s with commas between them.
struct AttributeWriter {
  private(set) var bytes: [UInt8]

  init(continuing bytes: [UInt8] = []) {
    self.bytes = bytes
    self.bytes.reserveCapacity(bytes.count + 192)
  }

  mutating func add(_ name: Unicode.Scalar, _ value: some Sequence<UInt8>) {
    begin(UInt8(ascii: name))
    bytes += value
  }

  mutating func add(_ name: Unicode.Scalar, base64 value: [UInt8]) {
    begin(UInt8(ascii: name))
    bytes += Base64.encode(value.span)
  }

  mutating func add(_ extensions: [SCRAMMessage.Attribute]) {
    for attribute in extensions {
      begin(attribute.name)
      bytes += attribute.value
    }
  }

  private mutating func begin(_ name: UInt8) {
    if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
    bytes.append(name)
    bytes.append(UInt8(ascii: "="))
  }
}
