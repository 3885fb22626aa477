internal import PassBindSASL

/// What a SCRAM message (RFC 5802 section 7) says, attribute by attribute.
package enum SCRAMText {
  /// Takes a message apart. Nonces, salts, proofs and binding data are shortened.
  package static func explain(_ message: [UInt8]) -> [MessagePiece] {
    var rest = message[...]
    var pieces: [MessagePiece] = []
    if let header = try? GS2Header(parsing: &rest) { pieces = [MessagePiece(header)] } else { rest = message[...] }
    for attribute in rest.split(separator: UInt8(ascii: ",")) {
      let text = printable(String(decoding: attribute, as: UTF8.self))
      pieces.append(explain(name: text.first, value: String(text.dropFirst(2)), text))
    }
    return pieces
  }

  /// The same for a registration (REGISTRATION.md of PassBindOPAQUE, "SCRAM").
  package static func explain(registration message: [UInt8]) -> [MessagePiece] {
    message.split(separator: UInt8(ascii: ",")).map { attribute in
      let text = printable(String(decoding: attribute, as: UTF8.self))
      let count = byteCount(ofBase64: String(text.dropFirst(2)))
      return switch text.first {
      case "k": MessagePiece(text: "k=...", meaning: "StoredKey: what the server will check proofs by, \(count)")
      case "v": MessagePiece(text: "v=...", meaning: "ServerKey: what the server will prove itself by, \(count)")
      default: explain(name: text.first, value: String(text.dropFirst(2)), text)
      }
    }
  }

  private static func explain(name: Character?, value: String, _ text: String) -> MessagePiece {
    let bytes = try? Base64.decode(Array(value.utf8))
    let count = bytes.map { "\($0.count) bytes" } ?? "not base64"
    let short = value.count > 20 ? "\(text.prefix(2))\(value.prefix(20))..." : text
    return switch name {
    case "n": MessagePiece(text: text, meaning: "the user's name")
    case "r": MessagePiece(text: short, meaning: "nonce, \(value.count) characters, new for every login")
    case "s": MessagePiece(text: short, meaning: "salt, \(count)")
    case "i": MessagePiece(text: text, meaning: "iterations of PBKDF2")
    case "c": MessagePiece(text: short, meaning: bytes.map(explain(bindingInput:)) ?? count)
    case "p": MessagePiece(text: "p=...", meaning: "the client's proof that it knows the password, \(count)")
    case "v": MessagePiece(text: "v=...", meaning: "the server's proof that it knows the account, \(count)")
    case "e": MessagePiece(text: text, meaning: "the server refuses")
    case "h": MessagePiece(text: short, meaning: "hash of what the server offered (XEP-0474)")
    case "t": MessagePiece(text: text, meaning: "the server's TLS version (XEP-0515)")
    default: MessagePiece(text: short, meaning: "an extension")
    }
  }

  /// `c=` holds the header again, and behind its second comma the binding's data.
  private static func explain(bindingInput: [UInt8]) -> String {
    var rest = bindingInput[...]
    guard let header = try? GS2Header(parsing: &rest) else { return "not a GS2 header" }
    let text = printable(String(decoding: header.bytes, as: UTF8.self))
    guard !rest.isEmpty else { return "\(text) again, and no binding" }
    let start = rest.prefix(4).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    return "\(text) again, and then the binding, \(rest.count) bytes: \(start)..."
  }
}
