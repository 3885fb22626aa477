#if NIO
  import NIOCore
  import PassBindAccounts
  import PassBindCrypto
  import PassBindExportedAuthenticators
  import PassBindLineProfile
  import PassBindNIO
  import PassBindOPAQUE
  import PassBindSASL
  import PassBindTLS
  import Testing

  @Suite("OPAQUE-EA over loopback", .timeLimit(.minutes(10)))
  struct OPAQUEEATests {
    static let refused = ProfileError(.refused, "")

    @Test(
      "Accepted, and told of as bound, on both kinds of port", arguments: [LineClient.Security.implicitTLS, .startTLS])
    func accepted(_ security: LineClient.Security) async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil", by: OPAQUEEAMechanism.name)
      try await LoopbackServer.run(accounts.authenticator, security) { server in
        let client = try await server.connect(.tls13)
        #expect(client.authenticators != nil)
        let wanted = try await client.logInByOPAQUE("pencil", by: OPAQUEEAMechanism.name).wanted
        #expect(wanted == nil)
        #expect(try await client.whoAmI() == "alice")
        try await client.logOut()
      }
      let event = try #require(accounts.events(.login).first)
      #expect(event.isAccepted && event.mechanism == OPAQUEEAMechanism.name)
      #expect(event.binding == .exportedAuthenticator)
    }

    @Test("On a resumed session, whose keys are others")
    func resumed() async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil", by: OPAQUEEAMechanism.name)
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let context = try Certificates.clientContext(.tls13)
        let first = try await server.connect(context: context)
        _ = try await first.logInByOPAQUE("pencil", by: OPAQUEEAMechanism.name)
        let session = try await first.session()
        let second = try await server.connect(resuming: session, context: context)
        #expect(second.handshake.isResumed)
        await #expect(throws: OPAQUEError(.notAuthentic, "")) {
          _ = try await second.logIn(second.opaqueEA("pencil", authenticators: first.authenticators))
        }
        _ = try await second.logInByOPAQUE("pencil", by: OPAQUEEAMechanism.name)
        for client in [first, second] { try await client.logOut() }
      }
    }

    @Test("A failed try does not spoil the next one, and no context comes twice")
    func secondTry() async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil", by: OPAQUEEAMechanism.name)
      try await LoopbackServer.run(accounts.authenticator, .startTLS) { server in
        let client = try await server.connect()
        let wrong = Recorder(try client.opaqueEA("pen"))
        await #expect(throws: OPAQUEError(.envelopeRecovery, "")) { try await client.logIn(wrong) }
        let unknown = Recorder(try client.opaqueEA("pencil", user: "nobody"))
        await #expect(throws: OPAQUEError(.envelopeRecovery, "")) { try await client.logIn(unknown) }
        let right = Recorder(try client.opaqueEA("pencil"))
        try await client.logIn(right)
        #expect(try await client.whoAmI() == "alice")
        let contexts = [wrong, unknown, right].flatMap(\.contexts)
        #expect(contexts.count == 6 && Set(contexts).count == 6)
        try await client.logOut()
      }
      #expect(accounts.reasons(.login).map { $0?.description } == ["abandoned", "unknownUser", nil])
    }

    @Test("A message that was said before on the connection is refused")
    func replayed() async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil", by: OPAQUEEAMechanism.name)
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let client = try await server.connect()
        let wrong = Recorder(try client.opaqueEA("pen"))
        await #expect(throws: OPAQUEError.self) { try await client.logIn(wrong) }
        await #expect(throws: Self.refused) { try await client.logIn(Parrot(wrong.initialResponse)) }
        try await client.logIn(client.opaqueEA("pencil"))
        try await client.logOut()
      }
      #expect(accounts.reasons(.login).map { $0?.description } == ["abandoned", "contextReused", nil])
    }

    @Test("With the authenticators of another connection, it ends at the client before any proof")
    func elsewhere() async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil", by: OPAQUEEAMechanism.name)
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let (client, other) = (try await server.connect(), try await server.connect())
        let exchange = Recorder(try client.opaqueEA("pencil", authenticators: other.authenticators))
        await #expect(throws: OPAQUEError(.notAuthentic, "")) { try await client.logIn(exchange) }
        #expect(exchange.responses == 0)
        try await client.logIn(client.opaqueEA("pencil"))
        for client in [client, other] { await client.close() }
      }
      #expect(accounts.reasons(.login) == [.abandoned, nil])
    }

    @Test("Below TLS 1.3 it is not offered, and refused if it is asked for all the same")
    func oldTLS() async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil", by: OPAQUEEAMechanism.name)
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let client = try await server.connect(.tls12)
        #expect(client.authenticators == nil)
        #expect(!client.offer.mechanisms.contains(OPAQUEEAMechanism.name))
        let new = try await server.connect(.tls13)
        let message = try new.opaqueEA("pencil").initialResponse
        await #expect(throws: Self.refused) { try await client.logIn(Parrot(message)) }
        for client in [client, new] { try await client.logOut() }
      }
      #expect(accounts.reasons(.login) == [.mechanismNotOffered])
    }

    @Test("Offered where the server's policy has it", arguments: [true, false], [true, false])
    func offer(isWanted: Bool, isBoundAlone: Bool) async throws {
      let accounts = try await Accounts { policy in
        policy.requiresChannelBinding = isBoundAlone
        if !isWanted { policy.mechanisms = OPAQUEMechanism.preferred }
      }
      try await LoopbackServer.run(accounts.authenticator, .startTLS) { server in
        let client = try await server.connect(.tls13)
        let names = client.offer.mechanisms.map(\.description).filter { $0.hasPrefix("OPAQUE") }
        #expect(
          names == ["OPAQUE-R255-PLUS"] + (isWanted ? ["OPAQUE-EA"] : []) + (isBoundAlone ? [] : ["OPAQUE-R255"]))
        try await client.logOut()
      }
    }
  }

  /// Notes what passes.
  private final class Recorder<Exchange: SASLClientExchange>: SASLClientExchange {
    let exchange: Exchange
    private(set) var challenges: [[UInt8]] = []
    private(set) var responses = 0

    init(_ exchange: Exchange) { self.exchange = exchange }

    var mechanism: MechanismName { exchange.mechanism }
    var initialResponse: [UInt8] { exchange.initialResponse }

    func respond(to challenge: [UInt8]) async throws(Exchange.Failure) -> [UInt8] {
      challenges.append(challenge)
      let response = try await exchange.respond(to: challenge)
      responses += 1
      return response
    }

    func finish(with data: [UInt8]?) throws(Exchange.Failure) { try exchange.finish(with: data) }

    /// The contexts of the requests in OPAQUE-EA's first two messages: the one that the first is, and the one behind
    /// the three messages of the server's authenticator. A context of 32 bytes is behind five others (RFC 8446 section
    /// 4.3.2).
    var contexts: [[UInt8]] {
      var rest = (challenges.first ?? [])[...]
      for _ in 0..<3 { rest = rest.dropFirst(4 + rest.dropFirst().prefix(3).reduce(0) { $0 << 8 | Int($1) }) }
      return [initialResponse[...], rest].map { Array($0.dropFirst(5).prefix(32)) }.filter { $0.count == 32 }
    }
  }

  /// A client that says one thing, as a login by OPAQUE-EA.
  private final class Parrot: SASLClientExchange {
    let mechanism = OPAQUEEAMechanism.name
    let initialResponse: [UInt8]

    init(_ message: [UInt8]) { initialResponse = message }

    func respond(to challenge: [UInt8]) async throws(CancellationError) -> [UInt8] { throw CancellationError() }

    func finish(with data: [UInt8]?) throws(CancellationError) {}
  }
#endif
