import Foundation
import PassBindSASL
import PassBindTLS
import Testing

/// Against the openssl command, which exports without a context: the same as RFC 9266's on TLS 1.3, and on TLS 1.3
/// alone.
@Suite("The openssl command as peer")
struct OpenSSLPeerTests {
  static let export = ["-keymatexport", "EXPORTER-Channel-Binding", "-keymatexportlen", "32"]

  @Test("s_client exports what our server binds")
  func exporterOfServer() throws {
    let listener = try Socket.listening()
    let peer = try Peer(
      "openssl", ["s_client", "-connect", "127.0.0.1:\(listener.port)", "-tls1_3", "-ign_eof"] + Self.export)
    let socket = try listener.accepted()
    let server = try TLSEngine(server: .test("server"))
    try server.run(over: socket) { engine, _ in engine.state == .open }
    let printed = try peer.wait(for: /Keying material: ([0-9A-Fa-f]{64})/)[0].1
    #expect(bytes(hex: printed) == server.channelBindings.data(.tlsExporter))
  }

  @Test("s_server exports what our client binds")
  func exporterOfClient() throws {
    let (peer, port) = try server(["-tls1_3"] + Self.export)
    let client = try TLSEngine(client: .test(), host: "localhost")
    let socket = try Socket.connected(port: port)
    try client.run(over: socket) { engine, _ in engine.state == .open }
    let printed = try peer.wait(for: /Keying material: ([0-9A-Fa-f]{64})/)[0].1
    #expect(bytes(hex: printed) == client.channelBindings.data(.tlsExporter))
  }

  @Test("A client that asks for renegotiation is refused, and the bindings stay")
  func clientRenegotiates() throws {
    let listener = try Socket.listening()
    let peer = try Peer("openssl", ["s_client", "-connect", "127.0.0.1:\(listener.port)", "-tls1_2"])
    let socket = try listener.accepted()
    let server = try TLSEngine(server: .test("server"))
    try server.run(over: socket) { engine, _ in engine.state == .open }
    let before = server.channelBindings
    try peer.type("R")
    // s_client gives up when it is told no, whichever way it hangs up.
    _ = try? server.run(over: socket) { engine, _ in engine.state != .open }
    _ = try peer.wait(for: /no renegotiation/)
    #expect(server.channelBindings == before)
  }

  @Test("A server that asks for renegotiation is refused, and the bindings stay")
  func serverRenegotiates() throws {
    let (peer, port) = try server(["-tls1_2"])
    let client = try TLSEngine(client: .test(), host: "localhost")
    let socket = try Socket.connected(port: port)
    try client.run(over: socket) { engine, _ in engine.state == .open }
    let before = client.channelBindings
    try client.write([UInt8]("hello\n".utf8).span)
    try client.run(over: socket) { _, _ in true }
    _ = try peer.wait(for: /hello/)
    try peer.type("r")
    _ = try? client.run(over: socket) { engine, _ in engine.state != .open }
    _ = try peer.wait(for: /alert read:warning:no renegotiation/)
    #expect(client.channelBindings == before)
  }

