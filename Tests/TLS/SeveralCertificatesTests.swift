import PassBindCrypto
import PassBindSASL
import PassBindTLS
import Testing

/// A server with a certificate for every taste: each client is bound to the one that it was shown, however often it
/// comes back.
@Suite("Several certificates in one context")
struct SeveralCertificatesTests {
  /// A client's taste, and the certificate that it is shown for it.
  enum Taste: CaseIterable {
    case rsa, ecdsa, ed25519

    var identity: String {
      switch self {
      case .rsa: "rsa-sha384"
      case .ecdsa: "p384-sha512"
      case .ed25519: "ed25519"
      }
    }

    var signatures: String {
      switch self {
      case .rsa: "RSA-PSS+SHA256"
      case .ecdsa: "ECDSA+SHA384"
      case .ed25519: "ed25519"
      }
    }

    /// RFC 5929 section 4.1; none for Ed25519.
    func endPoint() throws -> [UInt8]? {
      guard self != .ed25519 else { return nil }
      let hash: HashFunction = self == .rsa ? .sha384 : .sha512
      let der = try Certificates.der(identity)
      return try hash.digest(of: der.span)
    }
  }

  /// OpenSSL's SSL_get_certificate returns the last one on resumed connections.
  static let orders: [[Taste]] = [[.rsa, .ecdsa, .ed25519], [.ed25519, .ecdsa, .rsa], [.ecdsa, .ed25519, .rsa]]

  @Test("Each client by its own, full and resumed, in any order and mixed", arguments: Keeping.allCases, orders)
  func each(keeping: Keeping, order: [Taste]) throws {
    let server = try keeping.server(order.map(\.identity))
    let clients = try Dictionary(uniqueKeysWithValues: Taste.allCases.map { ($0, try client($0, keeping)) })
    var sessions: [Taste: TLSSession] = [:]
    for round in 0..<3 {
      // Another one is the last to have been shown each time.
      for taste in round.isMultiple(of: 2) ? order : order.reversed() {
        let pair = try Pair.connected(try #require(clients[taste]), server, resuming: sessions[taste])
        try check(pair, taste, isResumed: round > 0)
        sessions[taste] = pair.client.session
        try pair.close()
      }
    }
  }

  @Test("The same after the certificates were loaded in another order", arguments: [Keeping.ticket12, .ticket13])
  func reloaded(keeping: Keeping) throws {
    let keys = TLSTicketKeys.random()
    let servers = try Self.orders.map { try keeping.server($0.map(\.identity)) { $0.ticketKeys = keys } }
    for taste in Taste.allCases {
      let client = try client(taste, keeping)
      var session: TLSSession?
      for (round, server) in (servers + servers).enumerated() {
        let pair = try Pair.connected(client, server, resuming: session)
        try check(pair, taste, isResumed: round > 0)
        session = pair.client.session
        try pair.close()
      }
    }
  }

  @Test("The same where many connect at a time", arguments: Keeping.allCases)
  func concurrent(keeping: Keeping) async throws {
    let server = try keeping.server(Self.orders[0].map(\.identity))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for taste in Taste.allCases + Taste.allCases {
        group.addTask {
          let client = try self.client(taste, keeping)
          var session: TLSSession?
          for round in 0..<12 {
            // Every fourth one a full handshake, so that certificates go out while other sessions are resumed.
            let resumed = round.isMultiple(of: 4) ? nil : session
            let pair = try Pair.connected(client, server, resuming: resumed)
            try self.check(pair, taste, isResumed: resumed != nil)
            session = pair.client.session
            try pair.close()
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func client(_ taste: Taste, _ keeping: Keeping) throws -> TLSClientContext {
    try .test {
      $0.versions = keeping.version...keeping.version
      $0.tests.tickets = keeping != .memoryWithoutTicket12
      $0.tests.signatures = taste.signatures
    }
  }

  private func check(_ pair: Pair, _ taste: Taste, isResumed: Bool) throws {
    let bindings = pair.server.channelBindings
    #expect(bindings == pair.client.channelBindings)
    #expect(bindings.isResumed == isResumed)
    #expect(pair.client.handshake?.peerCertificate == (try Certificates.der(taste.identity)))
    let expected = try taste.endPoint()
    #expect(bindings.data(.tlsServerEndPoint) == expected)
  }
}
