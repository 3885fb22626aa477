import Foundation
import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

/// A registration of SCRAM keys over the wire (REGISTRATION.md of PassBindOPAQUE, "SCRAM").
@Suite("Registration")
struct RegistrationTests {
  private static let parameters = "s=\(Account.saltText),i=4096"

  private static func exchange(
    _ password: String = "pencil", _ hash: HashFunction = .sha256, policy: SCRAMClientPolicy = SCRAMClientPolicy()
  ) throws -> SCRAMRegistrationExchange {
    try SCRAMRegistrationExchange(password: secret(password), hash: hash, policy: policy)
  }

  @Test(arguments: HashFunction.allCases)
  func theKeysAreThoseOfTheVerifier(hash: HashFunction) async throws {
    let account = try Account(hash)
    let exchange = try Self.exchange("pencil", hash)
    #expect(exchange.mechanism == SCRAMMechanism(hash).name && exchange.initialResponse.isEmpty)
    let message = try await exchange.respond(
      to: SCRAMRegistrationMessage.parameters(salt: account.verifier.salt, iterations: 4096))
    let keys = try SCRAMRegistrationMessage.Keys(parsing: message, hash: hash)
    #expect(keys.storedKey == account.verifier.storedKey && keys.serverKey == account.verifier.serverKey)
    try exchange.finish(with: nil)
  }

  /// The worked example of REGISTRATION.md.
  @Test func theSpecificationsExampleComesOut() async throws {
    let (parameters, keys) = (
      "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
      "k=WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,v=wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    )
    let message = try await Self.exchange().respond(to: utf8(parameters))
    #expect(string(message) == keys)
    let document = URL(filePath: #filePath).appending(path: "../../../Sources/OPAQUE/SASL/REGISTRATION.md")
    let specification = try String(contentsOf: document.standardizedFileURL, encoding: .utf8)
    #expect(specification.contains("\nserver-1\n\(parameters)\n\nclient-2\n\(keys)\n```"))
  }

  /// `ª` and `a` are one password after SASLprep, and two without.
  @Test(arguments: [SCRAMPreparation.saslPrep, .none])
  func thePasswordIsPreparedAsAtTheLogin(preparation: SCRAMPreparation) async throws {
    let plain = try await Self.exchange("a").respond(to: utf8(Self.parameters))
    let other = try await Self.exchange("ª", policy: policy { $0.passwordPreparation = preparation }).respond(
      to: utf8(Self.parameters))
    #expect((plain == other) == (preparation == .saslPrep))
  }

  @Test(arguments: ["", "\u{7}", "\u{221}"])
  func aPasswordThatIsNoneIsRefused(password: String) {
    #expect(throws: error(.invalidPassword)) { _ = try Self.exchange(password) }
  }

  // MARK: What the server may not do

  @Test(arguments: [4095, 5_000_001, 4_294_967_296, 9_999_999_999])
  func aCountOutsideTheLimitsIsRefused(count: Int) async throws {
    let exchange = try Self.exchange()
    await #expect(throws: error(.iterationCountRefused)) {
      _ = try await exchange.respond(to: utf8("s=\(Account.saltText),i=\(count)"))
    }
    #expect(throws: error(.outOfOrder)) { try exchange.finish(with: nil) }
  }

  @Test(arguments: [7, 1025])
  func aSaltOutsideTheLimitsIsRefused(count: Int) async throws {
    let exchange = try Self.exchange()
    let salt = [UInt8](repeating: 1, count: count)
    await #expect(throws: error(.weakSalt)) {
      _ = try await exchange.respond(to: SCRAMRegistrationMessage.parameters(salt: salt, iterations: 4096))
    }
  }

  @Test(arguments: [
    "", "s=S", "i=4096", "i=4096,s=S", "s=S,i=4096,", ",s=S,i=4096", "s=S,,i=4096", "s=S,i=4096,x=1", "x=1,s=S,i=4096",
    "s=S,x=1,i=4096", "s=S,s=S,i=4096", "s=S,i=4096,i=4096", "S=S,i=4096", "s=S,I=4096", "s=,i=4096", "s=S,i=",
    "s,i=4096",
    "s=S,i=04096", "s=S,i=+4096", "s=S,i=4096.0", "s=S,i=4096 ", "s=S,i=4096\n", "s=S,i=0", "s=S,i=99999999999",
    "r=abc,s=S,i=4096",
    " s=S,i=4096", "k=S,v=S", "s=S,m=1,i=4096",
  ])
  func parametersOutsideTheGrammar(pattern: String) async throws {
    let exchange = try Self.exchange()
    let message = utf8(pattern.replacing("=S", with: "=\(Account.saltText)"))
    let expected: SCRAMError.Code = pattern.contains("m=1") ? .unsupportedExtension : .malformedMessage
    await #expect(throws: error(expected)) { _ = try await exchange.respond(to: message) }
  }

