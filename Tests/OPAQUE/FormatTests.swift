import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPAQUE

/// opaque-ke's and libopaque's files, as far as bytes alone can show it; Tests/Interop/opaque has the programs.
@Suite struct FormatTests {
  static let stretching = InsecureIdentityStretching()

  @Test func anOpaqueKESetupIsReadAndWrittenByteForByte() throws {
    let setup = try OPAQUEServerSetup.generate()
    let bytes = setup.unsealedForOpaqueKE().exposed
    #expect(bytes.count == 128)
    #expect(Array(bytes[..<64]) == setup.secrets.oprfSeed.exposed)
    let publicKey = RistrettoPoint(generatorTimes: try RistrettoScalar(decoding: bytes.span.extracting(64..<96)))
      .encoded
    #expect(publicKey == setup.publicKey)
    let again = try OPAQUEServerSetup(opaqueKE: SecretBytes(copying: bytes))
    #expect(again.keyID == setup.keyID)
    let rewritten = again.unsealedForOpaqueKE().exposed
    #expect(rewritten == bytes)
  }

  /// As opaque-ke answers for a name without an account, so does a setup that came from there: the OPRF key is derived
  /// from oprf_seed, and the client's key is the one in the file.
  @Test func aSetupFromOpaqueKEKeepsItsDecoys() throws {
    let bytes = try OPAQUEServerSetup.generate().unsealedForOpaqueKE()
    let setup = try OPAQUEServerSetup(opaqueKE: bytes)
    let same = try setup.decoys.oprfKey(Account.name).isEqual(to: setup.oprfKey(Account.name))
    #expect(same)
    #expect(setup.decoys.clientPublicKey == bytes.publicBytes(96..<128))
  }

  @Test(arguments: [0, 127, 129, 256]) func anOpaqueKESetupOfAnotherLengthIsRefused(_ count: Int) async {
    let found = await code { _ = try OPAQUEServerSetup(opaqueKE: SecretBytes(count: count)) }
    #expect(found == .wrongLength)
  }

  @Test(arguments: MalformedMessageTests.badElements)
  func aBadDummyKeyIsRefused(_ hex: String) async throws {
    var file = try OPAQUEServerSetup.generate().unsealedForOpaqueKE()
    file.write(bytes(hex).span, at: 96)
    let altered = file.exposed
    let found = await code { _ = try OPAQUEServerSetup(opaqueKE: SecretBytes(copying: altered)) }
    #expect(found == .invalidElement)
  }

  @Test func aLibopaqueRecordIsReadAndWrittenByteForByte() async throws {
    let account = try await Account()
    let file = try account.setup.libopaqueRecord(account.record, credentialIdentifier: Account.name).unsealed()
    let bytes = file.exposed
    #expect(bytes.count == 256)
    #expect(Array(bytes[64...]) == account.record.bytes)
    let again = try LibopaqueRecord(file)
    #expect(again.serverPublicKey == account.setup.publicKey)
    #expect(again.record == account.record)
    let rewritten = again.unsealed().exposed
    #expect(rewritten == bytes)
  }

  @Test(arguments: [0, 192, 255, 257]) func aLibopaqueRecordOfAnotherLengthIsRefused(_ count: Int) async {
    let found = await code { _ = try LibopaqueRecord(SecretBytes(count: count)) }
    #expect(found == .wrongLength)
  }

  @Test func anAccountLogsInByItsLibopaqueRecord() async throws {
    let account = try await Account(identities: OPAQUEIdentities(client: Account.name, server: Array("server".utf8)))
    let file = try account.setup.libopaqueRecord(account.record, credentialIdentifier: Account.name)
    let context = Array("context".utf8)
    let client = try OPAQUEClientLogin(password: Account.password())
    let server = try OPAQUEServerLogin(
      ke1: client.ke1, libopaque: file, identities: account.identities, context: context)
    let session = try await client.finish(
      ke2: server.ke2, context: context, identities: account.identities, stretching: Self.stretching)
    let exportKey = session.exportKey.exposed
    #expect(exportKey == account.exportKey)
    let isSame = try server.finish(ke3: session.ke3).isEqual(to: session.sessionKey)
    #expect(isSame)

    let wrong = try OPAQUEClientLogin(password: Account.password("wrong"))
    let answer = try OPAQUEServerLogin(ke1: wrong.ke1, libopaque: file, identities: account.identities)
    let found = await code(finishing: wrong, answer.ke2)
    #expect(found == .envelopeRecovery)
  }

  /// Each such record has keys of its own: whoever stole one can try guesses at that account, and at no other.
  @Test func recordsOfOneSetupHaveDifferentOPRFKeys() async throws {
    let account = try await Account()
    let (one, other) = (
      try account.setup.oprfKey(Account.name).encodedSecret().exposed,
      try account.setup.oprfKey(Array("bob".utf8)).encodedSecret().exposed
    )
    #expect(one != other)
  }
}

/// What an administrator makes in one step is what a client would have made.
@Suite struct OneStepRegistrationTests {
  @Test func theClientLogsInAndHasTheSameExportKey() async throws {
    let setup = try OPAQUEServerSetup.generate()
    let identities = try OPAQUEIdentities(client: Account.name, server: Array("server".utf8))
    let account = try await setup.register(
      password: Account.password(), credentialIdentifier: Account.name, identities: identities,
      stretching: InsecureIdentityStretching())
    #expect(account.serverPublicKey == setup.publicKey)
    let client = try OPAQUEClientLogin(password: Account.password())
    let server = try OPAQUEServerLogin(
      ke1: client.ke1, record: account.record, credentialIdentifier: Account.name, setup: setup, identities: identities)
    let session = try await client.finish(
      ke2: server.ke2, identities: identities, stretching: InsecureIdentityStretching())
    let isSame = session.exportKey.isEqual(to: account.exportKey)
    #expect(isSame)
    _ = try server.finish(ke3: session.ke3)
  }

  @Test func twoRecordsOfOnePasswordDiffer() async throws {
    let setup = try OPAQUEServerSetup.generate()
    let (one, other) = (
      try await setup.register(
        password: Account.password(), credentialIdentifier: Account.name, stretching: InsecureIdentityStretching()
      ).record,
      try await setup.register(
        password: Account.password(), credentialIdentifier: Account.name, stretching: InsecureIdentityStretching()
      ).record
    )
    #expect(one != other)
  }
}
