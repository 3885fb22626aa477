internal import PassBindSASL

/// What a SCRAM message (RFC 5802 section 7) says, attribute by attribute.
package enum SCRAMText {
  /// A piece of a message, and what it means.
  package struct Piece: Sendable {
    package let text: String
    package let meaning: String
  }

  /// Takes a message apart. Nonces, salts, proofs and binding data are shortened.
  package static func explain(_ message: [UInt8]) -> [Piece] {
    var rest = message[...]
    var pieces: [Piece] = []
    if let header = try? GS2Header(parsing: &rest) { pieces = [explain(header)] } else { rest = message[...] }
    for attribute in rest.split(separator: UInt8(ascii: ",")) {
      let text = printable(String(decoding: attribute, as: UTF8.self))
      pieces.append(explain(name: text.first, value: String(text.dropFirst(2)), text))
    }
    return pieces
  }

  private static func explain(_ header: GS2Header) -> Piece {
    let flag =
      switch header.flag {
      case .unsupported: "not bound to this connection"
      case .notOffered: "could be bound, but the server offered nothing that is"
      case .required(let type): "bound to this connection by \(type)"
      }
    let identity = header.authorizationIdentity.map { "; to act as \(printable($0))" } ?? ""
    return Piece(text: printable(String(decoding: header.bytes, as: UTF8.self)), meaning: flag + identity)
  }

  private static func explain(name: Character?, value: String, _ text: String) -> Piece {
    let bytes = try? Base64.decode(Array(value.utf8))
    let count = bytes.map { "\($0.count) bytes" } ?? "not base64"
    let short = value.count > 20 ? "\(text.prefix(2))\(value.prefix(20))..." : text
    return switch name {
    case "n": Piece(text: text, meaning: "the user's name")
    case "r": Piece(text: short, meaning: "nonce, \(value.count) characters, new for every login")
    case "s": Piece(text: short, meaning: "salt, \(count)")
    case "i": Piece(text: text, meaning: "iterations of PBKDF2")
    case "c": Piece(text: short, meaning: bytes.map(explain(bindingInput:)) ?? count)
    case "p": Piece(text: "p=...", meaning: "the client's proof that it knows the password, \(count)")
    case "v": Piece(text: "v=...", meaning: "the server's proof that it knows the account, \(count)")
    case "e": Piece(text: text, meaning: "the server refuses")
    case "h": Piece(text: short, meaning: "hash of what the server offered (XEP-0474)")
    case "t": Piece(text: text, meaning: "the server's TLS version (XEP-0515)")
    default: Piece(text: short, meaning: "an extension")
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
