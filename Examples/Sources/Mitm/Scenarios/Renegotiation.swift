internal import ExampleSupport
internal import PassBindLineProfile
internal import PassBindSASL

extension Intrusion {
  /// As a client: asks for a new handshake in the middle of a login.
  func renegotiateWithServer() async throws -> Finding {
    let scratch = try Scratch()
    var conversation = OpenSSLConversation(
      try OpenSSLProgram(["s_client", "-connect", place.description, "-tls1_2"], in: scratch), as: .client)
    defer { conversation.program.stop() }
    _ = await conversation.hear("* OK")
    conversation.say("a AUTHENTICATE \(login.mechanism) \(try login.unboundFirstMessage())")
    guard await conversation.hear("+ ") != nil else { throw CommandError(cannotEnact: "the server began no login") }
    conversation.program.say("R", isCommand: true)
    return await finding(&conversation)
  }

  /// As a client that knows the password: asks for a new handshake once it is logged in.
  func renegotiateAfterLogin() async throws -> Finding {
    let scratch = try Scratch()
    var conversation = OpenSSLConversation(
      try OpenSSLProgram(["s_client", "-connect", place.description, "-tls1_2"], in: scratch), as: .client)
    defer { conversation.program.stop() }
    _ = await conversation.hear("* OK")
    guard try await conversation.logIn(login) else { throw CommandError(cannotEnact: "the server refused the login") }
    conversation.program.say("R", isCommand: true)
    return await finding(&conversation)
  }

  /// As a server: asks a client for a new handshake in the middle of its login.
  func renegotiateWithClient() async throws -> Finding {
    let scratch = try Scratch()
    var conversation = try await server(in: scratch)
    defer { conversation.program.stop() }
    guard await conversation.offer([login.mechanism.plus, login.mechanism], [.tlsExporter]) != nil else {
      throw CommandError(cannotEnact: "the client began no login")
    }
    conversation.program.say("r", isCommand: true)
    return await finding(&conversation)
  }

  private func finding(_ conversation: inout OpenSSLConversation) async -> Finding {
    let refusal = await conversation.program.line { $0.contains("no renegotiation") }
    return Finding(
      loot: conversation.loot, outcome: refusal == nil ? .accepted : .refused,
      text: refusal == nil
        ? "the other side went along" : "the other side refuses to renegotiate, and the connection is over")
  }
}

extension OpenSSLConversation {
  /// Logs in unbound, since openssl shows nothing to bind by; false if the server refuses.
  fileprivate mutating func logIn(_ login: PasswordLogin) async throws -> Bool {
    say("a CAPABILITY")
    guard case .capabilities(let capabilities)? = await hear("* CAPABILITY")?.meaning else { return false }
    _ = await hear("a ")
    let choice = ClientNegotiationPolicy.Choice(mechanism: login.mechanism, flag: .unsupported, binding: nil)
    let exchange = try login.exchange(choice, capabilities.offer, .none)
    say("b AUTHENTICATE \(login.mechanism) \(Base64.string(exchange.initialResponse))")
    while let line = await hear("+ ", "b ") {
      switch line.meaning {
      case .message(_, let challenge, _): say(Base64.string(try await exchange.respond(to: challenge)))
      case .outcome(_, let isAccepted): return isAccepted
      default: return false
      }
    }
    return false
  }
}

extension PasswordLogin {
  /// A first message that does not bind, in base64.
  func unboundFirstMessage() throws -> String {
    let choice = ClientNegotiationPolicy.Choice(mechanism: mechanism, flag: .unsupported, binding: nil)
    let offer = SASLOffer(mechanisms: [mechanism], bindingTypes: nil)
    return Base64.string(try exchange(choice, offer, .none).initialResponse)
  }
}
