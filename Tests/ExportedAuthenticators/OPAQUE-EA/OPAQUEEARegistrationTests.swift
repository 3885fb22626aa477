import PassBindCrypto
import PassBindRistretto
import PassBindSASL
import Testing

@testable import PassBindExportedAuthenticators
@testable import PassBindOPAQUE

/// A registration for OPAQUE-EA over the wire (REGISTRATION.md), with the server's end made by hand. What it has in
/// common with that for OPAQUE-R255 is tested there.
@Suite("OPAQUE-EA: registration over the wire")
struct OPAQUEEARegistrationTests {
  private let stretching: KeyStretchingParameters
  private let keys: OPAQUEServerKeys

  init() throws {
    stretching = try .scrypt(n: 16, r: 1, p: 1)
    keys = try OPAQUEServerKeys(current: .generate())
  }

  private static var policy: OPAQUESASLClientPolicy {
    var policy = OPAQUESASLClientPolicy()
    policy.stretchingLimits = .anything
    return policy
  }

  private static func exchange(
    _ password: String = Service.password, policy: OPAQUESASLClientPolicy = policy,
    resealing vault: consuming OPAQUEVault? = nil, mayLoseNotes: Bool = false
  ) throws -> OPAQUERegistrationExchange {
    try OPAQUERegistrationExchange(
      opaqueEA: secret(password), policy: policy, resealing: vault, mayLoseNotes: mayLoseNotes, account: "alice")
  }

  /// `server-1` to what the client sent.
  private func response(to exchange: OPAQUERegistrationExchange, notes: Int = 0) throws -> [UInt8] {
    let request = try OPAQUERegistrationMessage.Request(parsing: exchange.initialResponse).bytes
    let setup = try OPAQUEEAServerSetup(keys.current)
    let response = try setup.registrationResponse(to: request, credentialIdentifier: Service.name)
    return OPAQUERegistrationMessage.response(response, stretching, notes: notes)
  }

  @Test("The record logs in by OPAQUE-EA, and its export key is that of the logins") func logsIn() async throws {
    let exchange = try Self.exchange()
    #expect(exchange.mechanism.description == "OPAQUE-EA")
    let message = try await exchange.respond(to: response(to: exchange))
    let early = exchange.takeOutcome() == nil
    #expect(early)
    try exchange.finish(with: nil)
    let record = try OPAQUEEARecord(OPAQUERegistrationMessage.Record(parsing: message).bytes)
    let eaKeys = try OPAQUEEAServerKeys(keys)
    let credential = OPAQUEEACredential(record: record, keyID: keys.current.keyID, stretching: stretching)

    let line = try Line()
    let client = try OPAQUEEAClient(
      user: "alice", password: secret(Service.password), offer: Service.offer, authenticators: line.client,
      policy: Self.policy)
    let lookup = try OPAQUEEAServer(offer: Service.offer, authenticators: line.server).receive(client.firstMessage)
    let challenge = try lookup.challenge(with: credential, keys: eaKeys)
    let login = try await client.respond(to: challenge.message)
    _ = try challenge.receive(login.finalMessage)
    var isSame = false
    if let outcome = exchange.takeOutcome() {
      isSame =
        outcome.exportKey.isEqual(to: login.exportKey) && outcome.serverPublicKey == login.serverPublicKey
        && outcome.serverPublicKey == eaKeys.current.publicKey && outcome.resealedNotes == 0
    }
    #expect(isSame)
    let again = exchange.takeOutcome() == nil
    #expect(again)
  }

  @Test("Notes are sealed anew, and without the old key not given up unasked") func notes() async throws {
    let old = SecretBytes(copying: [UInt8](repeating: 1, count: 64))
    let note = Array("a note".utf8)
    let sealed = try OPAQUEVault(exportKey: old, account: "alice").seal(note.span, name: "a")
    let without = try Self.exchange()
    let challenge = try response(to: without, notes: 1)
    #expect(await code { _ = try await without.respond(to: challenge) } == .notesWouldBeLost)

    let exchange = try Self.exchange(resealing: OPAQUEVault(exportKey: old, account: "alice"))
    _ = try await exchange.respond(to: response(to: exchange, notes: 1))
    let answer = try await exchange.respond(to: OPAQUERegistrationMessage.note("a", sealed))
    try exchange.finish(with: nil)
    let resealed = try #require(try OPAQUERegistrationMessage.ResealedNote(parsing: answer).sealed)
    var opened: [UInt8] = []
    if let outcome = exchange.takeOutcome() {
      opened = try OPAQUEVault(exportKey: outcome.exportKey, account: "alice").open(resealed.span, name: "a")
        .publicBytes()
    }
    #expect(opened == note)
  }

