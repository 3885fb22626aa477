import PassBindCrypto
import Testing

@testable import PassBindOPAQUE

/// Two live keys: nobody has to register anew.
@Suite struct RotationTests {
  static let stretching = InsecureIdentityStretching()

  private func register(_ keys: OPAQUEServerKeys) async throws -> OPAQUECredential {
    let account = try await keys.current.register(
      password: Account.password(), credentialIdentifier: Account.name, stretching: Self.stretching)
    return OPAQUECredential(record: account.record, keyID: keys.current.keyID, stretching: .default)
  }

  private func logIn(_ keys: OPAQUEServerKeys, _ credential: OPAQUECredential?) async throws -> [UInt8] {
    let client = try OPAQUEClientLogin(password: Account.password())
    let server = try keys.logIn(ke1: client.ke1, credential: credential, credentialIdentifier: Account.name)
    let session = try await client.finish(ke2: server.ke2, stretching: Self.stretching)
    _ = try server.finish(ke3: session.ke3)
    return session.serverPublicKey
  }

  @Test func oldAndNewRecordsLogInSideBySide() async throws {
    let before = try OPAQUEServerKeys(current: .generate())
    let old = try await register(before)
    let during = try before.rotated()
    #expect(during.previous?.keyID == before.current.keyID)
    #expect(during.current.keyID != before.current.keyID)
    let new = try await register(during)
    #expect(new.keyID == during.current.keyID)

    let (byOld, byNew) = (try await logIn(during, old), try await logIn(during, new))
    #expect(byOld == before.current.publicKey)
    #expect(byNew == during.current.publicKey)

    let otherKeyID = try OPAQUEServerSetup.generate().keyID
    let foreign = OPAQUECredential(record: old.record, keyID: otherKeyID, stretching: .default)
    try await expectUnknownKey(during, foreign)

    let after = during.retired
    try await expectUnknownKey(after, old)
    let stays = try await logIn(after, new)
    #expect(stays == during.current.publicKey)
    let unknown = await code { _ = try await logIn(after, nil) }
    #expect(unknown == .envelopeRecovery)
  }

  /// The peer sees an account that does not exist; the log says what is wrong, even if the proof were right.
  private func expectUnknownKey(_ keys: OPAQUEServerKeys, _ credential: OPAQUECredential) async throws {
    let client = try OPAQUEClientLogin(password: Account.password())
    let ke1 = client.ke1
    let answer = try keys.logIn(ke1: ke1, credential: credential, credentialIdentifier: Account.name)
    let nobodys = try keys.logIn(ke1: ke1, credential: nil, credentialIdentifier: Account.name)
    #expect(answer.ke2[KE2.evaluatedMessage.range] == nobodys.ke2[KE2.evaluatedMessage.range])
    let atClient = await code(finishing: client, answer.ke2)
    #expect(atClient == .envelopeRecovery)
    let atServer = await code {
      let server = try keys.logIn(ke1: ke1, credential: credential, credentialIdentifier: Account.name)
      _ = try server.finish(ke3: [UInt8](repeating: 7, count: 64))
    }
    #expect(atServer == .unknownServerKey)
  }

  @Test func thereAreNeverThreeLiveKeys() async throws {
    let keys = try OPAQUEServerKeys(current: .generate()).rotated()
    let found = await code { _ = try keys.rotated() }
    #expect(found == .invalidParameter)
    let same = await code { _ = try OPAQUEServerKeys(current: keys.current, previous: keys.current) }
    #expect(same == .invalidParameter)
    let next = try keys.retired.rotated()
    #expect(next.previous?.keyID == keys.current.keyID)
  }

  /// An account's password is the same under both keys, and everything else is not.
  @Test func aRotatedSetupSharesTheDecoysAlone() throws {
    let keys = try OPAQUEServerKeys(current: .generate()).rotated()
    let previous = try #require(keys.previous)
    #expect(keys.current.decoys.clientPublicKey == previous.decoys.clientPublicKey)
    let (seed, other) = (keys.current.secrets.oprfSeed.exposed, previous.secrets.oprfSeed.exposed)
    #expect(seed != other)
    #expect(keys.current.publicKey != previous.publicKey)
  }
}

@Suite struct CredentialTests {
  static let stretchings = [KeyStretchingParameters.default, .rfc9807Argon2id, .rfc9807Scrypt]

  @Test(arguments: stretchings) func aCredentialReadsItsOwnBytes(_ stretching: KeyStretchingParameters) async throws {
    let account = try await Account()
    let credential = OPAQUECredential(record: account.record, keyID: account.setup.keyID, stretching: stretching)
    let again = try OPAQUECredential(encoded: credential.encoded)
    #expect(again == credential)
    #expect(Array(credential.encoded[9..<201]) == account.record.bytes)
  }

  @Test func otherBytesAreRefused() async throws {
    let account = try await Account()
    let good = OPAQUECredential(record: account.record, keyID: account.setup.keyID, stretching: .default).encoded
    for count in [0, 1, 8, 9, 200, 201] {
      let found = await code { _ = try OPAQUECredential(encoded: Array(good.prefix(count))) }
      #expect(found == .wrongLength)
    }
    let long = await code { _ = try OPAQUECredential(encoded: good + [UInt8](repeating: 48, count: 64)) }
    #expect(long == .wrongLength)
    let version = await code { _ = try OPAQUECredential(encoded: [2] + good.dropFirst()) }
    #expect(version == .invalidParameter)
    for text in ["argon2id", "argon2id,m=065536,t=3,p=4", "md5,a=1,b=2,c=3"] {
      let parameters = await code { _ = try OPAQUECredential(encoded: good.prefix(201) + Array(text.utf8)) }
      #expect(parameters == .invalidParameter)
    }
    let cut = await code { _ = try OPAQUECredential(encoded: good.dropLast()) }
    #expect(cut == .invalidParameter)
    var bad = good
    bad.replaceSubrange(9..<41, with: [UInt8](repeating: 0, count: 32))
    let altered = bad
    let element = await code { _ = try OPAQUECredential(encoded: altered) }
    #expect(element == .invalidElement)
  }
}
