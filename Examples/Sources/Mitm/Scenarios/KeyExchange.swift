internal import PassBindSASL

// What an interceptor can make of OPAQUE's messages (RFC 9807 section 6.1).

extension Rewriting {
  /// One bit of a message is another one.
  static func flipping(bitOfByte offset: Int, in message: Message) -> Rewriting {
    Rewriting { kind, bytes in
      guard kind == message else { return bytes }
      return replacing("k", in: bytes) { withBitFlipped(8 * offset, ofBase64: $0) }
    }
  }

  /// An element is the identity: 32 zeros.
  static func identity(atByte offset: Int, in message: Message) -> Rewriting {
    Rewriting { kind, bytes in
      guard kind == message else { return bytes }
      return replacing("k", in: bytes) { replacingElement(atByte: offset, ofBase64: $0, by: zeros) }
    }
  }

  private static let zeros = [UInt8](repeating: 0, count: 32)
}

/// The client gets its own blinded password back as what the server made of it.
struct Reflecting: Scenario {
  private var blinded: [UInt8] = []

  mutating func pass(_ line: Line) -> Passed {
    switch line.meaning {
    case .message(.clientFirst, let bytes, _):
      blinded = attribute("k", of: bytes).flatMap { try? Base64.decode($0) }.map { Array($0.prefix(32)) } ?? []
    case .message(.serverFirst, let bytes, _):
      let changed = replacing("k", in: bytes) { replacingElement(atByte: 0, ofBase64: $0, by: blinded) }
      return .onward(line.carrying(changed))
    default: break
    }
    return .onward(line.bytes)
  }
}

private func replacingElement(atByte offset: Int, ofBase64 encoded: [UInt8], by element: [UInt8]) -> [UInt8] {
  guard let bytes = try? Base64.decode(encoded), offset + element.count <= bytes.count else { return encoded }
  return Base64.encode(bytes[..<offset] + element + bytes[(offset + element.count)...])
}
