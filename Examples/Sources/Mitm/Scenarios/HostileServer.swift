internal import ExampleSupport
internal import PassBindLineProfile
internal import PassBindSASL

// What an interceptor can say in a server's place, to find out more of the password, to keep a client busy, or to be
// believed without knowing the account.

extension Rewriting {
  /// Another count of iterations.
  static func iterating(_ count: Int) -> Rewriting {
    serverFirst { replacing("i", in: $0) { _ in Array(String(count).utf8) } }
  }

  /// A nonce that has nothing of the client's.
  static let foreignNonce = serverFirst { replacing("r", in: $0) { Array($0.reversed()) } }

  /// A hash of the offer is not sent on (XEP-0474), so that a shortened offer is not noticed.
  static func strippingTypes(andHash: Bool) -> Rewriting {
    var rewriting = andHash ? serverFirst { removing("h", from: $0) } : Rewriting()
    rewriting.offer = Capabilities.binding(by: .tlsServerEndPoint)
    return rewriting
  }

  /// Key stretching of the interceptor's choice: in OPAQUE-EA in an extension, else the last attribute, which has
  /// commas.
  static func stretching(_ parameters: String) -> Rewriting {
    serverFirst { message in
      if var answer = try? EAServerFirst(parsing: message) {
        answer.stretch(by: parameters)
        return answer.bytes
      }
      guard let key = attribute("k", of: message) else { return message }
      return Array("k=".utf8) + key + Array(",s=\(parameters)".utf8)
    }
  }

  /// The server's proof with one bit changed.
  static let wrongSignature = Rewriting { message, bytes in
    message == .serverFinal ? replacing("v", in: bytes) { withBitFlipped(0, ofBase64: $0) } : bytes
  }

  private static func serverFirst(_ change: @escaping @Sendable ([UInt8]) -> [UInt8]) -> Rewriting {
    Rewriting { message, bytes in message == .serverFirst ? change(bytes) : bytes }
  }
}

/// The server's part of the nonce is taken away: what is left is the client's own.
struct EmptyNonce: Scenario {
  private var clientNonce: [UInt8] = []

  mutating func pass(_ line: Line) -> Passed {
    switch line.meaning {
    case .message(.clientFirst, let bytes, _): clientNonce = attribute("r", of: bytes) ?? []
    case .message(.serverFirst, let bytes, _):
      return .onward(line.carrying(replacing("r", in: bytes) { _ in clientNonce }))
    default: break
    }
    return .onward(line.bytes)
  }
}

/// The server's proof is kept back, and its success passed on without it.
struct WithholdingSignature: Scenario {
  func pass(_ line: Line) -> Passed {
    guard case .message(.serverFinal, _, _) = line.meaning else { return .onward(line.bytes) }
    // The server gets the empty line that the client would have sent.
    return Passed(onward: [], back: [[]])
  }
}

/// A success is claimed in place of the server's first message.
struct EarlySuccess: Scenario {
  func pass(_ line: Line) -> Passed {
    guard case .message(.serverFirst, _, let login) = line.meaning else { return .onward(line.bytes) }
    return .onward(Array("\(login.tag) OK Logged in.".utf8))
  }
}

/// Base64 of the same bytes, but for one bit.
func withBitFlipped(_ bit: Int, ofBase64 encoded: [UInt8]) -> [UInt8] {
  guard var bytes = try? Base64.decode(encoded), bit / 8 < bytes.count else { return encoded }
  bytes[bit / 8] ^= 1 << UInt8(bit % 8)
  return Base64.encode(bytes)
}
