internal import PassBindExportedAuthenticators
internal import PassBindSASL

// What an interceptor can make of OPAQUE's messages: of KE1 to KE3 (RFC 9807 section 6.1), and of their like in
// OPAQUE-EA.

/// A field of theirs.
enum KeyField {
  case blindedMessage, clientNonce, evaluatedMessage, envelope, serverProof, clientProof

  var message: Message {
    switch self {
    case .blindedMessage, .clientNonce: .clientFirst
    case .evaluatedMessage, .envelope, .serverProof: .serverFirst
    case .clientProof: .clientFinal
    }
  }

  /// Where it is in KE1, KE2 or KE3.
  private var range: Range<Int> {
    switch self {
    case .blindedMessage, .evaluatedMessage: 0..<32
    case .clientNonce: 32..<64
    case .envelope: 128..<192
    case .serverProof: 256..<320
    case .clientProof: 0..<64
    }
  }

  /// The message with another content in that field.
  func changed(in message: [UInt8], by change: ([UInt8]) -> [UInt8]) -> [UInt8] {
    switch self.message {
    case .clientFirst:
      guard var request = try? EARequest(parsing: message) else { break }
      request.change(self, by: change)
      return request.bytes
    case .serverFirst:
      guard var answer = try? EAServerFirst(parsing: message) else { break }
      answer.change(self, by: change)
      return answer.bytes
    case .clientFinal, .serverFinal: break
    }
    return replacing("k", in: message) { encoded in
      guard let bytes = try? Base64.decode(encoded) else { return encoded }
      return Base64.encode(replacing(range, of: bytes, by: change))
    }
  }

  /// The field of a message.
  func value(in message: [UInt8]) -> [UInt8] {
    var found: [UInt8] = []
    _ = changed(in: message) { value in
      found = value
      return value
    }
    return found
  }
}

extension EARequest {
  mutating func change(_ field: KeyField, by change: ([UInt8]) -> [UInt8]) {
    switch field {
    case .clientNonce: context = change(context)
    // PAKEClientAuthExtension: the share ends 3 bytes before the end.
    case .blindedMessage:
      extensions.change(.opaqueServerAuth) { replacing($0.count - 35..<$0.count - 3, of: $0, by: change) }
    default: break
    }
  }
}

extension EAServerFirst {
  mutating func change(_ field: KeyField, by change: ([UInt8]) -> [UInt8]) {
    switch field {
    case .serverProof: authenticator.signature = change(authenticator.signature)
    // PAKEServerAuthExtension: CredentialResponse stands behind an empty name.
    case .evaluatedMessage:
      authenticator.extensions.change(.opaqueServerAuth) { replacing(2..<34, of: $0, by: change) }
    case .envelope:
      authenticator.extensions.change(.opaqueServerAuth) { replacing(130..<194, of: $0, by: change) }
    default: break
    }
  }

  mutating func stretch(by parameters: String) {
    authenticator.extensions.change(.opaqueKeyStretching) { _ in Array(parameters.utf8) }
  }
}

/// What is done to a field.
enum KeyChange {
  static let flip: @Sendable ([UInt8]) -> [UInt8] = { bytes in
    bytes.prefix(1).map { $0 ^ 1 } + bytes.dropFirst()
  }
  /// The identity element: 32 zeros.
  static let identity: @Sendable ([UInt8]) -> [UInt8] = { _ in [UInt8](repeating: 0, count: 32) }
}

extension Rewriting {
  /// A field is another one.
  static func changing(_ field: KeyField, by change: @escaping @Sendable ([UInt8]) -> [UInt8]) -> Rewriting {
    Rewriting { kind, bytes in kind == field.message ? field.changed(in: bytes, by: change) : bytes }
  }
}

/// The client gets its own blinded password back as what the server made of it.
struct Reflecting: Scenario {
  private var blinded: [UInt8] = []

  mutating func pass(_ line: Line) -> Passed {
    switch line.meaning {
    case .message(.clientFirst, let bytes, _): blinded = KeyField.blindedMessage.value(in: bytes)
    case .message(.serverFirst, let bytes, _):
      let blinded = blinded
      return .onward(line.carrying(KeyField.evaluatedMessage.changed(in: bytes) { _ in blinded }))
    default: break
    }
    return .onward(line.bytes)
  }
}

/// The bytes with others in that place; the same where there is no such place.
private func replacing(_ range: Range<Int>, of bytes: [UInt8], by change: ([UInt8]) -> [UInt8]) -> [UInt8] {
  guard bytes.indices.contains(range.lowerBound), range.upperBound <= bytes.count else { return bytes }
  return bytes[..<range.lowerBound] + change(Array(bytes[range])) + bytes[range.upperBound...]
}
