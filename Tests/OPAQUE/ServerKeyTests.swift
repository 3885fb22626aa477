import PassBindCrypto
import PassBindRistretto
import Synchronization
import Testing

@testable import PassBindOPAQUE

/// Keys that live elsewhere give the same logins.
@Suite struct KeyHolderTests {
  /// Stands for a key management service: it holds the secrets and answers two questions, and counts them.
  final class Service: OPAQUEKeyHolder {
    private let setup: OPAQUEServerSetup
    let questions = Mutex<[String]>([])

    init(_ setup: OPAQUEServerSetup) { self.setup = setup }

    var publicKey: [UInt8] { setup.publicKey }

    func oprfKeySeed(for credentialIdentifier: [UInt8]) async throws(OPAQUEError) -> SecretBytes {
      questions.withLock { $0.append("seed") }
      return try setup.oprfKeySeed(for: credentialIdentifier)
    }

    func diffieHellman(with keyshare: [UInt8]) async throws(OPAQUEError) -> SecretBytes {
      questions.withLock { $0.append("product") }
      return try setup.diffieHellman(with: keyshare)
    }
  }

  @Test func registrationAndLoginAreTheSame() async throws {
    let setup = try OPAQUEServerSetup.generate()
    let service = Service(setup)
    let client = try OPAQUEClientRegistration(password: Account.password())
    let response = try await service.respond(toRegistration: client.request, credentialIdentifier: Account.name)
    let local = try setup.registrationResponse(to: client.request, credentialIdentifier: Account.name)
    #expect(response == local)
    let record = try await client.finish(response: response, stretching: InsecureIdentityStretching()).record

    let login = try OPAQUEClientLogin(password: Account.password())
    let server = try await OPAQUEServerLogin.start(
      ke1: login.ke1, record: record, credentialIdentifier: Account.name, holder: service, decoys: setup.decoys,
      context: Array("context".utf8))
    let session = try await login.finish(
      ke2: server.ke2, context: Array("context".utf8), stretching: InsecureIdentityStretching())
    let isSame = try server.finish(ke3: session.ke3).isEqual(to: session.sessionKey)
    #expect(isSame)
  }

  @Test func theServiceIsAskedTheSameForAnUnknownUser() async throws {
    let account = try await Account()
    let ke1 = try OPAQUEClientLogin(password: Account.password()).ke1
    var asked: [[String]] = []
    for record in [account.record, nil] {
      let service = Service(account.setup)
      _ = try await OPAQUEServerLogin.start(
        ke1: ke1, record: record, credentialIdentifier: Account.name, holder: service, decoys: account.setup.decoys)
      asked.append(service.questions.withLock { $0 })
    }
    #expect(asked == [["seed", "product"], ["seed", "product"]])
  }

  /// A service that does not keep to the lengths makes no wrong answers.
  struct Broken: OPAQUEKeyHolder {
    let publicKey = [UInt8](repeating: 2, count: 32)
    let seedCount: Int
    let productCount: Int
    func oprfKeySeed(for credentialIdentifier: [UInt8]) -> SecretBytes { SecretBytes(count: seedCount) }
    func diffieHellman(with keyshare: [UInt8]) -> SecretBytes { SecretBytes(count: productCount) }
  }

  @Test(arguments: [(31, 32), (33, 32), (0, 32), (32, 0), (32, 31), (32, 64)])
  func aBrokenServiceIsNoticed(_ seedCount: Int, _ productCount: Int) async throws {
    let account = try await Account()
    let holder = Broken(seedCount: seedCount, productCount: productCount)
    let ke1 = try OPAQUEClientLogin(password: Account.password()).ke1
    let found = await code {
      _ = try await OPAQUEServerLogin.start(
        ke1: ke1, record: account.record, credentialIdentifier: Account.name, holder: holder,
        decoys: account.setup.decoys)
    }
    #expect(found == .keysUnavailable)
  }
}

/// Row 3, and how a setup is shown.
@Suite struct ServerSetupTests {
  static let badKeys = [
    String(repeating: "0", count: 64),  // zero
    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",  // the group order
    "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
    String(repeating: "f", count: 64),
  ]

  @Test(arguments: badKeys) func aBadPrivateKeyIsRefused(_ hex: String) async throws {
    let good = try OPAQUEServerSetup.generate().unsealedForOpaqueKE()
    var bad = good.copy()
    bad.write(bytes(hex).span, at: 64)
    let altered = bad.exposed
    let inSetup = await code { _ = try OPAQUEServerSetup(opaqueKE: SecretBytes(copying: altered)) }
    #expect(inSetup == .invalidElement)
    let account = try await Account()
    for start in [0, 32] {
      var file = try account.setup.libopaqueRecord(account.record, credentialIdentifier: Account.name).unsealed()
      file.write(bytes(hex).span, at: start)
      let altered = file.exposed
      let inRecord = await code { _ = try LibopaqueRecord(SecretBytes(copying: altered)) }
      #expect(inRecord == .invalidElement)
    }
  }

  @Test func nothingSecretIsPrinted() async throws {
    let account = try await Account()
    let shown =
      "\(account.setup)" + String(reflecting: account.setup) + "\(account.record)" + String(reflecting: account.record)
      + String(reflecting: account.setup.decoys)
    var dumped = ""
    dump(account.setup, to: &dumped)
    dump(account.record, to: &dumped)
    #expect(shown.contains(account.setup.keyID.description))
    for text in [shown, dumped] {
      #expect(!text.contains("SecretBytes") && !text.contains("Scalar"))
      for secret in [account.record.bytes, account.setup.unsealedForOpaqueKE().exposed] {
        #expect(!text.contains(secret.prefix(8).map(String.init).joined(separator: ", ")))
      }
    }
  }

  @Test func keyIdentifiersTellKeysApart() throws {
    let (a, b) = (try OPAQUEServerSetup.generate(), try OPAQUEServerSetup.generate())
    #expect(a.keyID != b.keyID)
    #expect(OPAQUEKeyID(a.keyID.bytes) == a.keyID)
    #expect(OPAQUEKeyID([1, 2, 3]) == nil)
    #expect(a.keyID.description.count == 16)
  }
}