  @Test("What a server may not say is refused before any stretching") func refused() async throws {
    // Here the least that is allowed would take its time, or is not built in: it is not come to.
    let limits = OPAQUESASLClientPolicy()
    let own = try Self.exchange(policy: limits)
    let request = try OPAQUERegistrationMessage.Request(parsing: own.initialResponse).bytes
    let key = [UInt8](repeating: 0xab, count: 32)
    let identity = [UInt8](repeating: 0, count: 32)
    let reflected = OPAQUERegistrationMessage.response(request + key, .default, notes: 0)
    #expect(await code { _ = try await own.respond(to: reflected) } == .reflectedValue)
    let good = RistrettoPoint.generator.encoded
    for (response, stretching, expected) in [
      (identity + key, KeyStretchingParameters.default, OPAQUEError.Code.invalidElement),
      (key + key, .default, .invalidElement), (good + key, stretching, .stretchingRefused),
    ] {
      let exchange = try Self.exchange(policy: limits)
      let message = OPAQUERegistrationMessage.response(response, stretching, notes: 0)
      #expect(await code { _ = try await exchange.respond(to: message) } == expected)
      // It is over then.
      #expect(await code { _ = try await exchange.respond(to: message) } == .outOfOrder)
      #expect(throws: OPAQUEError(.outOfOrder, "")) { try exchange.finish(with: nil) }
    }
  }

  @Test("A success that comes too early, twice or with data is not believed") func success() async throws {
    let outOfOrder = OPAQUEError(.outOfOrder, "")
    #expect(throws: outOfOrder) { try Self.exchange().finish(with: nil) }
    for data: [UInt8]? in [nil, [0]] {
      let exchange = try Self.exchange()
      _ = try await exchange.respond(to: response(to: exchange))
      if data == nil { try exchange.finish(with: nil) }
      #expect(throws: outOfOrder) { try exchange.finish(with: data) }
    }
  }

  @Test("Neither the password nor a note is in a dump") func secrecy() async throws {
    let exchange = try Self.exchange("Tr0ub4dor-and-3")
    var shown = ""
    dump(exchange, to: &shown)
    _ = try await exchange.respond(to: response(to: exchange))
    dump(exchange, to: &shown)
    #expect(!shown.contains("Tr0ub4dor"))
  }

  @Test("The worked example of the specification comes out of the code") func example() async throws {
    let example = try SpecifiedExample(in: "Sources/OPAQUE/SASL/REGISTRATION.md", under: "### OPAQUE-EA, to the byte")
    let opaque = try OPAQUEServerSetup(
      oprfSeed: example.secretHex("OPAQUE's oprf_seed"), privateKey: RistrettoScalar(1),
      decoys: OPAQUEDecoys(seed: example.secretHex("OPAQUE's decoy seed")))
    let setup = try OPAQUEEAServerSetup(opaque)
    example.expect("server_public_key", setup.publicKey)
    let password = try OPAQUESASLClientPolicy().prepare(secret(example.text("new password")))
    let nonce = try example.hex("envelope_nonce")
    let client = try OPAQUERegistrationExchange(
      OPAQUEEAClientRegistration(password: password, blind: example.scalar("blind")), for: OPAQUEEAMechanism.name,
      limits: .default, resealing: nil, account: example.text("user_name"), random: { _ in nonce })
    #expect(text(client.initialResponse) == (try example.text("client-1")))
    let request = try OPAQUERegistrationMessage.Request(parsing: client.initialResponse).bytes
    let response = try OPAQUERegistrationMessage.response(
      setup.registrationResponse(to: request, credentialIdentifier: Array(example.text("user_name").utf8)),
      KeyStretchingParameters(parsing: example.text("key_stretching")), notes: 0)
    #expect(text(response) == (try example.text("server-1")))
    let record = try await client.respond(to: response)
    #expect(text(record) == (try example.text("client-2")))
    try client.finish(with: nil)
    var exportKey: [UInt8] = []
    if let outcome = client.takeOutcome() { exportKey = outcome.exportKey.publicBytes() }
    example.expect("export_key", exportKey)
  }

  private func text(_ message: [UInt8]) -> String { String(decoding: message, as: UTF8.self) }
}
