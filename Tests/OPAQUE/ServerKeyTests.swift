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

  /// A name is answered under one OPRF key before it registers and after.
  @Test func theEvaluationIsTheSameBeforeAndAfterTheRegistration() async throws {
    let account = try await Account()
    let service = Service(account.setup)
    let decoys = try OPAQUEDecoys(seed: .random(count: 64))
    let ke1 = try OPAQUEClientLogin(password: Account.password()).ke1
    let before = try await OPAQUEServerLogin.start(
      ke1: ke1, record: nil, credentialIdentifier: Account.name, holder: service, decoys: decoys
    ).ke2
    let after = try await OPAQUEServerLogin.start(
      ke1: ke1, record: account.record, credentialIdentifier: Account.name, holder: service, decoys: decoys
    ).ke2
    #expect(before[KE2.evaluatedMessage.range] == after[KE2.evaluatedMessage.range])
  }

  /// A service that gives other lengths, or no elements, makes no wrong answers.
  struct Broken: OPAQUEKeyHolder {
    var publicKey = RistrettoPoint.generator.encoded
    var seed = [UInt8](repeating: 1, count: 32)
    var product = RistrettoPoint.generator.encoded
    func oprfKeySeed(for credentialIdentifier: [UInt8]) -> SecretBytes { SecretBytes(copying: seed) }
    func diffieHellman(with keyshare: [UInt8]) -> SecretBytes { SecretBytes(copying: product) }
  }

  /// The identity, what is no element, and other lengths.
  static let noElements = [
    [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xff, count: 32), [], [UInt8](repeating: 0, count: 31),
    RistrettoPoint.generator.encoded + [0],
  ]

  @Test func aWholeServiceIsNotTakenForABrokenOne() async throws {
    let account = try await Account()
    let login = try OPAQUEClientLogin(password: Account.password())
    let ke2 = try await OPAQUEServerLogin.start(
      ke1: login.ke1, record: account.record, credentialIdentifier: Account.name, holder: Broken(),
      decoys: account.setup.decoys
    ).ke2
    #expect(ke2.count == 320)
  }

  @Test(
    arguments: [0, 31, 33].map { Broken(seed: [UInt8](repeating: 1, count: $0)) }
      + noElements.map { Broken(product: $0) } + noElements.map { Broken(publicKey: $0) })
  func aBrokenServiceIsNoticed(_ holder: Broken) async throws {
    let account = try await Account()
    let ke1 = try OPAQUEClientLogin(password: Account.password()).ke1
    let found = await code {
      _ = try await OPAQUEServerLogin.start(
        ke1: ke1, record: account.record, credentialIdentifier: Account.name, holder: holder,
        decoys: account.setup.decoys)
    }
    #expect(found == .keysUnavailable)
  }

  @Test(arguments: noElements) func aBrokenPublicKeyIsNotRegisteredWith(_ publicKey: [UInt8]) async throws {
    let request = try OPAQUEClientRegistration(password: Account.password()).request
    let found = await code {
      _ = try await Broken(publicKey: publicKey).respond(toRegistration: request, credentialIdentifier: Account.name)
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
    // A dump writes a line a byte, so that it is easier to see that there is nothing to dump.
    #expect(Mirror(reflecting: account.record).children.isEmpty)
    #expect(Mirror(reflecting: account.setup.decoys).children.isEmpty)
    #expect(Mirror(reflecting: account.setup).children.map(\.label) == ["keyID"])
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
