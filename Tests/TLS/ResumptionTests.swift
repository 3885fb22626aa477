import PassBindCrypto
import PassBindSASL
import PassBindTLS
import Testing

/// The ways in which a session can be kept.
enum Keeping: CaseIterable, CustomTestStringConvertible {
  case ticket12
  case memory12
  case memoryWithoutTicket12
  case ticket13
  case memory13

  var version: TLSVersion { self == .ticket13 || self == .memory13 ? .tls13 : .tls12 }

  var testDescription: String {
    switch self {
    case .ticket12: "TLS 1.2, ticket"
    case .memory12: "TLS 1.2, session ID, server without tickets"
    case .memoryWithoutTicket12: "TLS 1.2, session ID, client without tickets"
    case .ticket13: "TLS 1.3, ticket"
    case .memory13: "TLS 1.3, server's memory"
    }
  }

  func server(
    _ identities: [String], change: (inout TLSServerContext.Configuration) -> Void = { _ in }
  ) throws -> TLSServerContext {
    var configuration = TLSServerContext.Configuration(identities: identities.map(Certificates.identity))
    configuration.resumption =
      switch self {
      case .ticket12, .ticket13: .tickets
      case .memory12, .memory13: .memory(100)
      case .memoryWithoutTicket12: .ticketsAndMemory(100)
      }
    change(&configuration)
    return try TLSServerContext(configuration)
  }

  func client(extendedMasterSecret: Bool = true) throws -> TLSClientContext {
    try .test {
      $0.versions = version...version
      $0.tests.tickets = self != .memoryWithoutTicket12
      $0.tests.extendedMasterSecret = extendedMasterSecret
    }
  }
}

@Suite("Resumption")
struct ResumptionTests {
  /// Identities in one context, by the order in which they are loaded: OpenSSL's SSL_get_certificate returns the last
  /// one on resumed connections, whichever the client saw.
  static let identities = [
    ["server"], ["rsa-sha384", "p384-sha512"], ["p384-sha512", "rsa-sha384"], ["ed25519", "rsa-sha384"],
  ]

