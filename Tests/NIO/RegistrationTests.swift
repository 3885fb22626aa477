#if NIO
  import PassBindAccounts
  import PassBindCrypto
  import PassBindExportedAuthenticators
  import PassBindLineProfile
  import PassBindNIO
  import PassBindOPAQUE
  import PassBindSASL
  import PassBindSCRAM
  import PassBindTLS
  import Testing

  @Suite("Accounts over loopback, from TLS down to the store", .timeLimit(.minutes(10)))
  struct RegistrationTests {
    static let opaque = OPAQUEMechanism().name
    static let ea = OPAQUEEAMechanism.name
    static let refused = ProfileError(.refused, "")

    @Test(
      "OPAQUE, bound by every type that a TLS version has, on both kinds of port",
      arguments: [TLSVersion.tls12, .tls13], [LineClient.Security.implicitTLS, .startTLS])
    func logins(_ version: TLSVersion, _ security: LineClient.Security) async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil")
      try await LoopbackServer.run(accounts.authenticator, security) { server in
        let bindings = try await server.connect(version).handshake.bindings.available
        for type in bindings.map(\.type) {
          let client = try await server.connect(version)
          let all = client.handshake.bindings
          let one = ChannelBindings(tlsVersion: all.tlsVersion, available: all.available.filter { $0.type == type })
          _ = try await client.logInByOPAQUE("pencil", bindings: one)
          #expect(try await client.whoAmI() == "alice")
          try await client.logOut()
        }
      }
    }

    @Test("A wrong password fails at the client, and counts at the server; another connection's binding likewise")
    func wrong() async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil")
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let (client, other) = (try await server.connect(), try await server.connect())
        let error = await #expect(throws: OPAQUEError.self) { _ = try await client.logInByOPAQUE("pen") }
        #expect(error?.code == .envelopeRecovery)
        await #expect(throws: OPAQUEError(.serverAuthentication, "")) {
          _ = try await client.logInByOPAQUE("pencil", bindings: other.handshake.bindings)
        }
        _ = try await client.logInByOPAQUE("pencil")
        #expect(accounts.reasons(.login) == [.abandoned, .abandoned, nil])
        for client in [client, other] { await client.close() }
      }
    }

    @Test("From a token to a password to another, with a vault that comes along", arguments: [opaque, ea])
    func wholeLife(_ mechanism: MechanismName) async throws {
      let accounts = try await Accounts()
      let token = try await accounts.administration.invite("alice", for: .seconds(60))
      let tokenText = String(decoding: (0..<token.count).map { token.span[$0] }, as: UTF8.self)
      try await LoopbackServer.run(accounts.authenticator, .startTLS) { server in
        var client = try await server.connect()
        let wanted = try await client.logInByOPAQUE(tokenText, by: mechanism).wanted
        #expect(wanted == mechanism)
        await declined(.notPermitted) { try await client.unregister() }
        await declined(.notPermitted) { try await client.noteNames() }
        #expect(try await client.registrations() == [Self.opaque, Self.ea])
        try await client.register(Accounts.registration(of: "pencil", by: mechanism))
        #expect(try await client.registrations() == [])
        await declined(.notPermitted) { try await client.register(Accounts.registration(of: "again", by: mechanism)) }
        try await client.logOut()

        client = try await server.connect()
        await #expect(throws: OPAQUEError.self) { _ = try await client.logInByOPAQUE(tokenText, by: mechanism) }
        let first = try await client.logInByOPAQUE("pencil", by: mechanism)
        let wantedThen = first.wanted
        #expect(wantedThen == nil)
        // As many notes as there may be, as long as they may be: the lines of the registration hold them.
        let note = (0..<OPAQUEVault.maximumNoteCount).map { UInt8(truncatingIfNeeded: $0) }
        let names = (10..<26).map { String(repeating: "n", count: 62) + "\($0)" }
        for name in names { try await client.setNote(name, to: first.vault.seal(note.span, name: name)) }
        await declined(.overQuota) { try await client.setNote("more", to: [1]) }
        try await client.setNote(names[3], to: [1, 2, 3])
        let exchange = try Accounts.registration(of: "crayon", by: mechanism, resealing: first.vault)
        try await client.register(exchange)
        guard let outcome = exchange.takeOutcome() else { throw CancellationError() }
        let (resealed, kept) = (outcome.resealedNotes, outcome.keptNotes)
        #expect(resealed == 15 && kept == 1)
        try await client.logOut()

        client = try await server.connect()
        await #expect(throws: OPAQUEError.self) { _ = try await client.logInByOPAQUE("pencil", by: mechanism) }
        let second = try await client.logInByOPAQUE("crayon", by: mechanism)
        #expect(try await client.noteNames() == names)
        for name in names {
          let sealed = try #require(try await client.note(name))
          if name == names[3] {
            #expect(sealed == [1, 2, 3])
          } else {
            let opened = try second.vault.open(sealed.span, name: name)
            let isSame = (0..<opened.count).map { opened.span[$0] } == note
            #expect(isSame)
          }
        }
        #expect(try await client.note("nothing") == nil)
        try await client.unregister()
        #expect(try await accounts.store.account(named: AccountName("alice")) == nil)
        client = try await server.connect()
        await #expect(throws: OPAQUEError.self) { _ = try await client.logInByOPAQUE("crayon", by: mechanism) }
        await client.close()
      }
      #expect(accounts.reasons(.registration).map(\.?.description) == [nil, "notPermitted", nil])
    }

    @Test("From either of OPAQUE's mechanisms to the other, with the notes", arguments: [opaque, ea])
    func otherMechanism(_ mechanism: MechanismName) async throws {
      let other = mechanism == Self.ea ? Self.opaque : Self.ea
      let accounts = try await Accounts()
      try await accounts.create("pencil", by: mechanism)
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        var client = try await server.connect()
        let before = try await client.logInByOPAQUE("pencil", by: mechanism)
        let wanted = before.wanted
        #expect(wanted == nil)
        try await client.setNote("code", to: before.vault.seal([7, 3, 9, 1].span, name: "code"))
        try await client.register(Accounts.registration(of: "crayon", by: other, resealing: before.vault))
        try await client.logOut()

        client = try await server.connect()
        await #expect(throws: OPAQUEError.self) { _ = try await client.logInByOPAQUE("crayon", by: mechanism) }
        let after = try await client.logInByOPAQUE("crayon", by: other)
        let sealed = try #require(try await client.note("code"))
        let note = try after.vault.open(sealed.span, name: "code")
        let isSame = (0..<note.count).map { note.span[$0] } == [7, 3, 9, 1]
        #expect(isSame)
        try await client.logOut()
      }
    }

    @Test("A login below TLS 1.3 may register what logs in there alone")
    func oldTLS() async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil")
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let client = try await server.connect(.tls12)
        _ = try await client.logInByOPAQUE("pencil")
        #expect(try await client.registrations() == [Self.opaque])
        await declined(.notPermitted) { try await client.register(Accounts.registration(of: "crayon", by: Self.ea)) }
        try await client.logOut()
      }
    }

    @Test(
      "A bound SCRAM login moves its account to OPAQUE, or to a better hash where there is none",
      arguments: [true, false])
    func migration(hasOPAQUE: Bool) async throws {
      let accounts = try await Accounts(hasOPAQUE: hasOPAQUE)
      try await accounts.create("pencil", .sha256)
      let wanted = hasOPAQUE ? Self.opaque : SCRAMMechanism(.sha512).name
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let client = try await server.connect()
        #expect(try await client.logInBySCRAM("pencil", .sha256) == wanted)
        if hasOPAQUE {
          try await client.register(Accounts.registration(of: "pencil"))
        } else {
          try await client.register(
            SCRAMRegistrationExchange(password: SecretBytes(copying: "pencil".utf8), hash: .sha512))
        }
        try await client.logOut()
        let again = try await server.connect()
        await #expect(throws: Self.refused) { _ = try await again.logInBySCRAM("pencil", .sha256) }
        if hasOPAQUE {
          let wanted = try await again.logInByOPAQUE("pencil").wanted
          #expect(wanted == nil)
        } else {
          #expect(try await again.logInBySCRAM("pencil") == nil)
        }
        try await again.logOut()
      }
    }

    @Test("A login that is not bound may change nothing")
    func unbound() async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil", .sha512)
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let client = try await server.connect()
        #expect(try await client.logInBySCRAM("pencil", isBound: false) == nil)
        #expect(try await client.registrations() == [])
        await declined(.notPermitted) { try await client.register(Accounts.registration(of: "pencil")) }
        await declined(.notPermitted) { try await client.unregister() }
        await declined(.notPermitted) { try await client.noteNames() }
        try await client.logOut()
      }
      for action in [AuditEvent.Action.registration, .deletion] {
        let events = accounts.events(action)
        #expect(events.map(\.reason?.description) == ["notPermitted"])
        #expect(events.map(\.user) == ["alice"])
      }
    }

    @Test("A registration that is left in the middle has changed nothing", arguments: [false, true])
    func interrupted(isGone: Bool) async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil")
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let client = try await server.connect()
        _ = try await client.logInByOPAQUE("pencil")
        let exchange = Leaver(try Accounts.registration(of: "other")) { if isGone { await client.close() } }
        await #expect(throws: CancellationError.self) { try await client.register(exchange) }
        while accounts.reasons(.registration).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        #expect(accounts.reasons(.registration) == [.abandoned])
        let next = isGone ? try await server.connect() : client
        if isGone { _ = try await next.logInByOPAQUE("pencil") }
        try await next.register(Accounts.registration(of: "third"))
        try await next.logOut()
      }
    }

    @Test("Notes that are changed too often stay as they are, and the connection goes on")
    func changedTooOften() async throws {
      let accounts = try await Accounts { $0.noteChangesPerMinute = 1 }
      try await accounts.create("pencil")
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let client = try await server.connect()
        _ = try await client.logInByOPAQUE("pencil")
        try await client.setNote("code", to: [1])
        await declined(.limit) { try await client.setNote("code", to: [2]) }
        await declined(.limit) { try await client.setNote("code", to: nil) }
        #expect(try await client.note("code") == [1])
        try await client.logOut()
      }
    }

    @Test("Of two registrations at once, one is declined, and the other's password holds")
    func twoAtOnce() async throws {
      let accounts = try await Accounts()
      try await accounts.create("pencil")
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let (slow, quick) = (try await server.connect(), try await server.connect())
        for client in [slow, quick] { _ = try await client.logInByOPAQUE("pencil") }
        let exchange = Leaver(try Accounts.registration(of: "slow"), leaves: false) {
          try? await quick.register(Accounts.registration(of: "quick"))
        }
        await declined(.inUse) { try await slow.register(exchange) }
        let client = try await server.connect()
        await #expect(throws: OPAQUEError.self) { _ = try await client.logInByOPAQUE("slow") }
        _ = try await client.logInByOPAQUE("quick")
        for client in [slow, quick, client] { await client.close() }
      }
    }

    private func declined<R>(
      _ code: ServiceRefusal.Code, _ ask: () async throws -> R, _ location: SourceLocation = #_sourceLocation
    ) async {
      let refusal = await #expect(throws: ServiceRefusal.self, sourceLocation: location) { _ = try await ask() }
      #expect(refusal?.code == code, sourceLocation: location)
    }
  }

  /// Does something when the server's first challenge is there, and leaves or goes on.
  private final class Leaver: SASLClientExchange {
    let mechanism: MechanismName
    let initialResponse: [UInt8]
    private let exchange: OPAQUERegistrationExchange
    private let leaves: Bool
    private let first: () async -> Void

    init(_ exchange: OPAQUERegistrationExchange, leaves: Bool = true, first: @escaping () async -> Void) {
      (mechanism, initialResponse) = (exchange.mechanism, exchange.initialResponse)
      (self.exchange, self.leaves, self.first) = (exchange, leaves, first)
    }

    func respond(to challenge: [UInt8]) async throws -> [UInt8] {
      await first()
      if leaves { throw CancellationError() }
      return try await exchange.respond(to: challenge)
    }

    func finish(with data: [UInt8]?) throws { try exchange.finish(with: data) }
  }
#endif
