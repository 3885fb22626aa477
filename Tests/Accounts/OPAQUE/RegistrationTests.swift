import PassBindAccounts
import PassBindCrypto
import PassBindOPAQUE
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Registrations", .timeLimit(.minutes(60)))
struct RegistrationTests {
  private static func pencil() -> SecretBytes { SecretBytes(copying: "pencil".utf8) }

  @Test("A token lets its owner choose a password, once", arguments: Setting.allCases)
  func enrolment(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      let invitation = try await service.administration.invite("alice", for: .seconds(3600))
      let token = text(invitation)
      #expect(token.utf8.count == 32)
      #expect(
        token.utf8.allSatisfy { ("a"..."z").contains(Unicode.Scalar($0)) || ("2"..."7").contains(Unicode.Scalar($0)) })
      // What is kept is not the token.
      let stored = try #require(await service.store.account(named: AccountName("alice")))
      for credential in stored.credentials.values { #expect(credential.bytes.firstRange(of: token.utf8) == nil) }

      let login = try await service.logIn("alice", token)
      #expect(login.identity?.isEnrolment == true)
      let session = try #require(login.session)
      #expect(session.registrations == OPAQUEKind.allCases.map(\.name))
      #expect(session.wanted == service.mechanism.name)
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.deleteAccount() }
      await #expect(throws: AccountError(.notPermitted, "")) { try await session.noteNames() }
      #expect(try await service.register(session, "pencil") == nil)

