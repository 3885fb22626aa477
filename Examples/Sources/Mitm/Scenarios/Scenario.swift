internal import PassBindLineProfile

/// What an interceptor does to the lines that pass through it. One value a connection.
protocol Scenario: Sendable {
  mutating func pass(_ line: Line) -> Passed

  /// Is told what the interceptor has of exported authenticators, if TLS on both sides has any.
  mutating func opened(towardsClient client: AuthenticatorEnd, towardsServer server: AuthenticatorEnd)

  /// What the interceptor says to the server once more, on a connection of its own, when the client is gone.
  var replay: [[UInt8]] { get }
}

extension Scenario {
  func opened(towardsClient client: AuthenticatorEnd, towardsServer server: AuthenticatorEnd) {}

  var replay: [[UInt8]] { [] }
}

/// What becomes of a line: what is sent on in its place, and what is sent back. Without their CRLF.
struct Passed {
  var onward: [[UInt8]]
  var back: [[UInt8]] = []

  static func onward(_ lines: [UInt8]...) -> Passed { Passed(onward: lines) }
}

/// Passes everything on as it is.
struct Passing: Scenario {
  func pass(_ line: Line) -> Passed { .onward(line.bytes) }
}

/// Puts something else in the place of what the server offers, of the mechanism that the client names, and of messages.
struct Rewriting: Scenario {
  var message: @Sendable (Message, [UInt8]) -> [UInt8] = { $1 }
  var offer: @Sendable (Capabilities) -> Capabilities = { $0 }
  var mechanism: @Sendable (String) -> String = { $0 }

  func pass(_ line: Line) -> Passed {
    switch line.meaning {
    case .capabilities(let whole): .onward(Array("* CAPABILITY \(offer(whole).words)".utf8))
    case .message(let kind, let bytes, let login):
      .onward(line.carrying(message(kind, bytes), mechanism: mechanism(login.mechanism)))
    default: .onward(line.bytes)
    }
  }
}
