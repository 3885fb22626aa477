internal import PassBindSASL

// Messages to send, as bytes.

extension SCRAMMessage {
  /// `client-first-message-bare`.
  static func clientFirstBare(user: [UInt8], nonce: [UInt8]) -> [UInt8] {
    joined([("n", user[...]), ("r", nonce[...])])
  }

  /// `server-first-message`.
  static func serverFirst(
    nonce: [UInt8], salt: [UInt8], iterations: Int, extensions: [Attribute]
  ) -> [UInt8] {
    joined(
      [("r", nonce[...]), ("s", Base64.encode(salt)[...]), ("i", Array(String(iterations).utf8)[...])], extensions)
  }

  /// `client-final-message-without-proof`.
  static func clientFinalWithoutProof(bindingInput: [UInt8], nonce: ArraySlice<UInt8>, extensions: [Attribute])
    -> [UInt8]
  {
    joined([("c", Base64.encode(bindingInput)[...]), ("r", nonce)], extensions)
  }

  /// `client-final-message`.
  static func clientFinal(withoutProof: [UInt8], proof: [UInt8]) -> [UInt8] {
    withoutProof + joined([(",p", Base64.encode(proof)[...])])
  }

  /// `server-final-message`.
  static func serverFinal(signature: [UInt8]) -> [UInt8] { joined([("v", Base64.encode(signature)[...])]) }

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

  private static func joined(_ fields: [(name: String, value: ArraySlice<UInt8>)], _ extensions: [Attribute] = [])
    -> [UInt8]
  {
    var out: [UInt8] = []
    out.reserveCapacity(256)
    for field in fields {
      if !out.isEmpty { out.append(UInt8(ascii: ",")) }
      out += field.name.utf8
      out.append(UInt8(ascii: "="))
      out += field.value
    }
    for attribute in extensions {
      out += [UInt8(ascii: ","), attribute.name, UInt8(ascii: "=")]
      out += attribute.value
    }
    return out
  }
}