  @Test("Both ends bind alike, three connections in a row", arguments: Keeping.allCases, identities)
  func chain(keeping: Keeping, identities: [String]) throws {
    let server = try keeping.server(identities)
    let client = try keeping.client()
    let first = try Pair.connected(client, server)
    var session = first.client.session
    let firstBindings = first.client.channelBindings
    #expect(!firstBindings.isResumed)
    try first.close()
    var seen = [firstBindings]
    for _ in 0..<2 {
      #expect(session != nil)
      let pair = try Pair.connected(client, server, resuming: session)
      session = pair.client.session
      let bindings = pair.client.channelBindings
      #expect(bindings.isResumed)
      #expect(bindings == pair.server.channelBindings)
      #expect(bindings.data(.tlsServerEndPoint) == firstBindings.data(.tlsServerEndPoint))
      #expect(bindings.unavailable == firstBindings.unavailable)
      #expect(bindings.data(.tlsExporter)?.count == 32)
      #expect(bindings.data(.tlsUnique)?.count == (keeping.version == .tls12 ? 12 : nil))
      for earlier in seen {
        #expect(bindings.data(.tlsExporter) != earlier.data(.tlsExporter))
        if keeping.version == .tls12 { #expect(bindings.data(.tlsUnique) != earlier.data(.tlsUnique)) }
      }
      #expect(pair.client.handshake?.peerCertificate == first.client.handshake?.peerCertificate)
      seen.append(bindings)
      try pair.close()
    }
  }

  @Test(
    "A session without the extended master secret binds the certificate alone",
    arguments: Keeping.allCases.filter { $0.version == .tls12 })
  func withoutEMS(keeping: Keeping) throws {
    let server = try keeping.server(["server"])
    let client = try keeping.client(extendedMasterSecret: false)
    let session = try Pair.session(client, server)
    let second = try Pair.connected(client, server, resuming: session)
    #expect(second.client.handshake?.isResumed == true)
    #expect(second.client.channelBindings == second.server.channelBindings)
    #expect(second.client.channelBindings.available.map(\.type) == [.tlsServerEndPoint])
  }

  @Test("Nodes with shared ticket keys and other certificates", arguments: [Keeping.ticket12, .ticket13])
  func sharedKeys(keeping: Keeping) throws {
    let keys = TLSTicketKeys.random()
    let a = try keeping.server(["server"]) { $0.ticketKeys = keys }
    let b = try keeping.server(["p384-sha384"]) { $0.ticketKeys = keys }
    let client = try keeping.client()
    let session = try Pair.session(client, a)
    let second = try Pair.connected(client, b, resuming: session)
    #expect(second.client.handshake?.isResumed == true)
    #expect(second.client.channelBindings == second.server.channelBindings)
    // The hash of what the client saw, which is a's certificate, though b sent its own to others.
    let expected = try Certificates.sha256("server")
    #expect(second.server.channelBindings.data(.tlsServerEndPoint) == expected)
    // And the ticket that b gave leads back to a.
    let third = try Pair.connected(client, a, resuming: second.client.session)
    #expect(third.client.handshake?.isResumed == true)
    #expect(third.client.channelBindings == third.server.channelBindings)
    #expect(third.server.channelBindings.data(.tlsServerEndPoint) == expected)
  }

  @Test("Other keys or another session ID context: a full handshake", arguments: [Keeping.ticket12, .ticket13])
  func strangers(keeping: Keeping) throws {
    let keys = TLSTicketKeys.random()
    let home = try keeping.server(["server"]) { $0.ticketKeys = keys }
    let otherKeys = try keeping.server(["server"])
    let otherContext = try keeping.server(["server"]) {
      $0.ticketKeys = keys
      $0.sessionIDContext = [1]
    }
    let client = try keeping.client()
    let session = try Pair.session(client, home)
    for server in [otherKeys, otherContext] {
      let pair = try Pair.connected(client, server, resuming: session)
      #expect(pair.client.handshake?.isResumed == false)
      #expect(pair.client.channelBindings == pair.server.channelBindings)
    }
  }

  @Test("Ticket keys survive as bytes")
  func ticketKeyBytes() throws {
    let bytes = randomBytes(count: TLSTicketKeys.count)
    let keys = (try TLSTicketKeys(SecretBytes(copying: bytes)), try TLSTicketKeys(SecretBytes(copying: bytes)))
    let a = try TLSServerContext.test("server") { $0.ticketKeys = keys.0 }
    let b = try TLSServerContext.test("server") { $0.ticketKeys = keys.1 }
    let client = try TLSClientContext.test()
    let session = try Pair.session(client, a)
    #expect(try Pair.connected(client, b, resuming: session).client.handshake?.isResumed == true)
  }

  @Test("A session of another host or another context is not offered", arguments: Keeping.allCases)
  func otherPurpose(keeping: Keeping) throws {
    let server = try keeping.server(["server"])
    let client = try keeping.client()
    let session = try Pair.session(client, server)
    let otherHost = try Pair(client, server, host: "127.0.0.1", resuming: session)
    try otherHost.shakeHands()
    #expect(otherHost.client.handshake?.isResumed == false)
    #expect(try Pair.connected(keeping.client(), server, resuming: session).client.handshake?.isResumed == false)
  }

  @Test("A session made without verification does not get past one that verifies")
  func unverifiedSession() throws {
    let server = try TLSServerContext.test("rogue")
    let careless = try TLSClientContext.test(trust: .dangerouslyUnverified)
    let session = try Pair.session(careless, server)
    #expect(throws: TLSError(.untrustedPeer, "")) {
      try Pair.connected(.test(), server, resuming: session)
    }
  }

  @Test("Switched off, there is nothing to resume", arguments: [TLSVersion.tls12, .tls13])
  func off(version: TLSVersion) throws {
    let server = try TLSServerContext.test("server") { $0.resumption = .off }
    let client = try TLSClientContext.test { $0.versions = version...version }
    #expect(try Pair.connected(client, server).client.session == nil)
  }

  @Test("A server has no session to give away")
  func serverSession() throws {
    #expect(try Pair.connected(.test(), .test("server")).server.session == nil)
  }

  @Test("No server takes early data", arguments: [Keeping.ticket13, .memory13])
  func earlyData(keeping: Keeping) throws {
    #expect(try Pair.session(keeping.client(), keeping.server(["server"])).maximumEarlyData == 0)
  }

  @Test("Many connections at a time share contexts, sessions and the server's memory", arguments: Keeping.allCases)
  func concurrent(keeping: Keeping) async throws {
    let server = try keeping.server(["rsa-sha384", "p384-sha512"])
    let client = try keeping.client()
    let session = try Pair.session(client, server)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<10 {
            let pair = try Pair.connected(client, server, resuming: session)
            #expect(pair.client.handshake?.isResumed == true)
            #expect(pair.client.channelBindings == pair.server.channelBindings)
            #expect(pair.client.channelBindings.data(.tlsServerEndPoint)?.count == 64)
            try pair.close()
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
