internal import ExampleSupport
internal import PassBindExportedAuthenticators
internal import Synchronization

// What an interceptor can make of OPAQUE-EA with the keys of its own connection to the client, from which it makes
// Finished as a server does: then the client looks at what stands behind it.

/// Answers the client's m1 itself, with what it likes of the server's m2.
struct Answering: Scenario {
  /// What m1 is answered with, from the server's m2.
  typealias Answer = @Sendable (_ m1: [UInt8], _ m2: [UInt8], AuthenticatorEnd) throws -> [UInt8]

  private let answer: Answer
  private var clientFirst: [UInt8] = []
  private var end: AuthenticatorEnd?

  init(_ answer: @escaping Answer) { self.answer = answer }

  mutating func opened(towardsClient client: AuthenticatorEnd, towardsServer server: AuthenticatorEnd) { end = client }

  mutating func pass(_ line: Line) -> Passed {
    switch line.meaning {
    case .message(.clientFirst, let bytes, _): clientFirst = bytes
    case .message(.serverFirst, let bytes, _):
      guard let end, let answer = try? answer(clientFirst, bytes, end) else { break }
      return .onward(line.carrying(answer))
    default: break
    }
    return .onward(line.bytes)
  }

  /// The server's m2, changed, with Finished made anew.
  static func remade(_ change: @escaping @Sendable (inout EAServerFirst, _ m1: EARequest) -> Void) -> Answering {
    Answering { clientFirst, serverFirst, end in
      var answer = try EAServerFirst(parsing: serverFirst)
      try change(&answer, EARequest(parsing: clientFirst))
      answer.authenticator = try end.keys.seal(answer.authenticator, by: .server, for: clientFirst)
      return answer.bytes
    }
  }

  static func remade(_ field: KeyField, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]) -> Answering {
    remade { answer, _ in answer.change(field, by: change) }
  }

  /// The client gets its own blinded password back.
  static let reflectingBlinded = remade { answer, request in
    let blinded = KeyField.blindedMessage.value(in: request.bytes)
    answer.change(.evaluatedMessage) { _ in blinded }
  }

  static func stretching(by parameters: String) -> Answering { remade { answer, _ in answer.stretch(by: parameters) } }

  /// The server asks for the proof of somebody else.
  static let askingForAnother = remade { answer, _ in
    answer.request.extensions.change(.opaqueClientAuth) { _ in [0, 5] + Array("admin".utf8) }
  }

  /// The client's own request, as a server's.
  static let turningRequest = remade { answer, request in
    answer.request = request
    answer.request.isServers = true
  }

  /// The server's answer inside an authenticator by a key of the interceptor's.
  static let ownKey = Answering { clientFirst, serverFirst, end in
    let answer = try EAServerFirst(parsing: serverFirst)
    guard var identity = end.identity else { throw CommandError(cannotEnact: "there is nothing to sign with") }
    identity.leafExtensions = answer.authenticator.extensions
    let authenticator = try end.answer(clientFirst, as: [identity])
    return authenticator + answer.request.bytes
  }

  /// An empty authenticator (RFC 9261 section 6).
  static let declining = Answering { clientFirst, _, end in try end.answer(clientFirst, as: []) }

  /// The client's own message.
  static let reflecting = Answering { clientFirst, _, _ in clientFirst }
}

/// Answers every m1 but the first with the m2 of the first, on whatever connection that was.
struct ReplayingServer: Scenario {
  private final class Kept: Sendable {
    private let first = Mutex<[UInt8]?>(nil)

    func first(or now: [UInt8]) -> [UInt8] {
      first.withLock { kept in
        kept = kept ?? now
        return kept ?? now
      }
    }
  }

  private let kept = Kept()

  func pass(_ line: Line) -> Passed {
    guard case .message(.serverFirst, let bytes, _) = line.meaning else { return .onward(line.bytes) }
    return .onward(line.carrying(kept.first(or: bytes)))
  }
}
