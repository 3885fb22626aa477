import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("Attack 25: downgrades that the server's first message shows")
struct DowngradeTests {
  /// What the server offers, and what the interceptor leaves of it.
  static let full = SASLOffer(
    mechanisms: [
      SCRAMMechanism(.sha512, isPlus: true).name, SCRAMMechanism(.sha512).name,
      SCRAMMechanism(.sha256, isPlus: true).name, SCRAMMechanism(.sha256).name,
    ], bindingTypes: [.tlsExporter, .tlsServerEndPoint])
  static let stripped = [
    SASLOffer(mechanisms: Array(full.mechanisms.suffix(2)), bindingTypes: full.bindingTypes),
    SASLOffer(mechanisms: Array(full.mechanisms.suffix(1)), bindingTypes: full.bindingTypes),
    SASLOffer(mechanisms: full.mechanisms, bindingTypes: [.tlsServerEndPoint]),
    SASLOffer(mechanisms: full.mechanisms, bindingTypes: nil),
    SASLOffer(mechanisms: full.mechanisms + [MechanismName(known: "PLAIN")], bindingTypes: full.bindingTypes),
  ]

  /// A server that offers ``full`` and says so.
  static func server(version: ChannelBindings.TLSVersion? = .tls13) throws -> Server {
    var server = Server(try Account())
    server.offered = full
    server.bindings = ChannelBindings(tlsVersion: version)
    server.policy.sendsOfferHash = true
    server.policy.sendsTLSVersion = true
    return server
  }

  static func login(
    _ server: Server, offer: SASLOffer?, tlsVersion: ChannelBindings.TLSVersion? = .tls13,
    policy: SCRAMClientPolicy = SCRAMClientPolicy()
  ) async throws {
    let client = try client(server.account, policy: policy, offer: offer, tlsVersion: tlsVersion)
    let challenge = try server.lookup(plainFirst).challenge(with: server.account.verifier)
    let answer = try await client.respond(to: challenge.message)
    let login = try challenge.receive(answer.finalMessage)
    _ = try answer.verify(login.finalMessage)
  }

  @Test("An offer that arrived as it was sent, in whatever order, passes")
  func untouched() async throws {
    try await Self.login(try Self.server(), offer: Self.full)
    let shuffled = SASLOffer(
      mechanisms: Self.full.mechanisms.reversed(), bindingTypes: [.tlsServerEndPoint, .tlsExporter])
    try await Self.login(try Self.server(), offer: shuffled)
  }

  @Test("An offer that was changed ends the login (XEP-0474)", arguments: stripped)
  func changed(offer: SASLOffer) async throws {
    let server = try Self.server()
    await #expect(throws: error(.offerDowngrade)) { try await Self.login(server, offer: offer) }
    // Without the check, it goes through.
    try await Self.login(server, offer: offer, policy: policy { $0.offerCheck = .ignore })
  }

  @Test("Who takes the hash out of the message breaks the signature")
  func hashRemoved() async throws {
    let server = try Self.server()
    let login = try client(server.account, offer: Self.stripped[0])
    let challenge = try server.lookup(plainFirst).challenge(with: server.account.verifier)
    let message = string(challenge.message).split(separator: ",").prefix(3).joined(separator: ",")
    let answer = try await login.respond(to: utf8(message))
    let refusal = refusal(by: challenge, of: string(answer.finalMessage))
    #expect(refusal == error(.invalidProof))
  }

  @Test("The TLS version must be one and the same on both sides (XEP-0515)")
  func tlsVersion() async throws {
    try await Self.login(try Self.server(version: .tls12), offer: nil, tlsVersion: .tls12)
    let server = try Self.server(version: .tls12)
    await #expect(throws: error(.tlsVersionDowngrade)) {
      try await Self.login(server, offer: nil, tlsVersion: .tls13)
    }
    try await Self.login(server, offer: nil, tlsVersion: .tls13, policy: policy { $0.tlsVersionCheck = .ignore })
  }

  @Test("The messages are as the specifications spell them")
  func spelling() throws {
    let challenge = try Self.server().lookup(plainFirst).challenge(with: nil)
    let parts = string(challenge.message).split(separator: ",")
    // SHA-256 of the sorted names with 0x1E between them, 0x1F, the sorted types with 0x1E between them.
    let input =
      "SCRAM-SHA-256\u{1e}SCRAM-SHA-256-PLUS\u{1e}SCRAM-SHA-512\u{1e}SCRAM-SHA-512-PLUS\u{1f}"
      + "tls-exporter\u{1e}tls-server-end-point"
    let hash = Base64.string(try HashFunction.sha256.digest(of: utf8(input).span))
    #expect(parts.dropFirst(3) == ["h=\(hash)", "t=0304"])
    let older = try Self.server(version: .tls12).lookup(plainFirst).challenge(with: nil)
    let olderMessage = string(older.message)
    #expect(olderMessage.hasSuffix(",t=0303"))
    let none = try Self.server(version: nil).lookup(plainFirst).challenge(with: nil)
    let message = string(none.message)
    #expect(!message.contains(",t="))
  }

  @Test("A server says nothing of it unless it is told to")
  func silent() throws {
    let challenge = try Server(try Account()).lookup(plainFirst).challenge(with: nil)
    #expect(string(challenge.message).split(separator: ",").count == 3)
  }

  @Test("A client can insist on either")
  func required() async throws {
    let silent = Server(try Account())
    let hashWanted = policy { $0.offerCheck = .require }
    let versionWanted = policy { $0.tlsVersionCheck = .require }
    await #expect(throws: error(.offerDowngrade)) {
      try await Self.login(silent, offer: silent.offered, policy: hashWanted)
    }
    await #expect(throws: error(.tlsVersionDowngrade)) {
      try await Self.login(silent, offer: silent.offered, policy: versionWanted)
    }
    // Nor does it help to say something that the client cannot check.
    let server = try Self.server()
    await #expect(throws: error(.offerDowngrade)) { try await Self.login(server, offer: nil, policy: hashWanted) }
    await #expect(throws: error(.tlsVersionDowngrade)) {
      try await Self.login(server, offer: Self.full, tlsVersion: nil, policy: versionWanted)
    }
    try await Self.login(
      server, offer: Self.full,
      policy: policy {
        ($0.offerCheck, $0.tlsVersionCheck) = (.require, .require)
      })
  }
}
