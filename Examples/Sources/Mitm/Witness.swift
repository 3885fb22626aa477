internal import ExampleSupport
internal import PassBindSASL
internal import PassBindTLS

/// Says what the interceptor sees and gains, for people or for machines.
struct Witness {
  let isJSON: Bool
  let number: Int
  private var conversation = Conversation()

  init(isJSON: Bool, number: Int) {
    self.isJSON = isJSON
    self.number = number
  }

  mutating func saw(_ line: [UInt8], from side: Conversation.Side) {
    guard !isJSON else { return }
    for text in conversation.show(line, from: side) { printOut("[\(number)] \(text)") }
  }

  func opened(client: TLSHandshake, server: TLSHandshake) {
    tell(
      "TLS \(client.version) with the client, another TLS \(server.version) with the server: both are readable here",
      [("event", .string("intercepted")), ("tls", .string(client.version.description))])
  }

  func began(mechanism: String) {
    tell("the client logs in by \(mechanism)", [("event", .string("login")), ("mechanism", .string(mechanism))])
  }

  func answered(mechanism: String, isCancelled: Bool) {
    tell(
      isCancelled ? "the client gives up: it sent no proof" : "the client sends its proof",
      [("event", .string(isCancelled ? "cancelled" : "client-final")), ("mechanism", .string(mechanism))])
  }

  func ended(mechanism: String, isAccepted: Bool) {
    tell(
      isAccepted ? "the server accepts the login" : "the server refuses the login: nothing gained",
      [
        ("event", .string("outcome")), ("mechanism", .string(mechanism)),
        ("outcome", .string(isAccepted ? "accepted" : "refused")),
      ])
  }

  func tookOver(identity: String) {
    tell(
      "TAKEN OVER: to the server, this program is \(printable(identity))",
      [("event", .string("taken-over")), ("identity", .string(identity))])
  }

  func failed(_ reason: String) {
    tell("connection over: \(printable(reason))", [("event", .string("closed")), ("reason", .string(reason))])
  }

  private func tell(_ text: String, _ fields: [(String, JSON)]) {
    if isJSON {
      printOut(JSON.object([("connection", .number(number))] + fields).description)
    } else {
      printOut("[\(number)] " + Colour.bold.on("-- \(text)"))
    }
  }
}
