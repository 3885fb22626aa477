import Foundation
import PassBindCrypto
import PassBindSASL
import PassBindTLS
import Testing

@Suite("Verification of the server")
struct VerificationTests {
  @Test("Names and addresses in it are right", arguments: ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "::1"])
  func rightHost(host: String) throws {
    let pair = try Pair(.test(), .test("server"), host: host)
    try pair.shakeHands()
    #expect(pair.client.handshake?.peerSubject == "CN=server,O=PassBind test")
    #expect(pair.client.handshake?.peerCertificate == (try Certificates.der("server")))
    #expect(pair.server.handshake?.peerCertificate == nil)
  }

  @Test(
    "Another name or address is refused, and the reason says so",
    arguments: ["elsewhere.example", "localhost.example", "server", "127.0.0.2", "::2"], Flavour.allCases)
  func wrongHost(host: String, flavour: Flavour) throws {
    try refused(Pair(.test(flavour), .test("server"), host: host), "not for host \(host)")
  }

  @Test("The same in the demo's certificate for another name")
  func otherHostCertificate() throws {
    try refused(Pair(.test(), .test("other-host")), "not for host localhost")
  }

  @Test("Another authority's certificate is refused", arguments: Flavour.allCases)
  func wrongAuthority(flavour: Flavour) throws {
    try refused(Pair(.test(flavour), .test("rogue")), "no trusted authority")
  }

  @Test("The system's authorities do not know ours")
  func systemTrust() throws {
    try refused(Pair(.test(trust: .system), .test("server")), "no trusted authority")
  }

  @Test("An expired certificate is refused")
  func expired() throws {
    try refused(Pair(.test(), .test("expired")), "expired")
  }

  @Test("Trust from memory works as from a file")
  func trustPEM() throws {
    let trust = TLSTrust.pem(try Certificates.bytes("authority.pem"))
    #expect(try Pair.connected(.test(trust: trust), .test("server")).client.state == .open)
    try refused(Pair(.test(trust: trust), .test("rogue")), "no trusted authority")
  }

  @Test("Only by that name is nothing verified", arguments: ["server", "rogue", "expired", "other-host"])
  func unverified(identity: String) throws {
    let pair = try Pair.connected(.test(trust: .dangerouslyUnverified), .test(identity))
    #expect(pair.client.handshake?.peerCertificate == (try Certificates.der(identity)))
    #expect(pair.client.channelBindings == pair.server.channelBindings)
  }

  @Test(
    "No host, no connection",
    arguments: [
      "", ".", ".localhost",
      "ex ample", "localhost\0.example", "bücher.example", "a/b", String(repeating: "a", count: 254),
    ])
  func illegalHost(host: String) throws {
    let client = try TLSClientContext.test()
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSEngine(client: client, host: host) }
  }

  /// The client says why; the server learns it by an alert; neither binds; both stay failed.
  private func refused(_ pair: Pair, _ reason: String) throws {
    let error = #expect(throws: TLSError(.untrustedPeer, "")) { try pair.shakeHands() }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    #expect(pair.client.state == .failed)
    #expect(pair.client.channelBindings.available.isEmpty)
    #expect(pair.client.handshake == nil)
    #expect(throws: TLSError(.untrustedPeer, "")) { try pair.client.receive([1].span) }
    #expect(throws: TLSError(.untrustedPeer, "")) { try pair.client.write([1].span) }
    let alert = pair.client.takeOutput()
    #expect(throws: TLSError(.handshakeFailed, "")) { try Pair.carry(alert, to: pair.server) }
    #expect(pair.server.channelBindings.available.isEmpty)
  }
}

@Suite("Configuration")
struct ConfigurationTests {
  @Test("PEM in memory is an identity too")
  func pemIdentity() throws {
    var key = try Certificates.bytes("server.key")
    let identity = TLSIdentity.pem(chain: try Certificates.bytes("server.pem"), key: SecretBytes(taking: &key))
    let server = try TLSServerContext(.init(identities: [identity]))
    #expect(try Pair.connected(.test(), server).client.state == .open)
  }

  @Test("A chain with an authority in it")
  func chain() throws {
    let chain = try Certificates.bytes("server.pem") + Certificates.bytes("authority.pem")
    let key = SecretBytes(copying: try Certificates.bytes("server.key"))
    let server = try TLSServerContext(.init(identities: [.pem(chain: chain, key: key)]))
    let pair = try Pair.connected(.test(), server)
    #expect(pair.client.channelBindings.data(.tlsServerEndPoint) == (try Certificates.sha256("server")))
  }

