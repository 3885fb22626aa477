internal import ExampleSupport
internal import PassBindSASL
internal import PassBindTLS

/// What an attacker sees and gains on one connection: remembers it, and says it, for people or for machines.
struct Witness {
  /// To whom it is said.
  enum Audience {
    case people, machines, nobody
  }

  private(set) var loot = Loot()
  private let audience: Audience
  private let number: Int
  private var conversation = Conversation()
  private var serverBindings = ChannelBindings.none

  init(_ audience: Audience, number: Int) {
    self.audience = audience
    self.number = number
  }

  mutating func saw(_ line: Line) {
    if audience == .people {
      for text in conversation.show(line.bytes, from: line.side) { printOut("[\(number)] \(text)") }
    }
    loot.saw(line, serverBindings)
    switch line.meaning {
    case .message(.clientFirst, _, let login):
      tell(
        "the client logs in by \(printable(login.mechanism))",
        [("event", .string("login")), ("mechanism", .string(login.mechanism))])
    case .message(.clientFinal, _, let login): answered(login, "client-final", "the client sends its proof")
    case .cancellation(let login): answered(login, "cancelled", "the client gives up: it sent no proof")
    case .outcome(let login, let isAccepted):
      tell(
        isAccepted ? "the server accepts the login" : "the server refuses the login: nothing gained",
        [
          ("event", .string("outcome")), ("mechanism", .string(login.mechanism)),
          ("outcome", .string(isAccepted ? "accepted" : "refused")),
        ])
    default: break
    }
  }

  private func answered(_ login: LoginCommand, _ event: String, _ text: String) {
    tell(text, [("event", .string(event)), ("mechanism", .string(login.mechanism))])
  }

  mutating func saw(ciphertext count: Int) { loot.ciphertextCount += count }

  mutating func changed() {
    guard !loot.isChanged else { return }
    loot.isChanged = true
    tell("from here on, this program changes what it passes on", [("event", .string("changed"))])
  }

  mutating func opened(client: TLSHandshake, server: TLSHandshake) {
    serverBindings = server.bindings
    tell(
      "TLS \(client.version) with the client, another TLS \(server.version) with the server: both are readable here",
      [("event", .string("intercepted")), ("tls", .string(client.version.description))])
  }

  mutating func tookOver(identity: String) {
    loot.identity = identity
    tell(
      "TAKEN OVER: to the server, this program is \(printable(identity))",
      [("event", .string("taken-over")), ("identity", .string(identity))])
  }

  func replayed(isAccepted: Bool) {
    tell(
      "the client's words, said once more on a new connection: \(isAccepted ? "ACCEPTED" : "refused")",
      [("event", .string("replayed")), ("outcome", .string(isAccepted ? "accepted" : "refused"))])
  }

  func ended() { tell("connection over", [("event", .string("end"))]) }

  func failed(_ side: Conversation.Side, _ error: any Error) {
    let reason = "\(side == .client ? "client" : "server"): \(reason(of: error))"
    tell("broken off: \(printable(reason))", [("event", .string("closed")), ("reason", .string(reason))])
  }

  private func tell(_ text: String, _ fields: [(String, JSON)]) {
    switch audience {
    case .people: printOut("[\(number)] " + Colour.bold.on("-- \(text)"))
    case .machines: printOut(JSON.object([("connection", .number(number))] + fields).description)
    case .nobody: break
    }
  }
}
