#if NIO
  import NIOCore
  import PassBindExportedAuthenticators
  import PassBindLineProfile
  import PassBindNIO
  import PassBindSASL
  import Testing

  @Suite("Clients that misbehave with their account", .timeLimit(.minutes(10)))
  struct HostileAccountClientTests {
    @Test("Before the login the service is not even made")
    func tooEarly() async throws {
      let log = ScriptedAccount.Log()
      try await LoopbackServer.run(Anyone { ScriptedAccount(log) }, .implicitTLS) { server in
        let client = try await RawClient.connect(port: server.port)
        for command in ["REGISTER OPAQUE-R255 YQ==", "UNREGISTER", "VAULT LIST", "VAULT PUT a YQ=="] {
          #expect(await client.ask("b \(command)") == ["b BAD Log in first."])
        }
        try await client.channel.close()
        while server.group.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(log.all.isEmpty)
      }
    }

    @Test("Commands sent ahead are obeyed one at a time, in their order")
    func pipelining() async throws {
      let log = ScriptedAccount.Log()
      let account = Anyone {
        ScriptedAccount(log) { _, _ throws(ServiceRefusal) in try? await Task.sleep(for: .milliseconds(20)) }
      }
      try await LoopbackServer.run(account, .implicitTLS) { server in
        let client = try await RawClient.connect(port: server.port)
        await client.logIn()
        let answers = await client.ask(
          "b VAULT LIST\r\nc VAULT PUT x YQ==\r\nd REGISTER OPAQUE-R255 YQ==\r\ne VAULT LIST\r\nf NOOP\r\ng UNREGISTER",
          lines: 8)
        #expect(
          answers == [
            "b OK That is all.", "c OK Done.", "d OK Registered.", "* VAULT x", "e OK That is all.",
            "f OK Nothing done.",
            "* BYE Goodbye.", "g OK Deleted.",
          ])
        try await log.wait(for: "gone")
        #expect(!log.all.contains("two at a time"))
      }
    }

    @Test(
      "A client that is gone, too slow, too loud or gives up ends its request", arguments: Trouble.allCases,
      [true, false])
    func trouble(_ trouble: Trouble, asks: Bool) async throws {
      let log = ScriptedAccount.Log()
      let account = Anyone {
        ScriptedAccount(log) { _, client throws(ServiceRefusal) in
          if asks { log(await client?.response(to: [1]) == nil ? "no response" : "a response") }
          try? await Task.sleep(for: .seconds(3600))
        }
      }
      var deadlines = LineServerHandler.Deadlines()
      if trouble == .slow { deadlines.exchange = .seconds(10) }  // which the login has to keep too
      try await LoopbackServer.run(account, .implicitTLS, deadlines: deadlines) { server in
        let client = try await RawClient.connect(port: server.port)
        await client.logIn()
        client.send("b REGISTER OPAQUE-R255 YQ==\r\n")
        if asks { #expect(await client.line() == "+ AQ==") }
        try await log.wait(for: "register OPAQUE-R255")
        switch trouble {
        case .gone: try await client.channel.close()
        case .slow: #expect(await client.line() == "* BYE Too slow")
        case .loud:
          client.send(String(repeating: "A", count: 9000))
          #expect(await client.line() == (asks ? "* BYE Line too long" : "* BYE Too much input"))
        case .malformed:
          // Nothing is read while the service works, so what is wrong with it shows later.
          client.send(asks ? "Y\nQ\r\n" : String(repeating: "\n", count: 9000))
          #expect(await client.line() == (asks ? "* BYE Malformed line" : "* BYE Too much input"))
        case .givesUp where asks: #expect(await client.ask("*") == ["b BAD Registration aborted."])
        case .givesUp: try await client.channel.close()
        }
        try await log.wait(for: "register cancelled")
        if asks { #expect(log.all.contains("no response")) }
        try? await client.channel.close()
        try await log.wait(for: "gone")
      }
    }

    enum Trouble: CaseIterable { case gone, slow, loud, malformed, givesUp }

    @Test("An answer that comes after its request is over goes to nobody")
    func lateAnswer() async throws {
      let log = ScriptedAccount.Log()
      let account = Anyone {
        ScriptedAccount(log) { first, client throws(ServiceRefusal) in
          guard first == [1] else { return }
          _ = await client?.response(to: [1])
          // It does not mind being cancelled, and then both asks and answers.
          await Task { try? await Task.sleep(for: .milliseconds(50)) }.value
          log(await client?.response(to: [2]) == nil ? "no response" : "a response")
        }
      }
      try await LoopbackServer.run(account, .implicitTLS) { server in
        let client = try await RawClient.connect(port: server.port)
        await client.logIn()
        #expect(await client.ask("b REGISTER OPAQUE-R255 AQ==") == ["+ AQ=="])
        #expect(await client.ask("*") == ["b BAD Registration aborted."])
        try await log.wait(for: "no response")
        try await log.wait(for: "register cancelled")
        #expect(await client.ask("c NOOP") == ["c OK Nothing done."])
        try await client.channel.close()
      }
    }

    @Test("A login that is not confirmed leaves no service behind")
    func unconfirmed() async throws {
      let log = ScriptedAccount.Log()
      let authority = Unconfirmed { ScriptedAccount(log) }
      try await LoopbackServer.run(authority, .implicitTLS) { server in
        let client = try await RawClient.connect(port: server.port)
        #expect(await client.ask("a AUTHENTICATE SCRAM-SHA-512 YQ==") == ["+ AQ=="])
        #expect(await client.ask("*") == ["a BAD Authentication aborted."])
        try await log.wait(for: "gone")
        #expect(await client.ask("b VAULT LIST") == ["b BAD Log in first."])
        try await client.channel.close()
      }
    }

    /// Has a last message, which the client has to confirm.
    struct Unconfirmed: LoginAuthority {
      let account: @Sendable () -> any AccountService

      func offer(on bindings: ChannelBindings, authenticators: ConnectionAuthenticators?) -> SASLOffer {
        Anyone().offer(on: bindings, authenticators: authenticators)
      }

      func logIn(_ request: LoginRequest, _ client: LoginClient) async -> LoginOutcome {
        .accepted("alice", finalMessage: [1], service: account())
      }
    }
  }

  @Suite("Servers that misbehave with an account", .timeLimit(.minutes(10)))
  struct HostileAccountServerTests {
    @Test(
      "Who shows what was not asked for is left",
      arguments: [
        "* VAULT b YQ==\r\na3 OK\r\n", "* VAULT a YQ==\r\n* VAULT a Yg==\r\na3 OK\r\n", "* VAULT a\r\na3 OK\r\n",
        "a3 OK\r\n", "* VAULT a Y\r\na3 OK\r\n", "+ YQ==\r\n", "b3 OK\r\n",
      ])
    func notes(answer: String) async throws {
      try await RawServer.run({ $0.hasPrefix("a2") ? "a2 OK\r\n" : answer }) { client in
        try await client.logIn(Believer())
        await #expect(throws: ProfileError(.unexpected, "")) { try await client.note("a") }
        await #expect(throws: ProfileError(.unexpected, "")) { try await client.whoAmI() }
      }
    }

    @Test("More names than there may be, or lines without end", arguments: [false, true])
    func names(endless: Bool) async throws {
      let answer =
        endless
        ? "* VAULT " + String(repeating: "a", count: 100_000)
        : (0...16).map { "* VAULT n\($0)\r\n" }.joined() + "a3 OK\r\n"
      try await RawServer.run({ $0.hasPrefix("a2") ? "a2 OK\r\n" : answer }) { client in
        try await client.logIn(Believer())
        await #expect(throws: ProfileError(endless ? .tooLong : .unexpected, "")) { try await client.noteNames() }
      }
    }

    @Test("What it says of registrations before the login is not believed")
    func tooEarly() async throws {
      let capabilities = "SASL-IR AUTH=SCRAM-SHA-512 REGISTER=OPAQUE-R255"
      try await RawServer.run(capabilities: capabilities, { _ in "a2 NO [REGISTER OPAQUE-R255] no\r\n" }) { client in
        await #expect(throws: ProfileError(.unexpected, "")) { try await client.register(Rounds(Anyone.opaque)) }
        await #expect(throws: ProfileError(.refused, "")) { try await client.logIn(Believer()) }
        await #expect(throws: ProfileError(.unexpected, "")) { try await client.registrations() }
      }
    }

    @Test("A login that the mechanism does not believe is none, whatever the server wants registered")
    func unprovedLogin() async throws {
      try await RawServer.run({ _ in "a2 OK [REGISTER OPAQUE-R255] in\r\n" }) { client in
        await #expect(throws: Rounds.TooSoon.self) { try await client.logIn(Rounds(Anyone.scram)) }
        await #expect(throws: (any Error).self) { try await client.register(Rounds(Anyone.opaque)) }
      }
    }

    @Test(
      "A registration ends with the connection, with silence, or with what is no challenge",
      arguments: [(nil, ProfileError.Code.closed), ("", .timedOut), ("+ Y\r\n", .malformed), ("* BYE no\r\n", .closed)])
    func registration(answer: String?, code: ProfileError.Code) async throws {
      try await RawServer.run(
        timeout: code == .timedOut ? .seconds(8) : .seconds(20), { $0.hasPrefix("a2") ? "a2 OK\r\n" : answer }
      ) { client in
        try await client.logIn(Believer())
        let error = await #expect(throws: ProfileError.self) { try await client.register(Rounds(Anyone.opaque)) }
        #expect(error?.code == code)
      }
    }
  }
#endif
