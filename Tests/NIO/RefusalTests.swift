#if NIO
  import NIOCore
  import PassBindAccounts
  import PassBindCrypto
  import PassBindNIO
  import PassBindSASL
  import Testing

  @Suite("Logins that are refused before they begin", .timeLimit(.minutes(1)))
  struct RefusalTests {
    private static let first = Base64.string(Array("y,,n=alice,r=0123456789abcdefghijkl".utf8))

    private static let logins: [(String, AuditEvent.Reason, user: String?)] = [
      ("SCRAM-SHA-512 \(first)", .channelBindingRequired, "alice"), ("SCRAM-SHA-512", .channelBindingRequired, nil),
      ("scram-sha-256 =", .channelBindingRequired, nil), ("OPAQUE-R255 !", .channelBindingRequired, nil),
      ("PLAIN AGFsaWNlAHBlbmNpbA==", .mechanismNotOffered, nil),
      ("SCRAM-SHA-1 \(first)", .mechanismNotOffered, "alice"),
    ]

    @Test(
      "Where binding is required, the log tells of each login that does not bind, and of whose it is if that was sent",
      arguments: logins)
    func required(words: String, reason: AuditEvent.Reason, user: String?) async throws {
      let accounts = try await Accounts { $0.requiresChannelBinding = true }
      try await accounts.create("pencil", .sha512)
      try await LoopbackServer.run(accounts.authenticator, .implicitTLS) { server in
        let client = try await RawClient.connect(port: server.port)
        let refusal = "a NO [AUTHENTICATIONFAILED] Authentication failed."
        for count in 1...3 {
          #expect(await client.ask("a AUTHENTICATE \(words)") == [refusal])
          #expect(accounts.events(.login).count == count)
        }
        // As after any three: so nobody fills the log faster than by handshakes.
        #expect(await client.line() == "* BYE Too many failures")
        #expect(await client.line() == nil)
      }
      for event in accounts.events(.login) {
        #expect(event.reason == reason && event.user == user)
        #expect(words.uppercased().hasPrefix(event.mechanism.description))
        #expect(event.address == "127.0.0.1" && event.tlsVersion == .tls13 && event.binding == nil)
      }
    }

    @Test("What anybody can send in the clear is not worth a line")
    func plain() async throws {
      let accounts = try await Accounts()
      try await LoopbackServer.run(accounts.authenticator, .startTLS) { server in
        let client = try await RawClient.connect(port: server.port, tls: false)
        let refusal = "a BAD [PRIVACYREQUIRED] STARTTLS first."
        #expect(await client.ask("a AUTHENTICATE SCRAM-SHA-512 \(Self.first)") == [refusal])
        try await client.channel.close()
      }
      #expect(accounts.events(.login).isEmpty)
    }
  }
#endif
