internal import PassBindSASL

/// What a message of OPAQUE-R255 says (OPAQUE-R255.md and REGISTRATION.md of PassBindOPAQUE), attribute by attribute.
/// What only one end may know never travels in it, and the record that a registration makes is left out.
package enum OPAQUEText {
  /// Takes a message of a login apart.
  package static func explain(_ message: [UInt8]) -> [MessagePiece] {
    var rest = message[...]
    var pieces: [MessagePiece] = []
    if let header = try? GS2Header(parsing: &rest) { pieces = [MessagePiece(header)] } else { rest = message[...] }
    return pieces
      + attributes(rest).map { name, value in
        switch name {
        case "n": MessagePiece(text: "n=\(value)", meaning: "the user's name")
        case "k" where value.count == 128: shortened(value, "KE1: the blinded password and this login's key")
        case "k" where value.count == 428: shortened(value, "KE2: the server's help, its key and its proof")
        case "k" where value.count == 88: shortened(value, "KE3: the client's proof that it knows the password")
        case "s": MessagePiece(text: "s=\(value)", meaning: "how to stretch the password")
        default: MessagePiece(text: "\(name)=...", meaning: "nothing that belongs here")
        }
      }
  }

  /// Takes a message of a registration apart.
  package static func explain(registration message: [UInt8]) -> [MessagePiece] {
    attributes(message[...]).map { name, value in
      switch name {
      case "k" where value.count == 44: shortened(value, "RegistrationRequest: the new password, blinded")
      case "k" where value.count == 88: shortened(value, "RegistrationResponse: the server's help and its public key")
      case "k" where value.count == 256:
        MessagePiece(text: "k=...", meaning: "RegistrationRecord: what the server will check proofs by, 192 bytes")
      case "s": MessagePiece(text: "s=\(value)", meaning: "how to stretch the password")
      case "v": MessagePiece(text: "v=\(value)", meaning: "how many notes follow")
      case "n": MessagePiece(text: "n=\(value)", meaning: "a note's name")
      case "d": MessagePiece(text: "d=...", meaning: "the note, sealed, \(byteCount(ofBase64: value))")
      default: MessagePiece(text: "\(name)=...", meaning: "nothing that belongs here")
      }
    }
  }

  /// How a server's message has the client stretch its password; nil for a message of SCRAM.
  static func stretching(in message: String) -> String? {
    guard let start = message.firstRange(of: "s=argon2id,") ?? message.firstRange(of: "s=scrypt,") else { return nil }
    let text = message[start.lowerBound...].dropFirst(2)
    return String(text[..<(text.firstRange(of: ",v=")?.lowerBound ?? text.endIndex)])
  }

  private static func shortened(_ value: String, _ meaning: String) -> MessagePiece {
    MessagePiece(text: "k=\(value.prefix(20))...", meaning: "\(meaning), \(byteCount(ofBase64: value))")
  }

  /// The attributes of a message; key stretching, which has commas, is one.
  private static func attributes(_ message: ArraySlice<UInt8>) -> [(name: Character, value: String)] {
    var found: [(name: Character, value: String)] = []
    for field in printable(String(decoding: message, as: UTF8.self)).split(separator: ",") {
      let (name, value) = (field.first ?? "?", String(field.dropFirst(2)))
      if let last = found.last, last.name == "s", name != "v" {
        found[found.count - 1].value += ",\(field)"
      } else {
        found.append((name, value))
      }
    }
    return found
  }
}
