import PassBindCrypto
import PassBindRistretto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// A registration, with the server's end made by hand, so that it can say anything.
@Suite struct RegistrationExchangeTests {
  static let outOfOrder = OPAQUEError(.outOfOrder, "")
  private let setup: OPAQUEServerSetup

  init() throws { setup = try .generate() }

  private static var policy: OPAQUESASLClientPolicy {
    var policy = OPAQUESASLClientPolicy()
    policy.stretchingLimits = Service.weakLimits
    return policy
  }

  private static func vault(_ byte: UInt8 = 1, account: String = "alice") throws -> OPAQUEVault {
    try OPAQUEVault(exportKey: SecretBytes(copying: [UInt8](repeating: byte, count: 64)), account: account)
  }

  private static func exchange(
    password: String = "correct horse battery staple", policy: OPAQUESASLClientPolicy = policy,
    resealing vault: consuming OPAQUEVault? = nil, mayLoseNotes: Bool = true
  ) throws -> OPAQUERegistrationExchange {
    try OPAQUERegistrationExchange(
      password: Account.password(password), policy: policy, resealing: vault, mayLoseNotes: mayLoseNotes,
      account: "alice")
  }

  /// `server-1` to what the client sent.
  private func response(
    to exchange: OPAQUERegistrationExchange, stretching: KeyStretchingParameters = Service.weak, notes: Int = 0
  ) throws -> [UInt8] {
    let request = try OPAQUERegistrationMessage.Request(parsing: exchange.initialResponse).bytes
    let response = try setup.registrationResponse(to: request, credentialIdentifier: Account.name)
    return OPAQUERegistrationMessage.response(response, stretching, notes: notes)
  }

  private func opened(_ message: [UInt8], by vault: borrowing OPAQUEVault, name: String) throws -> [UInt8] {
    let sealed = try #require(try OPAQUERegistrationMessage.ResealedNote(parsing: message).sealed)
    let opened = try vault.open(sealed.span, name: name)
    return opened.exposed
  }

  @Test func theRecordLogsIn() async throws {
    let exchange = try Self.exchange()
    #expect(exchange.mechanism.description == "OPAQUE-R255")
    let message = try await exchange.respond(to: response(to: exchange))
    let early = exchange.takeOutcome() == nil
    #expect(early)
    try exchange.finish(with: nil)
    let record = try OPAQUERecord(OPAQUERegistrationMessage.Record(parsing: message).bytes)

    let client = try OPAQUEClientLogin(password: Account.password())
    let server = try OPAQUEServerLogin(
      ke1: client.ke1, record: record, credentialIdentifier: Account.name, setup: setup)
    let session = try await client.finish(ke2: server.ke2, stretching: Service.weak)
    _ = try server.finish(ke3: session.ke3)
    var isSame = false
    if let outcome = exchange.takeOutcome() {
      isSame =
        outcome.exportKey.isEqual(to: session.exportKey) && outcome.serverPublicKey == session.serverPublicKey
        && outcome.serverPublicKey == setup.publicKey && outcome.resealedNotes == 0 && outcome.keptNotes == 0
    }
    #expect(isSame)
    let again = exchange.takeOutcome() == nil
    #expect(again)
  }

  /// `ª` and `a` are one password after SASLprep, and two without.
  @Test(arguments: [true, false])
  func thePasswordIsPreparedAsAtTheLogin(isPrepared: Bool) async throws {
    var policy = Self.policy
    policy.preparesPassword = isPrepared
    let exchange = try Self.exchange(password: "ª", policy: policy)
    let message = try await exchange.respond(to: response(to: exchange))
    let record = try OPAQUERecord(OPAQUERegistrationMessage.Record(parsing: message).bytes)
    let client = try OPAQUEClientLogin(password: Account.password("a"))
    let server = try OPAQUEServerLogin(
      ke1: client.ke1, record: record, credentialIdentifier: Account.name, setup: setup)
    let ke2 = server.ke2
    var found: OPAQUEError.Code?
    do throws(OPAQUEError) { _ = try await client.finish(ke2: ke2, stretching: Service.weak) } catch {
      found = error.code
    }
    #expect(found == (isPrepared ? nil : .envelopeRecovery))
  }

  @Test(arguments: ["", "\u{7}", "\u{221}"])
  func aPasswordThatIsNoneIsRefused(password: String) {
    #expect(throws: OPAQUEError(.invalidPassword, "")) { _ = try Self.exchange(password: password) }
  }

  // MARK: Notes

