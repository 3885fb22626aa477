import PassBindAccounts
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import PassBindSCRAM
import Testing

/// OPAQUE's mechanisms beside each other in one server.
@Suite("OPAQUE's mechanisms, side by side", .timeLimit(.minutes(60)))
struct OPAQUEMechanismTests {
  private static func pencil() -> SecretBytes { SecretBytes(copying: "pencil".utf8) }

  @Test("Both are on by default, OPAQUE-R255 first")
  func defaults() throws {
    let names = ["OPAQUE-R255", "OPAQUE-EA", "SCRAM-SHA-512", "SCRAM-SHA-256"]
    #expect(ServerPolicy().mechanisms.map(\.description) == names)
    #expect(ServerPolicy().registrations.map(\.description) == Array(names.prefix(3)))
    #expect(AccountAdministration(InMemoryCredentialStore()).opaqueMechanisms.map(\.description) == ["OPAQUE-R255"])
  }

  @Test("OPAQUE-EA is offered on a connection with authenticators, and refused on any other")
  func withoutAuthenticators() async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), .ea)
    try await service.administration.create("alice", password: Self.pencil())
    let connection = try Connection(for: .ea)
    let client = try service.client("alice", "pencil", on: connection)
    let offers = [nil, connection.server].map { service.authenticator.offer(on: Service.bound, authenticators: $0) }
    #expect(offers.map { $0.mechanisms.contains(OPAQUEEAMechanism.name) } == [false, true])
    // Whatever the caller brings together.
    let older = ChannelBindings(tlsVersion: .tls12, available: Service.bound.available)
    let none = service.authenticator.offer(on: older, authenticators: connection.server)
    #expect(!none.mechanisms.contains(OPAQUEEAMechanism.name))
    _ = service.store.takeCalls()
    // Neither what was not offered, nor, with an offer from elsewhere, what can't be run.
    for (offer, bindings, authenticators) in [
      (offers[0], Service.bound, connection.server), (offers[1], Service.bound, nil),
      (offers[1], older, connection.server),
    ] {
      let exchange = service.authenticator.exchange(
        OPAQUEEAMechanism.name, on: bindings, authenticators: authenticators, offer: offer, from: "192.0.2.7")
      guard case .refused = await exchange.step(client.firstMessage) else {
        Issue.record("begun without authenticators")
        return
      }
      #expect(service.takeEvents().map(\.reason) == [.mechanismNotOffered])
    }
    #expect(service.store.takeCalls().isEmpty)
  }

  @Test("Where binding is required, a client that does not bind is refused, and the log says who it was")
  func required() async throws {
    let service = try await OPAQUEService { $0.requiresChannelBinding = true }
    // What an interceptor shows that has taken -PLUS off the offer.
    let plain = try #require(MechanismName("OPAQUE-R255"))
    let client = try OPAQUESASLClient(
      user: "alice", password: SecretBytes(copying: "pencil".utf8),
      offer: SASLOffer(mechanisms: [plain], bindingTypes: nil), bindings: Service.bound,
      negotiation: ClientNegotiationPolicy(mechanisms: OPAQUEMechanism.preferred, channelBinding: .prefer),
      policy: OPAQUEService.clientPolicy)
    #expect(client.mechanism.name == plain)
    _ = service.store.takeCalls()
    let exchange = service.exchange(plain, on: try Connection(for: .r255))
    guard case .refused = await exchange.step(client.firstMessage) else {
      Issue.record("begun without a binding")
      return
    }
    let events = service.takeEvents()
    #expect(events.map(\.reason) == [.channelBindingRequired])
    #expect(events.map(\.user) == ["alice"])
    #expect(service.store.takeCalls().isEmpty)
  }

  @Test("An account with records for both logs in by either", arguments: StoreKind.allCases)
  func both(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await OPAQUEService(store)
      var administration = service.administration
      administration.opaqueMechanisms = OPAQUEKind.allCases.map(\.name)
      try await administration.create("alice", password: Self.pencil())
      for mechanism in OPAQUEKind.allCases {
        let login = try await service.logIn("alice", "pencil", by: mechanism)
        #expect(login.session?.wanted == nil)
        #expect(login.session?.registrations == OPAQUEKind.allCases.map(\.name))
        #expect(try await service.logIn("alice", "wrong", by: mechanism).clientError?.code == .envelopeRecovery)
      }
      // Whatever is registered is all that there is then.
      for mechanism in OPAQUEKind.allCases {
        try await administration.changePassword(of: "alice", to: Self.pencil())
        let session = try #require(await service.logIn("alice", "pencil", by: mechanism.other).session)
        #expect(try await service.register(session, "new", by: mechanism) == nil)
        #expect(try await service.logIn("alice", "new", by: mechanism).identity != nil)
        for password in ["new", "pencil"] {
          #expect(try await service.logIn("alice", password, by: mechanism.other).identity == nil)
        }
      }
    }
  }

  @Test("From either to the other, and back", arguments: Setting.allCases)
  func moving(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      let name = try #require(NoteName("note"))
      var login = try await service.logIn("alice", "pencil")
      let note: [UInt8] = [1, 2, 3]
      try await login.session?.setNote(name, to: login.vault().seal(note.span, name: "note"))
      for mechanism in [setting.mechanism.other, setting.mechanism] {
        let session = try #require(login.session)
        // Nobody is asked to.
        #expect(session.wanted == nil)
        let client = try service.registration(of: "pencil", by: mechanism, resealing: login.vault())
        #expect(try await service.register(session, client) == nil)
        #expect(try await service.logIn("alice", "pencil", by: mechanism.other).identity == nil)
        login = try await service.logIn("alice", "pencil", by: mechanism)
        let sealed = try #require(try await login.session?.note(name))
        let opened = try login.vault().open(sealed.span, name: "note")
        #expect(text(opened) == String(decoding: note, as: UTF8.self))
      }
    }
  }

  @Test("An account with records for both keeps no notes: a registration of the one would lose the other's")
  func notes() async throws {
    let service = try await OPAQUEService()
    var administration = service.administration
    administration.opaqueMechanisms = OPAQUEKind.allCases.map(\.name)
    try await administration.create("alice", password: Self.pencil())
    let name = try #require(NoteName("note"))
    for mechanism in OPAQUEKind.allCases {
      let session = try #require(await service.logIn("alice", "pencil", by: mechanism).session)
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.setNote(name, to: [1]) }
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.noteNames() }
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.note(name) }
    }
    let session = try #require(await service.logIn("alice", "pencil", by: .ea).session)
    #expect(try await service.register(session, "pencil", by: .ea) == nil)
    let after = try #require(await service.logIn("alice", "pencil", by: .ea).session)
    try await after.setNote(name, to: [1])
    #expect(try await after.note(name) == [1])
  }

  @Test(
    "A token asks for the best there is where its own mechanism may not be registered", arguments: OPAQUEKind.allCases)
  func tokenElsewhere(mechanism: OPAQUEKind) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism) {
      $0.registrations = [mechanism.other.name]
    }
    let token = text(try await service.administration.invite("alice", for: .seconds(3600)))
    let session = try #require(await service.logIn("alice", token).session)
    #expect(session.wanted == mechanism.other.name)
    #expect(try await service.register(session, "pencil", by: mechanism.other) == nil)
    // A password's login is asked for nothing: it would be to move.
    let other = try await OPAQUEService(InMemoryCredentialStore(), mechanism) {
      $0.registrations = [mechanism.other.name]
    }
    try await other.administration.create("alice", password: Self.pencil())
    let login = try await other.logIn("alice", "pencil")
    #expect(login.session?.registrations == [mechanism.other.name])
    #expect(login.session?.wanted == nil)
  }

  @Test(
    "Registrations that are begun show the OPRF's answers, so a session has few of them", arguments: OPAQUEKind.allCases
  )
  func manyRegistrations(mechanism: OPAQUEKind) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism)
    try await service.administration.create("alice", password: Self.pencil())
    let session = try #require(await service.logIn("alice", "pencil").session)
    for count in 1...AccountSession.maximumRegistrations + 2 {
      let client = try service.registration(of: "guess\(count)")
      let error = try await service.register(session, client, upTo: 1)
      #expect(error?.code == (count <= AccountSession.maximumRegistrations ? .abandoned : .notPermitted))
    }
    let again = try #require(await service.logIn("alice", "pencil").session)
    #expect(try await service.register(again, "new") == nil)
  }

  @Test("A token logs in by either, and is spent by either", arguments: Setting.allCases)
  func token(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      let token = text(try await service.administration.invite("alice", for: .seconds(3600)))
      let other = try #require(await service.logIn("alice", token, by: setting.mechanism.other).session)
      let session = try #require(await service.logIn("alice", token).session)
      #expect([other.wanted, session.wanted] == [setting.mechanism.other.name, setting.mechanism.name])
      #expect(try await service.register(session, "pencil") == nil)
      for mechanism in OPAQUEKind.allCases {
        #expect(try await service.logIn("alice", token, by: mechanism).identity == nil)
      }
      #expect(
        try await service.register(other, "other", by: setting.mechanism.other) == AccountError(.notPermitted, ""))
    }
  }

  @Test("What needs TLS 1.3 is registered over TLS 1.3 alone, so that who registers it can log in again")
  func olderTLS() async throws {
    let service = try await OPAQUEService { $0.registrations = [OPAQUEEAMechanism.name, SCRAMMechanism(.sha512).name] }
    try await service.scram(.sha256).create("alice", password: Self.pencil())
    let account = try #require(await service.store.account(named: AccountName("alice")))
    let proved = try #require(account.credentials.values.first)
    for version in [ChannelBindings.TLSVersion.tls12, .tls13] {
      let session = service.authenticator.session(
        of: AuthenticatedIdentity(
          account: account.name, authorizationIdentity: account.name, mechanism: SCRAMMechanism(.sha256).name,
          binding: .channel(.tlsUnique), tlsVersion: version, isResumed: false, proved: proved,
          suites: [proved.key.suite]), from: "192.0.2.7")
      let best = version == .tls13 ? OPAQUEEAMechanism.name : SCRAMMechanism(.sha512).name
      #expect(session.wanted == best)
      let registration = try service.registration(of: "new", by: .ea)
      let error = try await service.register(session, registration, upTo: 1)
      #expect(error?.code == (version == .tls13 ? .abandoned : .notPermitted))
    }
  }

  @Test("An administration makes records for mechanisms of OPAQUE and nothing else")
  func administration() async throws {
    let service = try await OPAQUEService()
    var administration = service.administration
    administration.opaqueMechanisms = [SCRAMMechanism(.sha256).name]
    await #expect(throws: AccountError(.invalidCredential, "")) {
      try await administration.create("alice", password: Self.pencil())
    }
    administration.opaqueMechanisms = [OPAQUEEAMechanism.name, OPAQUEEAMechanism.name]
    let account = try await administration.create("alice", password: Self.pencil())
    #expect(account.credentials.keys.map(\.suite) == [.opaqueEA])
    let credential = try #require(account.credentials.values.first)
    #expect(try credential.opaqueCredential() == nil)
    let record = try #require(try credential.opaqueEACredential())
    #expect(try Credential(record) == credential)
    // The bytes of the one are not the other's under its name.
    let renamed = try #require(Credential.Key(.opaque).flatMap { Credential($0, bytes: credential.bytes) })
    #expect(throws: AccountError(.corrupt, "")) { _ = try renamed.opaqueCredential() }
  }

  @Test("A proof is taken once, on its connection, for its challenge")
  func proofs() async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), .ea)
    try await service.administration.create("alice", password: Self.pencil())
    let connection = try Connection(for: .ea)
    let client = try service.client("alice", "pencil", on: connection)
    let first = client.firstMessage
    guard case .challenge(let next, let bytes) = await service.exchange(client.mechanism, on: connection).step(first)
    else {
      Issue.record("no challenge")
      return
    }
    let proof = try await client.respond(to: bytes).finalMessage
    guard case .accepted = await next.step(proof) else {
      Issue.record("not accepted")
      return
    }
    _ = service.takeEvents()
    // Neither the request nor the proof begins another login.
    for message in [first, proof] {
      guard case .refused = await service.exchange(OPAQUEEAMechanism.name, on: connection).step(message) else {
        Issue.record("a message was taken twice")
        return
      }
    }
    #expect(service.takeEvents().map(\.reason?.description) == ["contextReused", "malformedMessage"])
    // Nor does the proof end one, on its connection or another.
    for other in [connection, try Connection(for: .ea)] {
      let second = try service.client("alice", "pencil", on: other)
      guard
        case .challenge(let next, _) = await service.exchange(OPAQUEEAMechanism.name, on: other).step(
          second.firstMessage),
        case .refused = await next.step(proof)
      else {
        Issue.record("a proof was taken twice")
        return
      }
      #expect(service.takeEvents().map(\.reason?.description) == ["wrongContext"])
    }
    // All this has used up no contexts of the connection that matter.
    #expect(try await service.logIn("alice", "pencil", on: connection).identity != nil)
  }

  @Test("A message that is none is refused before anything is looked up, and is no failure")
  func malformed() async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), .ea)
    try await service.administration.create("alice", password: Self.pencil())
    let connection = try Connection(for: .ea)
    let client = try service.client("alice", "pencil", on: connection)
    var noElement = client.firstMessage
    // blinded_message of alice's: behind the context, signature_algorithms, and four lengths (OPAQUE-EA.md,
    // "Extensions").
    noElement.replaceSubrange(60..<92, with: [UInt8](repeating: 0xff, count: 32))
    _ = service.store.takeCalls()
    for (message, reason) in [([], "malformedMessage"), (noElement, "invalidElement")] {
      guard case .refused = await service.exchange(OPAQUEEAMechanism.name, on: connection).step(message) else {
        Issue.record("taken")
        return
      }
      #expect(service.takeEvents().map(\.reason?.description) == [reason])
    }
    #expect(service.store.takeCalls().isEmpty)
  }

  @Test(
    "A name is answered under one OPRF key before it has an account, with a token, and once it has registered",
    arguments: OPAQUEKind.allCases)
  func decoys(mechanism: OPAQUEKind) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism)
    // One message of a client, which many connections see.
    let client = try service.client("alice", "pencil", on: Connection(for: mechanism))
    func answer() async throws -> ArraySlice<UInt8> {
      let connection = try Connection(for: mechanism)
      let step = await service.exchange(client.mechanism, on: connection).step(client.firstMessage)
      guard case .challenge(_, let bytes) = step else { throw AccountError(.notFound, "no challenge") }
      // evaluated_message: the first 32 bytes of KE2, and of credential_response.
      return mechanism == .r255 ? try Base64.decode(bytes[2..<430].span)[..<32] : bytes[95..<127]
    }
    let before = try await answer()
    #expect(try await answer() == before)
    let token = text(try await service.administration.invite("alice", for: .seconds(3600)))
    #expect(try await answer() == before)
    let session = try #require(await service.logIn("alice", token).session)
    #expect(try await service.register(session, "pencil") == nil)
    #expect(try await answer() == before)
    try await service.administration.change("alice") { $0.isDisabled = true }
    #expect(try await answer() == before)
  }

  @Test("Records of one account under two keys go their own ways", arguments: Setting.allCases)
  func rotation(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      var administration = service.administration
      try await administration.create("alice", password: Self.pencil())
      let old = service.keyring.keys.current.keyID
      let first = try #require(await store.account(named: AccountName("alice"))).credentials
      try await service.keyring.rotate()
      let new = service.keyring.keys.current.keyID
      administration.opaqueMechanisms = [setting.mechanism.other.name]
      try await administration.create("bob", password: Self.pencil())
      try await administration.changePassword(of: "alice", to: Self.pencil())
      try await administration.change("alice") { account throws(AccountError) in
        for credential in first.values { try account.set(credential) }
      }
      #expect(try await store.account(named: AccountName("alice"))?.opaqueKeyIDs == [old, new])
      #expect(try await OPAQUEKeyring.usage(in: store) == [old: 1, new: 2])
      // Each login sees the keys of its own record.
      #expect(try await service.logIn("alice", "pencil").session?.wanted == setting.mechanism.name)
      #expect(try await service.logIn("alice", "pencil", by: setting.mechanism.other).session?.wanted == nil)

      await #expect(throws: AccountError(.notPermitted, "")) { try await service.keyring.retire() }
      try await service.keyring.retire(isForced: true)
      #expect(try await OPAQUEKeyring.usage(in: store) == [new: 2])
      #expect(try await service.logIn("alice", "pencil").identity == nil)
      #expect(try await service.logIn("alice", "pencil", by: setting.mechanism.other).identity != nil)
    }
  }
}
