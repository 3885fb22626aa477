internal import ExampleSupport
internal import PassBindLineProfile
internal import PassBindSASL

// TLS 1.2 as a peer speaks it that has never heard of the extended master secret (RFC 7627): somebody in the middle can
// then give two connections the same keys, and so the same bindings.

extension Intrusion {
  private static let configuration = """
    openssl_conf = all
    [all]
    ssl_conf = ssl
    [ssl]
    system_default = tls
    [tls]
    Options = -ExtendedMasterSecret

    """

  /// As a client: asks for a login that is bound all the same.
  func bindWithoutMasterSecret() async throws -> Finding {
    let scratch = try Scratch()
    var conversation = OpenSSLConversation(
      try OpenSSLProgram(
        ["s_client", "-connect", place.description, "-tls1_2"], configuration: Self.configuration, in: scratch),
      as: .client)
    defer { conversation.program.stop() }
    guard await conversation.program.line(where: { $0.contains("Extended master secret: no") }) != nil,
      await conversation.hear("* OK") != nil
    else { throw CommandError(cannotEnact: "openssl could not connect without the extended master secret") }
    conversation.say("a CAPABILITY")
    _ = await conversation.hear("a ")
    guard let type = login.bindingTypes.first, let plus = login.mechanism.plus,
      let guess = ChannelBinding(type, data: [UInt8](repeating: 0, count: 32))
    else { throw CommandError(cannotEnact: "there is nothing to bind by") }
    let choice = ClientNegotiationPolicy.Choice(mechanism: plus, flag: .required(type), binding: guess)
    let exchange = try login.exchange(choice, SASLOffer(mechanisms: [plus], bindingTypes: [type]), .none)
    conversation.say("b AUTHENTICATE \(plus) \(Base64.string(exchange.initialResponse))")
    let answer = await conversation.hear("+ ", "b ")
    let isRefused = answer?.bytes.starts(with: "b NO".utf8) ?? false
    return Finding(
      loot: conversation.loot, outcome: isRefused ? .refused : .accepted,
      text: isRefused ? "the server binds no login by \(type) here" : "the server goes along with \(type)")
  }

  /// As a server: offers to bind all the same.
  func offerWithoutMasterSecret() async throws -> Finding {
    let scratch = try Scratch()
    var conversation = try await server(in: scratch, configuration: Self.configuration)
    defer { conversation.program.stop() }
    let command = await conversation.offer([login.mechanism.plus, login.mechanism], [.tlsExporter, .tlsUnique])
    return Finding(
      loot: conversation.loot, outcome: command == nil ? .refused : .accepted,
      text: command == nil ? "the client takes its leave" : "the client goes along")
  }

  /// A server of openssl's, for one client, on TLS 1.2.
  func server(in scratch: Scratch, configuration: String? = nil) async throws -> OpenSSLConversation {
    let program = try OpenSSLProgram(
      [
        "s_server", "-accept", place.description, "-cert", certificate, "-key", key, "-tls1_2", "-naccept", "1",
      ], configuration: configuration, in: scratch)
    guard let line = await program.line("ACCEPT "), let port = HostPort(argument: String(line.dropFirst(7)))?.port
    else {
      program.stop()
      throw CommandError(cannotEnact: "openssl does not listen on \(place)")
    }
    try await listens(port)
    return OpenSSLConversation(program, as: .server)
  }
}

extension OpenSSLConversation {
  /// As a server: greets, says what it offers, and waits for the client to begin a login. Nil if it does not.
  mutating func offer(_ mechanisms: [MechanismName?], _ types: [ChannelBindingType]) async -> Line? {
    guard await program.line(where: { $0.hasPrefix("CIPHER is") }) != nil else { return nil }
    say("* OK Ready.")
    let capabilities = Capabilities(
      startTLS: false, offer: SASLOffer(mechanisms: mechanisms.compactMap(\.self), bindingTypes: types))
    while let line = await hear("a") {
      let words = String(decoding: line.bytes, as: UTF8.self).split(separator: " ")
      switch words.dropFirst().first {
      case "CAPABILITY":
        say("* CAPABILITY \(capabilities.words)")
        say("\(words[0]) OK That is all.")
      case "AUTHENTICATE": return line
      default:
        say("* BYE Goodbye.")
        say("\(words.first ?? "*") OK Logged out.")
        return nil
      }
    }
    return nil
  }
}