  @Test("No identity, no server")
  func noIdentity() {
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSServerContext(.init(identities: [])) }
  }

  @Test("Files that are missing, empty, of another kind or of another pair")
  func badFiles() throws {
    let pairs = [
      ("missing.pem", "server.key"), ("server.pem", "missing.key"), ("server.key", "server.pem"),
      ("server.pem", "rogue.key"), ("server.pem", "rsa-sha256.key"), ("", ""),
    ]
    for (chain, key) in pairs {
      let identity = TLSIdentity.files(chain: Certificates.path(chain), key: Certificates.path(key))
      #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSServerContext(.init(identities: [identity])) }
    }
  }

  @Test("A path with a NUL is not cut short")
  func nulPath() throws {
    let identity = TLSIdentity.files(
      chain: Certificates.pem("server") + "\0.txt", key: Certificates.key("server"))
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSServerContext(.init(identities: [identity])) }
    let trust = TLSTrust.file(Certificates.pem("authority") + "\0")
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSClientContext(.init(trust: trust)) }
  }

  @Test("Damaged PEM in memory", arguments: [0, 1, 100, 300])
  func badPEM(length: Int) throws {
    let chain = Array(try Certificates.bytes("server.pem").prefix(length))
    let identity = TLSIdentity.pem(chain: chain, key: SecretBytes(copying: try Certificates.bytes("server.key")))
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSServerContext(.init(identities: [identity])) }
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSClientContext(.init(trust: .pem(chain))) }
  }

  @Test("A good certificate followed by a damaged one")
  func damagedChain() throws {
    let chain = try Certificates.bytes("server.pem") + Certificates.bytes("authority.pem").dropLast(40)
    let identity = TLSIdentity.pem(chain: chain, key: SecretBytes(copying: try Certificates.bytes("server.key")))
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSServerContext(.init(identities: [identity])) }
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSClientContext(.init(trust: .pem(chain))) }
  }

  @Test("An encrypted key is refused, and nobody is asked for a passphrase")
  func encryptedKey() throws {
    let file = Certificates.path("encrypted-\(UUID().uuidString).key")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "openssl", "pkey", "-in", Certificates.key("server"), "-aes256", "-passout", "pass:test", "-out", file,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let identity = TLSIdentity.files(chain: Certificates.pem("server"), key: file)
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSServerContext(.init(identities: [identity])) }
  }

  @Test("A certificate with a weak signature is not shown to clients", arguments: ["rsa-sha1", "pss-sha1"])
  func weakCertificate(name: String) throws {
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSServerContext.test(name) }
  }

  @Test("Session ID contexts have 1 to 32 bytes", arguments: [0, 33, 1000])
  func sessionIDContext(count: Int) throws {
    #expect(throws: TLSError(.invalidConfiguration, "")) {
      try TLSServerContext.test("server") { $0.sessionIDContext = [UInt8](repeating: 1, count: count) }
    }
  }

  @Test("Ticket keys have 80 bytes", arguments: [0, 48, 79, 81])
  func ticketKeys(count: Int) {
    #expect(throws: TLSError(.invalidConfiguration, "")) { try TLSTicketKeys(SecretBytes(count: count)) }
  }

  @Test("Odd numbers of sessions trap nowhere", arguments: [Int.min, -1, 0, 1, Int.max])
  func sessionCount(count: Int) throws {
    for resumption in [TLSServerContext.Resumption.memory(count), .ticketsAndMemory(count)] {
      let server = try TLSServerContext.test("server") { $0.resumption = resumption }
      #expect(try Pair.connected(.test(), server).client.state == .open)
    }
  }

  @Test("Ends without a common version do not connect")
  func versions() throws {
    let server = try TLSServerContext.test("server") { $0.versions = .tls13 ... .tls13 }
    let pair = try Pair(.test(.tls12), server)
    #expect(throws: TLSError(.handshakeFailed, "")) { try pair.shakeHands() }
  }

  @Test("The highest common version is taken, with forward secrecy and AEAD", arguments: [TLSVersion.tls12, .tls13])
  func negotiation(version: TLSVersion) throws {
    let server = try TLSServerContext.test("server") { $0.versions = .tls12...version }
    let handshake = try #require(try Pair.connected(.test(), server).client.handshake)
    #expect(handshake.version == version)
    #expect(handshake.cipherSuite.hasSuffix("_GCM_SHA384") || handshake.cipherSuite.hasSuffix("_GCM_SHA256"))
    #expect(version == .tls13 || handshake.cipherSuite.hasPrefix("TLS_ECDHE_"))
  }
}