  @Test func notesAreSealedAnew() async throws {
    let old = try Self.vault()
    let notes = ["1", "2"].map { name in Array("note \(name)".utf8) }
    let (one, two) = (notes[0], notes[1])
    let sealed = [try old.seal(one.span, name: "1"), try old.seal(two.span, name: "2")]
    let exchange = try Self.exchange(resealing: try Self.vault())
    _ = try await exchange.respond(to: response(to: exchange, notes: 2))
    let first = try await exchange.respond(to: OPAQUERegistrationMessage.note("1", sealed[0]))
    #expect(throws: Self.outOfOrder) { try Self.exchange().finish(with: nil) }
    let second = try await exchange.respond(to: OPAQUERegistrationMessage.note("2", sealed[1]))
    try exchange.finish(with: nil)

    var counts: [Int] = []
    var found: [[UInt8]] = []
    if let outcome = exchange.takeOutcome() {
      counts = [outcome.resealedNotes, outcome.keptNotes]
      let new = try OPAQUEVault(exportKey: outcome.exportKey, account: "alice")
      found = [try opened(first, by: new, name: "1"), try opened(second, by: new, name: "2")]
    }
    #expect(counts == [2, 0] && found == notes)
    #expect(throws: OPAQUEError(.sealBroken, "")) { _ = try opened(first, by: old, name: "1") }
  }

  /// Another's, another name's, a damaged one, one too short to be any: none keeps the password from being changed.
  @Test func notesThatDoNotOpenStayAsTheyAre() async throws {
    let note: [UInt8] = [1, 2, 3]
    let right = try Self.vault().seal(note.span, name: "f")
    var damaged = right
    damaged[20] ^= 1
    var otherVersion = right
    otherVersion[0] = 2
    let sealed = [
      ("a", try Self.vault(2).seal(note.span, name: "a")),
      ("b", try Self.vault(account: "bob").seal(note.span, name: "b")),
      ("c", right), ("d", [1]), ("f", right), ("f1", damaged), ("f2", otherVersion),
    ]
    let exchange = try Self.exchange(resealing: try Self.vault())
    _ = try await exchange.respond(to: response(to: exchange, notes: sealed.count))
    for (name, bytes) in sealed {
      let message = try await exchange.respond(to: OPAQUERegistrationMessage.note(name, bytes))
      #expect(message.isEmpty == (name != "f"))
    }
    try exchange.finish(with: [])
    var counts: [Int] = []
    if let outcome = exchange.takeOutcome() { counts = [outcome.resealedNotes, outcome.keptNotes] }
    #expect(counts == [1, 6])
  }

  @Test(arguments: [0, 1, 16])
  func withoutTheOldKeyNotesAreNotLostUnasked(count: Int) async throws {
    let exchange = try Self.exchange(mayLoseNotes: false)
    let message = try response(to: exchange, notes: count)
    let found = await code { _ = try await exchange.respond(to: message) }
    #expect(found == (count == 0 ? nil : .notesWouldBeLost))
  }

  @Test func withoutTheOldKeyEveryNoteStays() async throws {
    let note: [UInt8] = [1]
    let sealed = try Self.vault().seal(note.span, name: "a")
    let exchange = try Self.exchange()
    _ = try await exchange.respond(to: response(to: exchange, notes: 1))
    let message = try await exchange.respond(to: OPAQUERegistrationMessage.note("a", sealed))
    #expect(message.isEmpty)
    try exchange.finish(with: nil)
    var kept = 0
    if let outcome = exchange.takeOutcome() { kept = outcome.keptNotes }
    #expect(kept == 1)
  }

