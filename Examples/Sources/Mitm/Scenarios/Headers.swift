internal import PassBindLineProfile
internal import PassBindSASL

// What an interceptor can make of a client's GS2 header: the first field of the client's first message, which `c=` of
// SCRAM's last one holds again, with the binding's data behind it.

extension Rewriting {
  /// The client said that it saw nothing to bind by; now it says that it does not bind.
  static let yToN = Rewriting(message: firstField(becoming: "n"), offer: Capabilities.withoutPlus)

  /// The same, and in `c=` too.
  static let yToNTwice = Rewriting(message: header(becoming: "n"), offer: Capabilities.withoutPlus)

  /// The client bound; now it does not.
  static let unbinding = Rewriting(
    message: header(becoming: "n"), mechanism: { $0.hasSuffix("-PLUS") ? String($0.dropLast(5)) : $0 })

  /// The client says that it binds by this.
  static func naming(_ type: String) -> Rewriting {
    Rewriting(message: firstField(becoming: "p=\(type)"))
  }

  /// `c=` holds the header, and no data behind it.
  static let withoutData = Rewriting { message, bytes in
    message == .clientFinal ? replacing("c", in: bytes) { Base64.encode(gs2Header(in: $0)) } : bytes
  }

  /// `c=` holds another header, with the data of the first one behind it.
  static let otherHeader = Rewriting { message, bytes in
    guard message == .clientFinal else { return bytes }
    return replacing("c", in: bytes) { encoded in
      let input = (try? Base64.decode(encoded)) ?? []
      return Base64.encode(Array("p=tls-unique,,".utf8) + input.dropFirst(gs2Header(in: encoded).count))
    }
  }
  private static func firstField(becoming field: String) -> @Sendable (Message, [UInt8]) -> [UInt8] {
    { message, bytes in message == .clientFirst ? replacingFirstField(of: bytes, by: field) : bytes }
  }

  private static func header(becoming field: String) -> @Sendable (Message, [UInt8]) -> [UInt8] {
    { message, bytes in
      switch message {
      case .clientFirst: replacingFirstField(of: bytes, by: field)
      case .clientFinal: replacing("c", in: bytes) { _ in Base64.encode(Array("\(field),,".utf8)) }
      default: bytes
      }
    }
  }
}

/// The GS2 header in `c=`, decoded.
private func gs2Header(in encoded: [UInt8]) -> [UInt8] {
  guard let input = try? Base64.decode(encoded) else { return [] }
  var rest = input[...]
  return (try? GS2Header(parsing: &rest))?.bytes ?? []
}
