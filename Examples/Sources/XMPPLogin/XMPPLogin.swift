internal import ArgumentParser
internal import ExampleSupport
internal import LoginSupport
internal import PassBindCrypto
internal import PassBindSASL
internal import PassBindSCRAM
internal import PassBindTLS

@main
struct XMPPLogin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xmpp-login",
    abstract: "Logs in to an XMPP server (RFC 6120) with SCRAM, bound to the TLS connection, and says as whom.",
    discussion: exitCodes)

  @Argument(help: "The server, HOST:PORT. Its certificate must be for the user's domain.")
  var server: HostPort

  @Option(help: ArgumentHelp("Who logs in.", valueName: "user@domain"))
  var user: Address

  @OptionGroup var password: PasswordOptions
  @OptionGroup(title: "TLS") var tls: ClientTLSOptions
  @OptionGroup(title: "Login") var login: LoginOptions

  @Flag(help: "Refuse a server that does not sign what it offers (XEP-0474).")
  var requireOfferHash = false

  static func main() async { await runCommand(XMPPLogin.self) }

  func run() async throws {
    let password = try password.read(prompt: "Password of \(printable(user.description))")
    let context = try tls.context()
    // An element is read anew each time that something arrives of it: what may come byte by byte has to be short.
    let connection = try await Connection.connect(to: server, inputLimit: 16_384)
    let report = try await LoginReport.of { report in
      let handshake = try await startTLS(connection, context)
      report.secured(handshake)
      try await authenticate(connection, handshake, password, &report)
      return try await bindResource(connection)
    }
    await connection.close()
    report.show(isJSON: login.json)
  }

  /// RFC 6120 section 5.
  private func startTLS(_ connection: Connection, _ context: TLSClientContext) async throws -> TLSHandshake {
    let stream = try await XMPPStream(on: connection, to: user.domain)
    guard stream.features.child("starttls", Namespace.tls) != nil else {
      throw ProtocolError("the server offers no STARTTLS, or somebody took it off the list")
    }
    let answer = try await stream.ask("<starttls xmlns='\(Namespace.tls)'/>")
    guard answer.is("proceed", Namespace.tls) else { throw ProtocolError("\(answer) in answer to STARTTLS") }
    return try await connection.startTLS(context, host: user.domain)
  }

  /// RFC 6120 section 6.
  private func authenticate(
    _ connection: Connection, _ handshake: TLSHandshake, _ password: borrowing SecretBytes, _ report: inout LoginReport
  ) async throws {
    // What was offered before TLS does not count: anybody could have written it.
    let stream = try await XMPPStream(on: connection, to: user.domain)
    let offer = try stream.features.offer
    let choice = try login.negotiation().choose(from: offer, bindings: handshake.bindings)
    report.chose(choice)
    // By the offer, the client checks the server's hash of it (XEP-0474), and by the version the server's word on that
    // (XEP-0515).
    var policy = SCRAMClientPolicy()
    if requireOfferHash { policy.offerCheck = .require }
    let exchange = SCRAMClientExchange(
      try SCRAMClient(
        choice, user: user.name, credential: .password(password.copy()), policy: policy, offer: offer,
        tlsVersion: handshake.version))

    var answer = try await stream.ask(
      "<auth xmlns='\(Namespace.sasl)' mechanism='\(exchange.mechanism)'>\(saslData(exchange.initialResponse))</auth>")
    while answer.is("challenge", Namespace.sasl) {
      let response: [UInt8]
      do {
        response = try await exchange.respond(to: saslData(answer) ?? [])
      } catch {
        try await stream.send("<abort xmlns='\(Namespace.sasl)'/>")
        throw error
      }
      answer = try await stream.ask("<response xmlns='\(Namespace.sasl)'>\(saslData(response))</response>")
    }
    if answer.is("failure", Namespace.sasl) { throw ServerRefusal(answer.condition) }
    guard answer.is("success", Namespace.sasl) else { throw ProtocolError("\(answer) in answer to a login") }
    // A success without the server's own proof is none.
    try exchange.finish(with: saslData(answer))
  }

  /// Takes a place for messages (RFC 6120 section 7), which only somebody who is logged in can: the server says for
  /// whom.
  private func bindResource(_ connection: Connection) async throws -> String {
    let stream = try await XMPPStream(on: connection, to: user.domain)
    let answer = try await stream.ask("<iq type='set' id='bind'><bind xmlns='\(Namespace.bind)'/></iq>")
    guard answer.is("iq", Namespace.client), answer.attributes["type"] == "result",
      let address = answer.child("bind", Namespace.bind)?.child("jid", Namespace.bind)?.text
    else { throw ProtocolError("the server says success, and not who this is") }
    try await stream.send(StreamParser.streamEnd)
    return address
  }
}

/// `user@domain`.
struct Address: ExpressibleByArgument, CustomStringConvertible, Sendable {
  let name: String
  let domain: String

  init?(argument: String) {
    let parts = argument.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains("/") }) else { return nil }
    name = String(parts[0])
    domain = String(parts[1])
  }

  var description: String { "\(name)@\(domain)" }
}