  /// A running s_server and its port.
  private func server(_ arguments: [String]) throws -> (Peer, UInt16) {
    let identity = ["-cert", Certificates.pem("server"), "-key", Certificates.key("server")]
    let peer = try Peer("openssl", ["s_server", "-accept", "127.0.0.1:0", "-state"] + identity + arguments)
    let port = try peer.wait(for: /ACCEPT 127\.0\.0\.1:(\d+)/)[0].1
    return (peer, try #require(UInt16(port)))
  }
}

/// Against gnutls-cli and gnutls-serv, which compute all three bindings themselves.
@Suite(
  "GnuTLS as peer",
  .enabled(
    if: Peer.isInstalled("gnutls-cli") || ProcessInfo.processInfo.environment["CI"] == "true",
    "gnutls-cli is missing; run: apt-get install gnutls-bin"))
struct GnuTLSPeerTests {
  @Test(
    "gnutls-cli binds as our server does, on a full and on a resumed connection",
    arguments: Keeping.allCases, [["server"], ["rsa-sha384", "p384-sha512"]])
  func bothConnections(keeping: Keeping, identities: [String]) throws {
    let extra = keeping == .memoryWithoutTicket12 ? ":%NO_TICKETS" : ""
    let results = try connect(keeping.server(identities), "+VERS-TLS\(keeping.version)\(extra)", connections: 2)
    #expect(results.map(\.ours.isResumed) == [false, true])
    for (ours, theirs) in results {
      for type in ChannelBindingType.preferred { #expect(ours.data(type) == theirs[type], "\(type)") }
    }
  }

  @Test(
    "gnutls-serv binds as our client does, on full and resumed connections",
    arguments: [Keeping.ticket12, .memoryWithoutTicket12, .ticket13])
  func client(keeping: Keeping) throws {
    // It listens on no port of the system's choice.
    let held = try Socket.holding()
    defer { withExtendedLifetime(held) {} }
    let port = held.port
    // It says what it says when its buffer is full, and it is never stopped gently.
    let peer = try Peer(
      "stdbuf",
      [
        "-oL", "gnutls-serv", "--echo", "-p", "\(port)", "--x509certfile", Certificates.pem("p384-sha384"),
        "--x509keyfile", Certificates.key("p384-sha384"),
      ])
    _ = try peer.wait(for: /listening on IPv4/)
    let context = try keeping.client()
    var session: TLSSession?
    var ours: [ChannelBindings] = []
    for _ in 0..<3 {
      let client = try TLSEngine(client: context, host: "localhost", resuming: session)
      let socket = try Socket.connected(port: port)
      try client.run(over: socket) { engine, _ in engine.session != nil }
      try client.write([UInt8]("echo\n".utf8).span)
      try client.run(over: socket) { _, plaintext in plaintext.count == 5 }
      session = client.session
      ours.append(client.channelBindings)
      client.close()
      try socket.send(client.takeOutput())
    }
    #expect(ours.map(\.isResumed) == [false, true, true])
    _ = try peer.wait(for: /'tls-exporter'.*\n/, count: 3)
    for (ours, theirs) in zip(ours, try blocks(of: peer, count: 3)) {
      #expect(ours.data(.tlsExporter) == theirs[.tlsExporter])
      #expect(ours.data(.tlsUnique) == theirs[.tlsUnique])
      // A resumed GnuTLS server does not know which certificate it showed.
      #expect(theirs[.tlsServerEndPoint] == (ours.isResumed ? nil : ours.data(.tlsServerEndPoint)))
    }
  }

  @Test("Without the extended master secret the exporter is absent at both ends; tls-unique at ours alone")
  func withoutEMS() throws {
    let (ours, theirs) = try connect(.test("server"), "+VERS-TLS1.2:%NO_SESSION_HASH", connections: 1)[0]
    #expect(ours.available.map(\.type) == [.tlsServerEndPoint])
    #expect(ours.data(.tlsServerEndPoint) == theirs[.tlsServerEndPoint])
    #expect(theirs[.tlsExporter] == nil)
    #expect(theirs[.tlsUnique] != nil)
  }

  @Test("The certificate's hash", arguments: EndPointTests.defined.map(\.name).filter { $0 != "pss-sha1" })
  func endPoint(identity: String) throws {
    let server = try TLSServerContext.test(identity) { $0.tests.securityLevel = 0 }
    let (ours, theirs) = try connect(server, "+VERS-TLS1.3", connections: 1)[0]
    #expect(ours.data(.tlsServerEndPoint) == theirs[.tlsServerEndPoint])
    #expect(ours.data(.tlsServerEndPoint) != nil)
  }

  /// Serves one connection, or two of which the second resumes, and returns both ends' bindings of each.
  private func connect(
    _ context: TLSServerContext, _ priority: String, connections: Int
  ) throws -> [(ours: ChannelBindings, theirs: [ChannelBindingType: [UInt8]])] {
    let listener = try Socket.listening()
    // Certificates are not its business here: it would refuse some kinds that OpenSSL accepts.
    let peer = try Peer(
      "gnutls-cli",
      ["--insecure", "--verbose", "-p", "\(listener.port)", "--priority", "NORMAL:-VERS-ALL:\(priority)", "localhost"]
        + (connections == 2 ? ["--resume", "--waitresumption"] : []))
    var ours: [ChannelBindings] = []
    for _ in 0..<connections {
      let socket = try listener.accepted()
      let server = try TLSEngine(server: context)
      try server.run(over: socket) { engine, _ in engine.state == .open }
      ours.append(server.channelBindings)
      // Its last connection lasts until its input ends.
      if ours.count == connections { peer.endInput() }
      _ = try? server.run(over: socket) { engine, _ in engine.state != .open }
      server.close()
      try? socket.send(server.takeOutput())
    }
    peer.finish()
    return Array(zip(ours, try blocks(of: peer, count: connections)))
  }

  /// The bindings that it printed, connection by connection.
  private func blocks(of peer: Peer, count: Int) throws -> [[ChannelBindingType: [UInt8]]] {
    let blocks = peer.text.components(separatedBy: "- Channel bindings\n").dropFirst()
    try #require(blocks.count == count, "\(peer.text)")
    return blocks.map { block in
      var found: [ChannelBindingType: [UInt8]] = [:]
      for match in block.matches(of: /'([a-z-]+)': ([0-9a-f]+)\n/) {
        if let type = ChannelBindingType(match.1) { found[type] = bytes(hex: match.2) }
      }
      return found
    }
  }
}