  @Test(arguments: ["s=____,i=4096", "s=A,i=4096", "s=AB==,i=4096", "s=AAAA=,i=4096"])
  func aSaltThatIsNotBase64(message: String) async throws {
    let exchange = try Self.exchange()
    await #expect(throws: error(.invalidEncoding)) { _ = try await exchange.respond(to: utf8(message)) }
  }

  @Test func aMessageThatIsTooLong() async throws {
    let exchange = try Self.exchange()
    let message = utf8("s=") + [UInt8](repeating: UInt8(ascii: "A"), count: 8191)
    await #expect(throws: error(.messageTooLong)) { _ = try await exchange.respond(to: message) }
    #expect(throws: error(.messageTooLong)) { _ = try SCRAMRegistrationMessage.Keys(parsing: message, hash: .sha256) }
  }

  // MARK: What the client may not do

  @Test(arguments: [
    "", "k=K", "v=K", "v=K,k=K", "k=K,v=K,", ",k=K,v=K", "k=K,,v=K", "k=K,v=K,x=1", "x=1,k=K,v=K", "k=K,x=1,v=K",
    "k=K,k=K,v=K", "k=K,v=K,v=K", "K=K,v=K", "k=K,V=K", "k=,v=K", "k=K,v=", "k,v=K", "s=K,k=K,v=K", " k=K,v=K",
  ])
  func keysOutsideTheGrammar(pattern: String) {
    let message = utf8(pattern.replacing("=K", with: "=" + Base64.string([UInt8](repeating: 1, count: 32))))
    #expect(throws: error(.malformedMessage)) {
      _ = try SCRAMRegistrationMessage.Keys(parsing: message, hash: .sha256)
    }
  }

  @Test(arguments: [(31, 32), (33, 32), (32, 31), (32, 64), (64, 64)])
  func keysOfAnotherLength(storedKey: Int, serverKey: Int) {
    let parts = [storedKey, serverKey].map { Base64.string([UInt8](repeating: 1, count: $0)) }
    #expect(throws: error(.invalidVerifier)) {
      _ = try SCRAMRegistrationMessage.Keys(parsing: utf8("k=\(parts[0]),v=\(parts[1])"), hash: .sha256)
    }
  }

  // MARK: Steps out of order

  @Test func aSuccessBeforeTheKeysIsNotBelieved() async throws {
    let exchange = try Self.exchange()
    #expect(throws: error(.outOfOrder)) { try exchange.finish(with: nil) }
    await #expect(throws: error(.outOfOrder)) { _ = try await exchange.respond(to: utf8(Self.parameters)) }
  }

  @Test func aSuccessWithDataIsNotBelieved() async throws {
    let exchange = try Self.exchange()
    _ = try await exchange.respond(to: utf8(Self.parameters))
    #expect(throws: error(.outOfOrder)) { try exchange.finish(with: [0]) }
  }

  @Test func aSuccessTwiceIsNotBelieved() async throws {
    let exchange = try Self.exchange()
    _ = try await exchange.respond(to: utf8(Self.parameters))
    try exchange.finish(with: [])
    #expect(throws: error(.outOfOrder)) { try exchange.finish(with: nil) }
  }

  @Test func aSecondChallengeIsNotAnswered() async throws {
    let exchange = try Self.exchange()
    _ = try await exchange.respond(to: utf8(Self.parameters))
    await #expect(throws: error(.outOfOrder)) { _ = try await exchange.respond(to: utf8(Self.parameters)) }
    #expect(throws: error(.outOfOrder)) { try exchange.finish(with: nil) }
  }

  @Test func nothingSecretIsPrinted() throws {
    var shown = ""
    dump(try Self.exchange("Tr0ub4dor"), to: &shown)
    #expect(!shown.contains("Tr0ub4dor") && !shown.contains("84, 114"))
  }
}
