import PassBindCrypto
import Testing

@testable import PassBindOPAQUE

/// What the caller can get wrong.
@Suite struct ParameterTests {
  static let stretching = InsecureIdentityStretching()

  /// Row 21.
  @Test(arguments: [0, 65_536, 1_048_576]) func aPasswordOfImpossibleLengthIsRefused(_ count: Int) async {
    let password = { SecretBytes(copying: [UInt8](repeating: 1, count: count)) }
    let atRegistration = await code { _ = try OPAQUEClientRegistration(password: password()) }
    #expect(atRegistration == .invalidPassword)
    let atLogin = await code { _ = try OPAQUEClientLogin(password: password()) }
    #expect(atLogin == .invalidPassword)
    let byAdministrator = await code {
      _ = try await OPAQUEServerSetup.generate().register(
        password: password(), credentialIdentifier: Account.name, stretching: Self.stretching)
    }
    #expect(byAdministrator == .invalidPassword)
  }

  @Test(arguments: [1, 65_535]) func aPasswordOfExtremeLengthWorks(_ count: Int) async throws {
    let password = SecretBytes(copying: [UInt8](repeating: 0, count: count))
    let setup = try OPAQUEServerSetup.generate()
    let account = try await setup.register(
      password: password, credentialIdentifier: Account.name, stretching: Self.stretching)
    let client = try OPAQUEClientLogin(password: password)
    let server = try OPAQUEServerLogin(
      ke1: client.ke1, record: account.record, credentialIdentifier: Account.name, setup: setup)
    let session = try await client.finish(ke2: server.ke2, stretching: Self.stretching)
    let isSame = session.exportKey.isEqual(to: account.exportKey)
    #expect(isSame)
    _ = try server.finish(ke3: session.ke3)
  }

  @Test func anIdentityHasBounds() async throws {
    for count in [0, 65_536] {
      let identity = [UInt8](repeating: 1, count: count)
      let client = await code { _ = try OPAQUEIdentities(client: identity) }
      #expect(client == .invalidParameter)
      let server = await code { _ = try OPAQUEIdentities(client: nil, server: identity) }
      #expect(server == .invalidParameter)
    }
    let longest = [UInt8](repeating: 1, count: 65_535)
    let account = try await Account(identities: OPAQUEIdentities(client: longest, server: longest))
    let isSame = try await account.logIn()
    #expect(isSame)
  }

  @Test func aContextHasBounds() async throws {
    let account = try await Account()
    let (longest, tooLong) = ([UInt8](repeating: 1, count: 65_535), [UInt8](repeating: 1, count: 65_536))
    let isSame = try await account.logIn(clientContext: longest, serverContext: longest)
    #expect(isSame)
    let atClient = await code { try await account.logIn(clientContext: tooLong) }
    #expect(atClient == .invalidParameter)
    let atServer = await code { try await account.logIn(serverContext: tooLong) }
    #expect(atServer == .invalidParameter)
  }

  @Test(arguments: [0, 65_536]) func aCredentialIdentifierHasBounds(_ count: Int) async throws {
    let account = try await Account()
    let name = [UInt8](repeating: 1, count: count)
    let ke1 = try OPAQUEClientLogin(password: Account.password()).ke1
    let registration = await code {
      _ = try account.setup.registrationResponse(to: Array(ke1.prefix(32)), credentialIdentifier: name)
    }
    #expect(registration == .invalidParameter)
    let login = await code {
      _ = try OPAQUEServerLogin(ke1: ke1, record: account.record, credentialIdentifier: name, setup: account.setup)
    }
    #expect(login == .invalidParameter)
    let held = await code {
      _ = try await OPAQUEServerLogin.start(
        ke1: ke1, record: account.record, credentialIdentifier: name, holder: account.setup,
        decoys: account.setup.decoys)
    }
    #expect(held == .invalidParameter)
    let heldRegistration = await code {
      _ = try await account.setup.respond(toRegistration: Array(ke1.prefix(32)), credentialIdentifier: name)
    }
    #expect(heldRegistration == .invalidParameter)
    let exported = await code { _ = try account.setup.libopaqueRecord(account.record, credentialIdentifier: name) }
    #expect(exported == .invalidParameter)
  }

  @Test(arguments: [0, 32, 63, 65]) func aSeedOfDecoysHas64Bytes(_ count: Int) async {
    let found = await code { _ = try OPAQUEDecoys(seed: SecretBytes(count: count)) }
    #expect(found == .wrongLength)
  }

  /// A stretching function that is of another kind is another password.
  struct Other: KeyStretching {
    let count: Int
    func stretch(_ oprfOutput: borrowing SecretBytes) -> SecretBytes { SecretBytes(count: count) }
  }

  @Test func otherStretchingFailsAsAWrongPassword() async throws {
    let account = try await Account()
    for count in [0, 32, 64, 100] {
      let found = await code {
        let client = try OPAQUEClientLogin(password: Account.password())
        let server = try account.answer(client.ke1)
        _ = try await client.finish(ke2: server.ke2, stretching: Other(count: count))
      }
      #expect(found == .envelopeRecovery)
    }
  }

  struct Failing: KeyStretching {
    func stretch(_ oprfOutput: borrowing SecretBytes) throws(OPAQUEError) -> SecretBytes {
      throw OPAQUEError(.stretchingFailed, "out of memory")
    }
  }

  @Test func whatTheStretchingThrowsComesOut() async throws {
    let account = try await Account()
    let found = await code {
      let client = try OPAQUEClientLogin(password: Account.password())
      let server = try account.answer(client.ke1)
      _ = try await client.finish(ke2: server.ke2, stretching: Failing())
    }
    #expect(found == .stretchingFailed)
  }
}
