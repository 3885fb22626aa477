#if NIO
  import NIOCore
  import PassBindLineProfile
  import PassBindNIO
  import PassBindSASL
  import PassBindTLS
  import Testing

  @Suite("Logins over loopback", .timeLimit(.minutes(10)))
  struct LoginTests {
    @Test(
      "Bound by every type that a TLS version has, on both kinds of port",
      arguments: [
        (TLSVersion.tls13, ChannelBindingType.tlsExporter), (.tls13, .tlsServerEndPoint), (.tls12, .tlsExporter),
        (.tls12, .tlsUnique), (.tls12, .tlsServerEndPoint),
      ], [LineClient.Security.implicitTLS, .startTLS])
    func bound(_ kind: (TLSVersion, ChannelBindingType), _ security: LineClient.Security) async throws {
      try await LoopbackServer.run(OneAccount(), security) { server in
        let client = try await server.connect(kind.0)
        try await client.logIn(kind.1)
        #expect(try await client.whoAmI() == "alice")
        #expect(client.handshake.version == kind.0)
        try await client.logOut()
      }
    }

    @Test("On a resumed session", arguments: [TLSVersion.tls12, .tls13])
    func resumed(_ version: TLSVersion) async throws {
      try await LoopbackServer.run(OneAccount(), .implicitTLS) { server in
        let context = try Certificates.clientContext(version)
        let first = try await server.connect(context: context)
        try await first.logIn(.tlsExporter)
        let session = try await first.session()
        try await first.logOut()
        let second = try await server.connect(resuming: session, context: context)
        #expect(second.handshake.isResumed)
        try await second.logIn(.tlsExporter)
        #expect(first.handshake.bindings[.tlsExporter] != second.handshake.bindings[.tlsExporter])
        try await second.logOut()
      }
    }

    @Test("A wrong password and a wrong name read alike, and the third try closes")
    func refused() async throws {
      try await LoopbackServer.run(OneAccount(), .startTLS) { server in
        let client = try await server.connect()
        for (user, password) in [("alice", "pen"), ("bob", "pencil"), ("alice", "Pencil")] {
          let error = await #expect(throws: ProfileError.self) {
            try await client.logIn(.tlsExporter, user: user, password: Array(password.utf8))
          }
          #expect(error?.reason == "[AUTHENTICATIONFAILED] Authentication failed.")
        }
        await #expect(throws: ProfileError(.closed, "")) { try await client.logIn(.tlsExporter) }
      }
    }

    @Test("A failed try does not spoil the next one")
    func secondTry() async throws {
      try await LoopbackServer.run(OneAccount(), .implicitTLS) { server in
        let client = try await server.connect()
        await #expect(throws: ProfileError(.refused, "")) { try await client.logIn(.tlsExporter, user: "bob") }
        try await client.logIn(.tlsExporter)
        #expect(try await client.whoAmI() == "alice")
        await client.close()
      }
    }

    @Test("A hundred at once")
    func many() async throws {
      try await LoopbackServer.run(OneAccount(), .implicitTLS) { server in
        try await withThrowingTaskGroup { group in
          for _ in 0..<100 {
            group.addTask {
              let client = try await server.connect()
              try await client.logIn(.tlsExporter)
              let identity = try await client.whoAmI()
              try await client.logOut()
              #expect(identity == "alice")
            }
          }
          try await group.waitForAll()
        }
      }
    }

    @Test("One connection too many is closed, and room is made when another ends", arguments: [(2, 9), (9, 2)])
    func limit(_ limits: (Int, Int)) async throws {
      let (limit, perAddress) = limits
      try await LoopbackServer.run(OneAccount(), .implicitTLS, limit: limit, limitPerAddress: perAddress) { server in
        let first = try await server.connect()
        let second = try await server.connect()
        await #expect(throws: (any Error).self) { try await server.connect() }
        await first.close()
        while server.group.count == 2 { try await Task.sleep(for: .milliseconds(5)) }
        let third = try await server.connect()
        for client in [second, third] { await client.close() }
      }
    }

    @Test("A stopping server says so to idle clients")
    func stop() async throws {
      try await LoopbackServer.run(OneAccount(), .startTLS) { server in
        let client = try await server.connect()
        try await client.logIn(.tlsExporter)
        await server.group.stop()
        await #expect(throws: ProfileError(.closed, "")) { try await client.whoAmI() }
        await #expect(throws: (any Error).self) { try await server.connect() }
      }
    }

    @Test("A certificate of another authority is refused by the client")
    func untrusted() async throws {
      try await LoopbackServer.run(OneAccount(), .startTLS) { server in
        let trust = TLSTrust.file(Certificates.path("rogue-authority.pem"))
        let context = try TLSClientContext(TLSClientContext.Configuration(trust: trust))
        let error = await #expect(throws: TLSError.self) { try await server.connect(context: context) }
        #expect(error?.code == .untrustedPeer)
      }
    }
  }
#endif
