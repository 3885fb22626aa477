import PassBindAccounts
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import Testing

@Suite("A server's keys for OPAQUE", .timeLimit(.minutes(60)))
struct KeyringTests {
  private static func pencil() -> SecretBytes { SecretBytes(copying: "pencil".utf8) }

  @Test("Keys are made once, and opened with what they are sealed under alone", arguments: StoreKind.allCases)
  func opened(kind: StoreKind) async throws {
    try await kind.withStore { store in
      await #expect(throws: AccountError(.keysMissing, "")) {
        _ = try await OPAQUEKeyring.open(store, with: OPAQUEService.sealingKey())
      }
      let made = try await OPAQUEKeyring.create(in: store, under: OPAQUEService.sealingKey())
      await #expect(throws: AccountError(.alreadyExists, "")) {
        _ = try await OPAQUEKeyring.create(in: store, under: OPAQUEService.sealingKey())
      }
      let read = try await OPAQUEKeyring.open(store, with: OPAQUEService.sealingKey())
      #expect(read.keys.current.keyID == made.keys.current.keyID)
      await #expect(throws: AccountError(.keysSealed, "")) {
        _ = try await OPAQUEKeyring.open(store, with: OPAQUEService.sealingKey(8))
      }
      let record = try #require(await store.serverRecord(named: OPAQUEKeyring.recordName))
      var changed = record.bytes
      changed[changed.count - 1] ^= 1
      try await store.setServerRecord(named: OPAQUEKeyring.recordName, to: changed, replacing: record.version)
      await #expect(throws: AccountError(.keysSealed, "")) { try await read.refresh() }
      // What was known goes on being known.
      #expect(read.keys.current.keyID == made.keys.current.keyID)
    }
  }

  @Test(
    "Accounts log in under both keys, move to the new ones, and then the old ones go", arguments: Setting.allCases)
  func rotation(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      let old = service.keyring.keys.current.keyID
      try await service.keyring.rotate()
      await #expect(throws: AccountError(.notPermitted, "")) { try await service.keyring.rotate() }
      let new = service.keyring.keys.current.keyID
      try await service.administration.create("bob", password: Self.pencil())
      #expect(try await OPAQUEKeyring.usage(in: store) == [old: 1, new: 1])
      await #expect(throws: AccountError(.notPermitted, "")) { try await service.keyring.retire() }

      let session = try #require(await service.logIn("alice", "pencil").session)
      #expect(session.wanted == service.mechanism.name)
      #expect(try await service.register(session, "pencil") == nil)
      #expect(try await service.logIn("alice", "pencil").session?.wanted == nil)
      #expect(try await OPAQUEKeyring.usage(in: store) == [new: 2])
      try await service.keyring.retire()
      await #expect(throws: AccountError(.notPermitted, "")) { try await service.keyring.retire() }
      #expect(try await service.logIn("alice", "pencil").identity != nil)
      #expect(try await service.logIn("bob", "pencil").identity != nil)
    }
  }

  @Test(
    "Retiring keys by force takes the logins of the accounts on them, and of no others", arguments: Setting.allCases)
  func forced(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      _ = try await service.administration.invite("carol", for: .seconds(60))
      try await service.keyring.rotate()
      try await service.administration.create("bob", password: Self.pencil())
      try await service.keyring.retire(isForced: true)
      #expect(try await OPAQUEKeyring.usage(in: store) == [service.keyring.keys.current.keyID: 1])
      #expect(service.keyring.keys.previous?.keyID == nil)
      let login = try await service.logIn("alice", "pencil")
      #expect(login.clientError?.code == .envelopeRecovery)
      #expect(try await service.logIn("bob", "pencil").identity != nil)
      _ = try await service.administration.invite("alice", for: .seconds(60), replacing: true)
    }
  }

  @Test("Wholly new keys have nothing of the old ones, and nobody logs in by those", arguments: Setting.allCases)
  func replaced(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      try await service.scram(.sha256).create("bob", password: Self.pencil())
      try await service.keyring.rotate()
      _ = try await service.administration.invite("carol", for: .seconds(60))
      let old = service.keyring.current
      let elsewhere = try await OPAQUEKeyring.open(store, with: OPAQUEService.sealingKey())
      try await service.keyring.replace()

      let new = service.keyring.current
      #expect(new.keys.previous?.keyID == nil)
      #expect(new.keys.current.keyID != old.keys.current.keyID)
      #expect(new.eaKeys.current.publicKey != old.eaKeys.current.publicKey)
      #expect(try await OPAQUEKeyring.usage(in: store).isEmpty)
      let login = try await service.logIn("alice", "pencil")
      #expect(login.clientError?.code == .envelopeRecovery)
      let bob = try await store.account(named: AccountName("bob"))
      #expect(bob?.credentials.count == 1)
      try await elsewhere.refresh()
      #expect(elsewhere.keys.current.keyID == new.keys.current.keyID)

      let token = text(try await service.administration.invite("alice", for: .seconds(60), replacing: true))
      #expect(try await service.logIn("alice", token).identity?.isEnrolment == true)
    }
  }

  @Test("A replacement that was interrupted is begun again", arguments: StoreKind.allCases)
  func interrupted(kind: StoreKind) async throws {
    try await kind.withStore { store in
      let service = try await OPAQUEService(store)
      try await service.administration.create("alice", password: Self.pencil())
      let before = try #require(await store.account(named: AccountName("alice")))
      try await service.keyring.replace()
      // What is left where the keys were written and the accounts not yet: alice is on keys that there are not.
      try await service.administration.change("alice") { account throws(AccountError) in
        for credential in before.credentials.values { try account.set(credential) }
      }
      #expect(try await service.logIn("alice", "pencil").clientError?.code == .envelopeRecovery)
      try await service.keyring.replace()
      #expect(try await OPAQUEKeyring.usage(in: store).isEmpty)
    }
  }

  @Test("A change by another process is noticed where it matters", arguments: Setting.allCases)
  func otherProcess(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      let token = text(try await service.administration.invite("alice", for: .seconds(3600)))
      let elsewhere = try await OPAQUEService(
        store, setting.mechanism, time: service.time, keyring: .open(store, with: OPAQUEService.sealingKey()))
      try await elsewhere.keyring.rotate()
      try await elsewhere.administration.create("bob", password: Self.pencil())

      // This process does not know the keys of bob's record yet.
      #expect(try await service.logIn("bob", "pencil").identity != nil)
      let session = try #require(await service.logIn("alice", token).session)
      #expect(try await service.register(session, "pencil") == nil)
      let keyIDs = try await store.account(named: AccountName("alice"))?.opaqueKeyIDs
      #expect(keyIDs == [elsewhere.keyring.keys.current.keyID])
    }
  }

  @Test(
    "A registration that began before a rotation is declined, not stored under keys that go",
    arguments: Setting.allCases)
  func race(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.administration.create("alice", password: Self.pencil())
      let session = try #require(await service.logIn("alice", "pencil").session)
      let client = try service.registration(of: "new")
      guard case .challenge(let next, let bytes) = await session.register(client.mechanism).step(client.initialResponse)
      else {
        Issue.record("declined")
        return
      }
      try await service.keyring.rotate()
      guard case .declined(let error) = await next.step(try await client.respond(to: bytes)) else {
        Issue.record("registered under the previous keys")
        return
      }
      #expect(error.code == .conflict)
      #expect(try await service.logIn("alice", "pencil").identity != nil)
    }
  }

  @Test(
    "Keys that were not the previous ones when the accounts were counted are not retired", arguments: Setting.allCases
  )
  func retireRace(setting: Setting) async throws {
    try await setting.kind.withStore { store in
      let service = try await OPAQUEService(store, setting.mechanism)
      try await service.keyring.rotate()
      try await service.administration.create("bob", password: Self.pencil())
      let elsewhere = try await OPAQUEKeyring.open(store, with: OPAQUEService.sealingKey())
      service.store.after("accounts") {
        try await elsewhere.retire()
        try await elsewhere.rotate()
        try await service.keyring.refresh()
      }
      await #expect(throws: AccountError(.conflict, "")) { try await service.keyring.retire() }
      #expect(try await service.logIn("bob", "pencil").identity != nil)
    }
  }

  @Test("Accounts of an opaque-ke server log in under its setup")
  func imported() async throws {
    let setup = try OPAQUEServerSetup.generate()
    let exported = setup.unsealedForOpaqueKE()
    let store = InMemoryCredentialStore()
    let keyring = try await OPAQUEKeyring.create(
      in: store, under: OPAQUEService.sealingKey(), from: OPAQUEServerSetup(opaqueKE: exported))
    #expect(keyring.keys.current.keyID == setup.keyID)
  }
}
