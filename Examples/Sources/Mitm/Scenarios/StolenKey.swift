internal import ExampleSupport
internal import Foundation

/// Passes for the server, with the server's signing key of OPAQUE-EA and what the server itself answers to the client's
/// m1, and has the client's proof.
struct Impersonating: Scenario {
  /// Whether the client is told that it is logged in; else its proof goes on to the server, with a Finished for that
  /// connection.
  let isClaiming: Bool
  private var clientFirst: [UInt8] = []
  private var request: [UInt8] = []
  private var ends: (client: AuthenticatorEnd, server: AuthenticatorEnd)?
  private var hasClaimed = false

  init(isClaiming: Bool) { self.isClaiming = isClaiming }

  mutating func opened(towardsClient client: AuthenticatorEnd, towardsServer server: AuthenticatorEnd) {
    ends = (client, server)
  }

  mutating func pass(_ line: Line) -> Passed {
    switch line.meaning {
    case .message(.clientFirst, let bytes, _): clientFirst = bytes
    case .message(.serverFirst, let bytes, _):
      if let answer = try? signed(bytes) { return .onward(line.carrying(answer)) }
    case .message(.clientFinal, let bytes, let login):
      guard isClaiming else {
        if let proof = try? sealed(bytes) { return .onward(line.carrying(proof)) }
        break
      }
      hasClaimed = true
      return Passed(onward: [Array("*".utf8)], back: [Array("\(login.tag) OK Logged in.".utf8)])
    case .outcome where hasClaimed: return Passed(onward: [])
    default: break
    }
    return .onward(line.bytes)
  }

  /// The server's m2, signed for the client's connection. The request in it stays what it was.
  private mutating func signed(_ serverFirst: [UInt8]) throws -> [UInt8] {
    guard let end = ends?.client, let key = end.signingKey else {
      throw CommandError(cannotEnact: "there is no key to sign with")
    }
    var answer = try EAServerFirst(parsing: serverFirst)
    request = answer.request.bytes
    let content = try end.keys.signedContent(answer.authenticator, for: clientFirst)
    answer.authenticator.signature = try StolenKey(path: key).signature(of: content)
    answer.authenticator = try end.keys.seal(answer.authenticator, by: .server, for: clientFirst)
    return answer.bytes
  }

  private func sealed(_ clientFinal: [UInt8]) throws -> [UInt8] {
    guard let end = ends?.server else { throw CommandError(cannotEnact: "there are no keys for Finished") }
    return try end.keys.seal(EAAuthenticator(parsing: clientFinal), by: .client, for: request).bytes
  }
}

/// A bare key of Ed25519, with which openssl signs.
struct StolenKey {
  let path: String

  func signature(of content: [UInt8]) throws -> [UInt8] {
    let scratch = try Scratch()
    let (input, output) = (scratch.path("content"), scratch.path("signature"))
    try Data(content).write(to: URL(fileURLWithPath: input))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", path, "-in", input, "-out", output]
    try process.run()
    process.waitUntilExit()
    return Array(try Data(contentsOf: URL(fileURLWithPath: output)))
  }
}