      let again = try await service.logIn("alice", token)
      #expect(again.identity == nil)
      let chosen = try await service.logIn("alice", "pencil")
      #expect(chosen.identity?.isEnrolment == false)
      #expect(chosen.session?.wanted == nil)
      // The session of the token is worth nothing any more.
      #expect(try await service.register(session, "other") == AccountError(.notPermitted, ""))
    }
  }

  @Test("Two who log in with one token: the second to register is declined", arguments: Setting.allCases)
  func oneToken(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      let token = text(try await service.administration.invite("alice", for: .seconds(3600)))
      let first = try #require(await service.logIn("alice", token).session)
      let second = try #require(await service.logIn("alice", token).session)
      // Both have their answers before either sends its record.
      let slow = try service.registration(of: "slow")
      guard case .challenge(let next, let bytes) = await second.register(slow.mechanism).step(slow.initialResponse)
      else {
        Issue.record("declined")
        return
      }
      #expect(try await service.register(first, "quick") == nil)
      guard case .declined(let error) = await next.step(try await slow.respond(to: bytes)) else {
        Issue.record("one token made two passwords")
        return
      }
      #expect(error.code == .conflict)
      #expect(try await service.logIn("alice", "quick").identity != nil)
      #expect(try await service.logIn("alice", "slow").identity == nil)
    }
  }

  @Test(
    "A token is good until it expires, for its login and for the registration behind it",
    arguments: OPAQUEKind.allCases, [false, true])
  func expiry(mechanism: OPAQUEKind, isLate: Bool) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism)
    let end = service.time.now + .seconds(60)
    let token = text(try await service.administration.invite("alice", for: .seconds(60)))
    service.time.pass(end - service.time.now - .seconds(1))
    let session = try #require(await service.logIn("alice", token).session)
    let last = isLate ? end : end + .microseconds(-1)
    let client = try service.registration(of: "pencil")
    guard case .challenge(let next, let bytes) = await session.register(client.mechanism).step(client.initialResponse)
    else {
      Issue.record("declined")
      return
    }
    service.time.pass(last - service.time.now)
    let account = try await service.store.account(named: AccountName("alice"))
    _ = service.takeEvents()
    switch await next.step(try await client.respond(to: bytes)) {
    case .challenge: Issue.record("one challenge too many")
    case .registered: #expect(!isLate)
    case .declined(let error):
      #expect(isLate && error.code == .expired && error.reason == "the one-time token has expired")
      #expect(service.takeEvents().map(\.reason?.description) == ["expired"])
      #expect(try await service.store.account(named: AccountName("alice")) == account)
    }
    let changed = try await service.store.account(named: AccountName("alice"))?.changed
    #expect(changed == (isLate ? account?.changed : last))
  }

  @Test("At the time that a token expires, it logs in no more", arguments: OPAQUEKind.allCases, [-1, 0])
  func lastLogin(mechanism: OPAQUEKind, microseconds: Int) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism)
    let end = service.time.now + .seconds(60)
    let token = text(try await service.administration.invite("alice", for: .seconds(60)))
    service.time.pass(end - service.time.now + .microseconds(microseconds))
    #expect((try await service.logIn("alice", token).identity != nil) == (microseconds < 0))
  }

  @Test(
    "A token that was made under keys which are not the current ones any more is not given out",
    arguments: Setting.allCases, [false, true])
  func invitedMeanwhile(setting: Setting, replacing: Bool) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      if replacing { try await service.administration.create("alice", password: Self.pencil()) }
      let before = try await service.store.account(named: AccountName("alice"))
      let elsewhere = try await OPAQUEKeyring.open(store, with: OPAQUEService.sealingKey())
      // The keys have been read then.
      service.store.after("serverRecord") { try await elsewhere.rotate() }
      await #expect(throws: AccountError(.conflict, "")) {
        _ = try await service.administration.invite("alice", for: .seconds(60), replacing: replacing)
      }
      #expect(try await service.store.account(named: AccountName("alice")) == before)
    }
  }

  @Test("A policy that does not accept tokens takes them for unknown users'", arguments: OPAQUEKind.allCases)
  func tokensOff(mechanism: OPAQUEKind) async throws {
    let service = try await OPAQUEService(InMemoryCredentialStore(), mechanism) { $0.acceptsEnrolment = false }
    let token = text(try await service.administration.invite("alice", for: .seconds(3600)))
    #expect(try await service.logIn("alice", token).identity == nil)
  }

  @Test("An invitation takes the place of a password only if it is told to", arguments: Setting.allCases)
  func invitation(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      await #expect(throws: AccountError(.alreadyExists, "")) {
        _ = try await service.administration.invite("alice", for: .seconds(60))
      }
      #expect(try await service.logIn("alice", "pencil").identity != nil)
      let token = text(try await service.administration.invite("alice", for: .seconds(60), replacing: true))
      #expect(try await service.logIn("alice", "pencil").identity == nil)
      #expect(try await service.logIn("alice", token).identity != nil)
    }
  }

  @Test("A bound SCRAM login moves its account to OPAQUE, and SCRAM knows it no more", arguments: Setting.allCases)
  func migration(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let registrations = [setting.mechanism.name, SCRAMMechanism(.sha512).name]
      let service = try await OPAQUEService(store, setting.mechanism) { $0.registrations = registrations }
      try await service.scram(.sha512, .sha256).create("alice", password: Self.pencil())
      let session = try #require(await service.logInBySCRAM("pencil"))
      #expect(session.wanted == service.mechanism.name)
      _ = service.takeEvents()
      #expect(try await service.register(session, "pencil") == nil)
      let event = service.takeEvents().last
      #expect(event?.action == .registration)
      #expect(event?.isAccepted == true)
      #expect(event?.user == "alice")
      #expect(try await service.logInBySCRAM("pencil") == nil)
      #expect(try await service.logInBySCRAM("pencil", .sha256) == nil)
      let login = try await service.logIn("alice", "pencil")
      #expect(login.identity != nil)
      #expect(login.session?.wanted == nil)
      #expect(login.session?.registrations == [service.mechanism.name])
      #expect(login.identity?.binding == (setting.mechanism == .r255 ? .channel(.tlsExporter) : .exportedAuthenticator))
    }
  }

  @Test(
    "A bound SHA-256 login moves its account to SHA-512 where that is the best there is", arguments: StoreKind.allCases)
  func upgrade(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await OPAQUEService(store) { $0.registrations = [SCRAMMechanism(.sha512).name] }
      try await service.scram(.sha256).create("alice", password: Self.pencil())
      let session = try #require(await service.logInBySCRAM("pencil", .sha256))
      #expect(session.wanted == SCRAMMechanism(.sha512).name)
      let client = try SCRAMRegistrationExchange(
        password: Self.pencil(), hash: .sha512, policy: OPAQUEService.scramPolicy)
      #expect(try await service.register(session, client) == nil)
      #expect(try await service.logInBySCRAM("pencil", .sha256) == nil)
      let better = try #require(await service.logInBySCRAM("pencil", .sha512))
      #expect(better.wanted == nil)
    }
  }

  @Test(
    "Nothing is asked of an account that has the best there is, whatever it logged in by", arguments: StoreKind.allCases
  )
  func content(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await OPAQUEService(store) { $0.registrations = [SCRAMMechanism(.sha512).name] }
      try await service.scram(.sha512, .sha256).create("alice", password: Self.pencil())
      let session = try #require(await service.logInBySCRAM("pencil", .sha256))
      #expect(session.wanted == nil)
      #expect(session.registrations == [SCRAMMechanism(.sha512).name])
    }
  }

  @Test("Nothing is asked where the policy asks for nothing")
  func quiet() async throws {
    let service = try await OPAQUEService { $0.asksForRegistration = false }
    try await service.scram(.sha256).create("alice", password: Self.pencil())
    let session = try #require(await service.logInBySCRAM("pencil", .sha256))
    #expect(session.wanted == nil)
    #expect(session.registrations == OPAQUEKind.allCases.map(\.name) + [SCRAMMechanism(.sha512).name])
  }

  @Test("API keys stay when a password goes", arguments: StoreKind.allCases)
  func apiKeys(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await OPAQUEService(store)
      try await service.scram(.sha512).create("alice", password: Self.pencil())
      try await service.administration.setAPIKey(7, to: SecretBytes(copying: "key".utf8), of: "alice")
      let session = try #require(await service.logInBySCRAM("pencil"))
      #expect(try await service.register(session, "pencil") == nil)
      let account = try #require(await service.store.account(named: AccountName("alice")))
      #expect(account.credentials.count == 2)
      #expect(account.credentials.keys.contains { $0.apiKeyID == 7 })
    }
  }

  /// Logins after which nothing may be registered.
  enum Forbidden: String, CaseIterable, CustomTestStringConvertible {
    case unbound, otherIdentity, tooLate, clockSetBack, passwordChanged, disabled, deleted, downgrade, notOffered
    case unknownMechanism
    var testDescription: String { rawValue }
  }

  /// A login by OPAQUE-EA is never unbound.
  private static let forbiddenLogins: [(Setting, Forbidden)] = Setting.allCases.flatMap { setting in
    Forbidden.allCases.filter { setting.mechanism == .r255 || $0 != .unbound }.map { (setting, $0) }
  }

  @Test("Nothing may be registered", arguments: forbiddenLogins)
  func forbidden(setting: Setting, variant: Forbidden) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism) {
        if variant == .notOffered { $0.registrations = [] }
      }
      try await service.administration.create("alice", password: Self.pencil())
      let root = try AccountName("root")
      try await service.administration.change("alice") { account throws(AccountError) in try account.allow(root) }
      let login = try await service.logIn(
        "alice", "pencil", isBound: variant != .unbound, actingAs: variant == .otherIdentity ? "root" : nil)
      let session = try #require(login.session)
      var expected = AccountError(.notPermitted, "")
      switch variant {
      case .unbound, .otherIdentity, .notOffered: #expect(session.registrations == [])
      case .tooLate, .clockSetBack:
        service.time.pass(.seconds(variant == .tooLate ? 301 : -301))
        expected = AccountError(.expired, "")
      case .passwordChanged: try await service.administration.changePassword(of: "alice", to: Self.pencil())
      case .disabled: try await service.administration.change("alice") { $0.isDisabled = true }
      case .deleted:
        try await service.administration.delete("alice")
        expected = AccountError(.notFound, "")
      case .downgrade, .unknownMechanism: break
      }
      let before = try await service.store.account(named: AccountName("alice"))
      switch variant {
      case .downgrade:
        let client = try SCRAMRegistrationExchange(
          password: Self.pencil(), hash: .sha512, policy: OPAQUEService.scramPolicy)
        #expect(try await service.register(session, client) == expected)
      case .unknownMechanism:
        let name = try #require(MechanismName("PLAIN"))
        guard case .declined(let error) = await session.register(name).step([]) else {
          Issue.record("not declined")
          return
        }
        #expect(error == expected)
      default: #expect(try await service.register(session, "other") == expected)
      }
      #expect(try await service.store.account(named: AccountName("alice")) == before)
      #expect(service.takeEvents().last?.reason?.description == expected.code.description)
      if [.unbound, .otherIdentity].contains(variant) {
        await #expect(throws: AccountError(.notPermitted, "")) { try await session.deleteAccount() }
      }
    }
  }

  @Test("An interrupted registration leaves the old credential working", arguments: Setting.allCases, [1, 2])
  func interrupted(setting: Setting, messages: Int) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      let name = try #require(NoteName("note"))
      let login = try await service.logIn("alice", "pencil")
      let session = try #require(login.session)
      let text: [UInt8] = [1, 2, 3]
      let sealed = try login.vault().seal(text.span, name: "note")
      try await session.setNote(name, to: sealed)
      let client = try service.registration(of: "other", resealing: login.vault())
      #expect(try await service.register(session, client, upTo: messages)?.code == .abandoned)
      #expect(service.takeEvents().last?.reason?.description == "abandoned")
      #expect(try await service.logIn("alice", "other").identity == nil)
      #expect(try await service.logIn("alice", "pencil").session?.note(name) == sealed)
    }
  }

  @Test("Nonsense is declined, at every step, and changes nothing", arguments: Setting.allCases)
  func malformed(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      let session = try #require(await service.logIn("alice", "pencil").session)
      let before = try await service.store.account(named: AccountName("alice"))
      let name = service.mechanism.name
      let identity = Array("k=".utf8) + Base64.encode([UInt8](repeating: 0, count: 32))
      for message in [[], Array("k=".utf8), Array("nonsense".utf8), identity] {
        guard case .declined(let error) = await session.register(name).step(message) else {
          Issue.record("\(message) was taken")
          return
        }
        #expect(error.code == .malformedMessage)
      }
      // A client's key of Ed25519 is not looked at.
      let noKey = Array("k=".utf8) + Base64.encode([UInt8](repeating: 0, count: 192))
      for message in [[], Array("k=AAAA".utf8)] + (service.mechanism == .r255 ? [noKey] : []) {
        let client = try service.registration(of: "pencil")
        guard case .challenge(let next, _) = await session.register(name).step(client.initialResponse),
          case .declined(let error) = await next.step(message)
        else {
          Issue.record("\(message) was taken")
          return
        }
        #expect(error.code == .malformedMessage)
      }
      #expect(try await service.store.account(named: AccountName("alice")) == before)
    }
  }

  @Test(
    "A registration that began before the account was deleted does not reach another of that name",
    arguments: Setting.allCases)
  func anotherAccount(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      let session = try #require(await service.logIn("alice", "pencil").session)
      let client = try service.registration(of: "mine")
      guard case .challenge(let next, let bytes) = await session.register(client.mechanism).step(client.initialResponse)
      else {
        Issue.record("declined")
        return
      }
      try await service.administration.delete("alice")
      let token = text(try await service.administration.invite("alice", for: .seconds(60)))
      guard case .declined(let error) = await next.step(try await client.respond(to: bytes)) else {
        Issue.record("an account was taken over by the one before")
        return
      }
      #expect(error.code == .conflict)
      #expect(try await service.logIn("alice", token).identity != nil)
    }
  }

  @Test(
    "An account is asked anew where its key stretching or its iterations fall behind", arguments: OPAQUEKind.allCases)
  func outdated(mechanism: OPAQUEKind) async throws {
    let store = InMemoryCredentialStore()
    let before = try await OPAQUEService(store, mechanism)
    try await before.administration.create("alice", password: Self.pencil())
    try await before.scram(.sha512).create("bob", password: Self.pencil())
    let stretching = try KeyStretchingParameters.scrypt(n: 4, r: 1, p: 1)
    let service = try await OPAQUEService(store, mechanism, keyring: before.keyring) {
      $0.stretching = stretching
      $0.iterations[.sha512] = OPAQUEService.iterations + 1
    }
    let alice = try #require(await service.logIn("alice", "pencil").session)
    #expect(alice.wanted == service.mechanism.name)
    #expect(try await service.register(alice, "pencil") == nil)
    #expect(try await service.logIn("alice", "pencil").session?.wanted == nil)

    let scram = try await OPAQUEService(store, keyring: before.keyring) {
      $0.registrations = [SCRAMMechanism(.sha512).name]
      $0.iterations[.sha512] = OPAQUEService.iterations + 1
    }
    let bob = try #require(await scram.logInBySCRAM("pencil", user: "bob"))
    #expect(bob.wanted == SCRAMMechanism(.sha512).name)
    let client = try SCRAMRegistrationExchange(
      password: Self.pencil(), hash: .sha512, policy: OPAQUEService.scramPolicy)
    #expect(try await scram.register(bob, client) == nil)
    #expect(try await scram.logInBySCRAM("pencil", user: "bob")?.wanted == nil)
  }

  @Test("Who logs in by an API key changes nothing")
  func apiKeyLogin() async throws {
    let service = try await OPAQUEService()
    try await service.scram(.sha512).create("alice", password: Self.pencil())
    let account = try #require(await service.store.account(named: AccountName("alice")))
    let proved = try #require(account.credentials.values.first)
    let suite = proved.key.suite
    let key = try #require(Credential.Key(suite, apiKeyID: 7).flatMap { Credential($0, bytes: proved.bytes) })
    try await service.administration.change("alice") { account throws(AccountError) in try account.set(key) }
    let identity = AuthenticatedIdentity(
      account: account.name, authorizationIdentity: account.name, mechanism: SCRAMMechanism(.sha512).name,
      binding: .channel(.tlsExporter), tlsVersion: .tls13, isResumed: false, proved: key, suites: [suite])
    let session = service.authenticator.session(of: identity, from: "192.0.2.7")
    #expect(session.registrations == [])
    #expect(session.wanted == nil)
    await #expect(throws: AccountError(.notPermitted, "")) { try await session.deleteAccount() }
  }

  @Test("Who logs in by SCRAM can't take the account's OPAQUE record away", arguments: Setting.allCases)
  func both(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      var administration = service.administration
      administration.hashes = [.sha256]
      try await administration.create("alice", password: Self.pencil())
      let session = try #require(await service.logInBySCRAM("pencil", .sha256))
      #expect(session.registrations == OPAQUEKind.allCases.map(\.name))
      #expect(session.wanted == nil)
      let client = try SCRAMRegistrationExchange(
        password: Self.pencil(), hash: .sha512, policy: OPAQUEService.scramPolicy)
      #expect(try await service.register(session, client) == AccountError(.notPermitted, ""))
      #expect(try await service.logIn("alice", "pencil").identity != nil)
    }
  }

  @Test("An account is deleted by its owner, with its notes", arguments: Setting.allCases)
  func deletion(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      let session = try #require(await service.logIn("alice", "pencil").session)
      let note = try #require(NoteName("note"))
      try await session.setNote(note, to: [1])
      try await session.deleteAccount()
      let alice = try AccountName("alice")
      #expect(try await service.store.account(named: alice) == nil)
      #expect(try await service.store.notes(of: alice) == nil)
      #expect(service.takeEvents().last?.action == .deletion)
      await #expect(throws: AccountError(.notFound, "")) { try await session.deleteAccount() }
      #expect(try await service.logIn("alice", "pencil").identity == nil)
    }
  }
}
