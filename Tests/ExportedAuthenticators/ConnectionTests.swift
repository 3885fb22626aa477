import PassBindCrypto
@testable import PassBindExportedAuthenticators
import PassBindTLS
import Testing

@Suite("Over connections of PassBindTLS")
struct ConnectionTests {
  @Test("Each end proves another identity, by each hash", arguments: Prover.allCases, HashFunction.handshake)
  func authenticate(prover: Prover, hash: HashFunction) throws {
    let pair = try Pair.connected(hash)
    #expect(pair.client.handshake?.cipherSuite.hasSuffix(hash == .sha256 ? "_SHA256" : "_SHA384") == true)
    var ends = try Ends(pair)
    let request = try ends.request(of: prover)
    let asked = request.context
    let answer = try ends.answer(request.bytes, by: prover, as: prover.identity)
    #expect(try ExportedAuthenticators.context(of: answer.bytes) == asked)
    #expect(answer.identity?.subject == (try prover.identity.subject))
    let peer = try ends.validate(answer.bytes, for: request, of: prover)
    #expect(peer.certificates == [try Certificates.der(prover == .client ? "client" : "second")])
    #expect(peer.subject == "CN=\(prover == .client ? "client" : "second"),O=PassBind test")
    #expect(peer.signatureScheme == .ecdsaSecp256r1Sha256)
    #expect(peer.context == asked)
    #expect(peer.leafExtensions.isEmpty)
  }

  @Test("Both ends at once, in any order, many times")
  func interleaved() throws {
    var ends = try Ends(Pair.connected(.sha384))
    for _ in 0..<20 {
      let ofClient = try ends.request(of: .client)
      let ofServer = try ends.request(of: .server)
      let second = try ends.request(of: .client)
      let byServer = try ends.answer(ofServer.bytes, by: .server, as: Prover.server.identity)
      let bySecond = try ends.answer(second.bytes, by: .client, as: Prover.client.identity)
      let byClient = try ends.answer(ofClient.bytes, by: .client, as: Prover.client.identity)
      _ = try ends.validate(byClient.bytes, for: ofClient, of: .client)
      _ = try ends.validate(byServer.bytes, for: ofServer, of: .server)
      _ = try ends.validate(bySecond.bytes, for: second, of: .client)
    }
  }

  @Test("An end that declines, or has nothing that suits, is reported as such", arguments: Prover.allCases)
  func refuse(prover: Prover) throws {
    var ends = try Ends(Pair.connected(.sha256))
    for declines in [true, false] {
      let request = try ends.request(of: prover)
      let answer: [UInt8]
      if declines {
        let received = try ends.receive(request.bytes, by: prover)
        answer = prover == .client ? try ends.client.refuse(received) : try ends.server.refuse(received)
      } else {
        let made = try ends.answer(request.bytes, by: prover)
        #expect(made.identity == nil)
        answer = made.bytes
      }
      #expect(try ExportedAuthenticators.context(of: answer) == nil)
      #expect(try ends.refusal(of: answer, for: request, of: prover)?.code == .refused)
    }
  }

  @Test("A server need not be asked")
  func spontaneous() throws {
    var ends = try Ends(Pair.connected(.sha384))
    let identity = try Prover.server.identity
    for _ in 0..<2 {
      let bytes = try ends.server.authenticateSpontaneously(as: identity)
      let peer = try ends.client.validateSpontaneous(bytes, checking: Prover.server.check)
      #expect(peer.subject == identity.subject)
      #expect(throws: ExportedAuthenticatorError(.contextReused, "")) {
        try ends.client.validateSpontaneous(bytes, checking: Prover.server.check)
      }
    }
  }

  @Test("A client has to be asked")
  func spontaneousClient() throws {
    var ends = try Ends(Pair.connected(.sha384))
    #expect(throws: ExportedAuthenticatorError(.invalidConfiguration, "")) {
      try ends.client.authenticateSpontaneously(as: Prover.client.identity)
    }
    let bytes = try ends.server.authenticateSpontaneously(as: Prover.server.identity)
    for check in [try Prover.server.check, try Prover.client.check] {
      #expect(throws: ExportedAuthenticatorError(.invalidConfiguration, "")) {
        try ends.server.validateSpontaneous(bytes, checking: check)
      }
    }
  }

  /// RFC 9261 section 5.2.2 has a spontaneous authenticator signed by a scheme of the ClientHello.
  @Test("Our ClientHello has every scheme in signature_algorithms")
  func clientHello() throws {
    let hello = try TLSEngine(client: .test(.tls13), host: "localhost").takeOutput()
    // Record header 5, message header 4, version 2, random 32; then session ID, cipher suites, compression methods,
    // extensions.
    var reader = Reader(hello[(5 + 4 + 2 + 32)...])
    _ = try reader.vector(0...32)
    _ = try reader.vector(2...0xfffe)
    _ = try reader.vector(1...255)
    let extensions = try [AuthenticatorExtension](parsing: reader.vector(8...0xffff))
    let schemes = try #require(extensions[.signatureAlgorithms]).signatureSchemes()
    #expect(Set(schemes) == Set(SignatureScheme.allCases))
  }

  @Test("A resumed connection is one too")
  func resumed() throws {
    let (client, server) = (try TLSClientContext.test(.tls13), try TLSServerContext.test("server"))
    let first = try Pair.connected(client, server)
    try first.server.write([1].span)
    try first.shakeHands()
    let session = try #require(first.client.session)
    let pair = try Pair.connected(client, server, resuming: session)
    #expect(pair.client.handshake?.isResumed == true)
    var ends = try Ends(pair)
    let request = try ends.request(of: .client)
    let answer = try ends.answer(request.bytes, by: .client, as: Prover.client.identity)
    _ = try ends.validate(answer.bytes, for: request, of: .client)
  }

  @Test("TLS 1.2 has none", arguments: [Flavour.tls12, .tls12WithoutEMS])
  func tls12(flavour: Flavour) throws {
    let pair = try Pair.connected(.test(flavour), .test("server"))
    for engine in [pair.client, pair.server] { try expectNone(engine, "TLS 1.3") }
  }

  @Test("Before the peer's Finished there are none, at either end")
  func unfinished() throws {
    let pair = try Pair(.test(.tls13), .test("server"))
    try expectNone(pair.client, "not finished")
    try expectNone(pair.server, "not finished")
    try Pair.carry(pair.client.takeOutput(), to: pair.server)
    // The server has sent its Finished by now, and OpenSSL would export.
    #expect(pair.server.outputCount > 0)
    try expectNone(pair.server, "not finished")
    try Pair.carry(pair.server.takeOutput(), to: pair.client)
    try expectNone(pair.server, "not finished")
    _ = try ExportedAuthenticators(pair.client)
    try Pair.carry(pair.client.takeOutput(), to: pair.server)
    _ = try ExportedAuthenticators(pair.server)
  }

  @Test("A connection that failed has none")
  func failed() throws {
    let pair = try Pair.connected(.sha384)
    #expect(throws: TLSError.self) { try pair.client.receive([UInt8](repeating: 0xff, count: 100).span) }
    try expectNone(pair.client, "")
  }

  private func expectNone(_ engine: TLSEngine, _ reason: String) throws {
    do {
      _ = try ExportedAuthenticators(engine)
      Issue.record("there are authenticators")
    } catch {
      #expect(error.code == .unavailable)
      #expect(reason.isEmpty || error.reason.contains(reason), "\(error)")
    }
  }
}