  @Test(arguments: [["a", "a"], ["b", "a"], ["a1", "a"], ["a", "Z"]])
  func notesOutOfTheirOrderAreRefused(names: [String]) async throws {
    let exchange = try Self.exchange()
    _ = try await exchange.respond(to: response(to: exchange, notes: 2))
    _ = try await exchange.respond(to: OPAQUERegistrationMessage.note(names[0], [1]))
    await #expect(throws: Self.outOfOrder) {
      _ = try await exchange.respond(to: OPAQUERegistrationMessage.note(names[1], [1]))
    }
    #expect(throws: Self.outOfOrder) { try exchange.finish(with: nil) }
  }

  // MARK: What the server may not do

  /// Below the floor, above the cap: refused before anything is computed, so also with a response that is nothing.
  @Test(arguments: [
    "argon2id,m=8,t=1,p=1", "scrypt,n=2,r=1,p=1", "argon2id,m=4294967295,t=1,p=1", "scrypt,n=4294967296,r=8,p=1",
  ])
  func theDefaultLimitsHoldBeforeAnyWork(parameters: String) async throws {
    let exchange = try Self.exchange(policy: OPAQUESASLClientPolicy())
    let nothing = Base64.string([UInt8](repeating: 0, count: 64))
    await #expect(throws: OPAQUEError(.stretchingRefused, "")) {
      _ = try await exchange.respond(to: Array("k=\(nothing),s=\(parameters),v=0".utf8))
    }
  }

  /// Built without Argon2id, as the tests are by default, stretching first would be another error.
  @Test func theClientsOwnElementIsRefusedBeforeTheStretching() async throws {
    let exchange = try Self.exchange(policy: OPAQUESASLClientPolicy())
    let request = try OPAQUERegistrationMessage.Request(parsing: exchange.initialResponse).bytes
    let message = OPAQUERegistrationMessage.response(request + setup.publicKey, .default, notes: 0)
    await #expect(throws: OPAQUEError(.reflectedValue, "")) { _ = try await exchange.respond(to: message) }
  }

  @Test(arguments: MalformedMessageTests.badElements)
  func elementsThatAreNoneAreRefused(hex: String) async throws {
    let element = bytes(hex)
    for isKey in [true, false] {
      let exchange = try Self.exchange()
      let good = RistrettoPoint.generator.encoded
      let message = OPAQUERegistrationMessage.response(
        isKey ? good + element : element + setup.publicKey, Service.weak, notes: 0)
      await #expect(throws: OPAQUEError(.invalidElement, "")) { _ = try await exchange.respond(to: message) }
    }
  }

  // MARK: Steps out of order

  @Test func aSuccessBeforeTheRecordIsNotBelieved() async throws {
    let exchange = try Self.exchange()
    #expect(throws: Self.outOfOrder) { try exchange.finish(with: nil) }
    await #expect(throws: Self.outOfOrder) { _ = try await exchange.respond(to: try response(to: exchange)) }
  }

  @Test func aSuccessBeforeTheLastNoteIsNotBelieved() async throws {
    let exchange = try Self.exchange()
    _ = try await exchange.respond(to: response(to: exchange, notes: 2))
    _ = try await exchange.respond(to: OPAQUERegistrationMessage.note("a", [1]))
    #expect(throws: Self.outOfOrder) { try exchange.finish(with: nil) }
    let none = exchange.takeOutcome() == nil
    #expect(none)
  }

  @Test func aSuccessWithDataIsNotBelieved() async throws {
    let exchange = try Self.exchange()
    _ = try await exchange.respond(to: response(to: exchange))
    #expect(throws: Self.outOfOrder) { try exchange.finish(with: [0]) }
    let none = exchange.takeOutcome() == nil
    #expect(none)
  }

  @Test func aSuccessTwiceIsNotBelieved() async throws {
    let exchange = try Self.exchange()
    _ = try await exchange.respond(to: response(to: exchange))
    try exchange.finish(with: nil)
    #expect(throws: Self.outOfOrder) { try exchange.finish(with: nil) }
  }

  @Test func aNoteThatWasNotAnnouncedIsNotAnswered() async throws {
    let exchange = try Self.exchange()
    _ = try await exchange.respond(to: response(to: exchange))
    await #expect(throws: Self.outOfOrder) {
      _ = try await exchange.respond(to: OPAQUERegistrationMessage.note("a", [1]))
    }
    #expect(throws: Self.outOfOrder) { try exchange.finish(with: nil) }
  }

  @Test func afterAFailureNothingIsSentAndNoSuccessIsBelieved() async throws {
    let exchange = try Self.exchange()
    await #expect(throws: OPAQUEError(.malformedMessage, "")) { _ = try await exchange.respond(to: []) }
    let challenge = try response(to: exchange)
    await #expect(throws: Self.outOfOrder) { _ = try await exchange.respond(to: challenge) }
    #expect(throws: Self.outOfOrder) { try exchange.finish(with: nil) }
  }

  // MARK: Secrecy

  /// Neither passwords nor keys nor notes stand in what a dump shows, nor in an error.
  @Test func nothingSecretIsPrinted() async throws {
    let password = "Tr0ub4dor-and-3"
    let exchange = try Self.exchange(password: password, resealing: try Self.vault(0x5a))
    var shown = ""
    dump(exchange, to: &shown)
    let note = Array("a note".utf8)
    let sealed = try Self.vault(0x5a).seal(note.span, name: "a")
    _ = try await exchange.respond(to: response(to: exchange, notes: 2))
    dump(exchange, to: &shown)
    _ = try await exchange.respond(to: OPAQUERegistrationMessage.note("a", sealed))
    do { _ = try await exchange.respond(to: Array("n=b,d=\(password)".utf8)) } catch { shown += "\(error)" }
    dump(exchange, to: &shown)
    for secret in [password, "a note", "5a5a", "90, 90", "0x5a"] { #expect(!shown.contains(secret)) }
  }
}
