internal import ExampleSupport
internal import PassBindSASL
internal import PassBindTLS

/// How a login went.
struct Report {
  enum Outcome {
    case accepted
    case refusedByServer(String)
    case refusedByClient(String)
  }

  let handshake: TLSHandshake
  var mechanism: MechanismName?
  var binding: ChannelBindingType?
  var identity: String?
  var outcome = Outcome.refusedByClient("nothing was tried")

  init(_ handshake: TLSHandshake) { self.handshake = handshake }

  var isAccepted: Bool {
    if case .accepted = outcome { true } else { false }
  }

  var json: String {
    var fields: [(String, JSON)] = [
      ("mechanism", JSON(mechanism?.description)), ("binding", JSON(binding?.name)),
      ("tls", .string(handshake.version.description)), ("resumed", .bool(handshake.isResumed)),
    ]
    switch outcome {
    case .accepted: fields += [("outcome", .string("accepted")), ("identity", JSON(identity))]
    case .refusedByServer(let reason):
      fields += [("outcome", .string("refused")), ("by", .string("server")), ("reason", .string(reason))]
    case .refusedByClient(let reason):
      fields += [("outcome", .string("refused")), ("by", .string("client")), ("reason", .string(reason))]
    }
    return JSON.object(fields).description
  }

  func print() {
    switch outcome {
    case .accepted:
      printOut(Colour.green.on("logged in") + " as \(printable(identity ?? "somebody the server does not name"))")
    case .refusedByServer(let text):
      complain(
        "the server refuses the login: \(text)",
        hint: "a wrong name or password, too many tries, or somebody in between; the server's log says which")
    case .refusedByClient(let reason): complain("this client refuses the login: \(reason)")
    }
    if let mechanism { printOut("  mechanism   \(mechanism)") }
    printOut("  bound by    \(binding?.name ?? "nothing")")
    printOut(
      "  TLS         \(handshake.version), \(handshake.cipherSuite), "
        + (handshake.isResumed ? "resumed session" : "full handshake"))
    if let subject = handshake.peerSubject { printOut("  certificate \(printable(subject))") }
  }
}
