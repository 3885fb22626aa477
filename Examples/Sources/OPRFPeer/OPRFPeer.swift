internal import ArgumentParser
internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindOPRF

/// Both sides of mode VOPRF over standard input and output, for scripts that let other programs talk to them
/// (Tests/Interop).
@main
struct OPRFPeer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passbind-oprf-peer",
    abstract: "Mode VOPRF of RFC 9497, client and server, a step a line. For tests: it prints outputs.",
    discussion: """
      Each line of input is a step, answered by "ok" and its results, or by "error" and a reason. Values are hexadecimal
      digits, or - for no bytes; elements stand one after the other, 32 bytes each.

        server SEED INFO           a server with a key from DeriveKeyPair -> PUBLIC-KEY
        evaluate BLINDED           the server's answer to a client -> ELEMENTS PROOF
        known INPUT                the server's output for an input that it knows -> OUTPUT

        client PUBLIC-KEY INPUT... a client with these inputs -> BLINDED
        finalize ELEMENTS PROOF    the client's outputs, once -> OUTPUTS
      """)

  func run() throws {
    var peer = Peer()
    while let line = readLine() {
      do {
        let words = line.split(separator: " ")
        let values = try words.dropFirst().map(bytes)
        let results = try peer.take(step: words.first ?? "", values)
        printOut((["ok"] + results.map(\.hexadecimal)).joined(separator: " "))
      } catch {
        printOut("error \(error)")
      }
    }
  }
}

private struct Peer: ~Copyable {
  private var server: VOPRFServer?
  private var client: VOPRFClient?

  /// Takes one step. The values are what came with it.
  mutating func take(step: Substring, _ values: [[UInt8]]) throws -> [[UInt8]] {
    let first = values.first ?? []
    let second = values.dropFirst().first ?? []
    switch (step, values.count) {
    case ("server", 2):
      let server = try VOPRFServer(seed: first.span, info: second.span)
      let publicKey = server.publicKey
      self.server = consume server
      return [publicKey]
    case ("evaluate", 1):
      return try withServer { server in
        let answer = try server.blindEvaluate(first.span)
        return [answer.evaluatedElements, answer.proof]
      }
    case ("known", 1): return try withServer { server in [copy(try server.evaluate(first.span))] }
    case ("client", 2...):
      var client = try VOPRFClient(publicKey: first.span)
      for input in values.dropFirst() { try client.blind(input.span) }
      let blinded = client.blindedElements
      self.client = consume client
      return [blinded]
    case ("finalize", 2):
      guard let client = client.take() else { throw ValidationError("no client") }
      let outputs = try client.finalize(evaluatedElements: first.span, proof: second.span)
      return [copy(outputs)]
    default: throw ValidationError("no such step")
    }
  }

  private func withServer<R>(_ body: (borrowing VOPRFServer) throws -> R) throws -> R {
    switch server {
    case .some(let server): try body(server)
    case .none: throw ValidationError("no server")
    }
  }

  private func copy(_ secret: borrowing SecretBytes) -> [UInt8] { secret.span.indices.map { secret.span[$0] } }
}

private func bytes(_ word: Substring) throws -> [UInt8] {
  if word == "-" { return [] }
  guard let bytes = [UInt8](hexadecimal: word) else { throw ValidationError("not pairs of hexadecimal digits") }
  return bytes
}
