#if NIO
  import NIOCore
  import PassBindAccounts
  import PassBindLineProfile
  import PassBindNIO
  import PassBindSASL
  import Testing

  @Suite("What a client asks for its account, over loopback", .timeLimit(.minutes(10)))
  struct AccountTests {
    @Test("A registration", arguments: [0, 1, 3], ["first", ""])
    func registration(rounds: Int, first: String) async throws {
      let log = ScriptedAccount.Log()
      let account = Anyone {
        ScriptedAccount(log) { first, client throws(ServiceRefusal) in
          log("first \(String(decoding: first, as: UTF8.self))")
          for _ in 0..<rounds {
            guard let response = await client?.response(to: []) else { throw ServiceRefusal(.unavailable, "gone") }
            log(String(decoding: response, as: UTF8.self))
          }
        }
      }
      try await LoopbackServer.run(account, .implicitTLS) { server in
        let client = try await server.connect()
        #expect(try await client.logIn(Believer()) == Anyone.opaque)
        #expect(try await client.registrations() == [Anyone.opaque])
        let exchange = Rounds(Anyone.opaque, first: first)
        if rounds == 0 {
          // The server claims to be done when the exchange is not.
          await #expect(throws: Rounds.TooSoon.self) { try await client.register(exchange) }
          await #expect(throws: (any Error).self) { try await client.whoAmI() }
        } else {
          try await client.register(exchange)
          #expect(try await client.whoAmI() == "alice")
          try await client.logOut()
        }
        let said = (0..<rounds).map { "\($0 + 1)" }
        try await log.wait(for: "gone")
        #expect(log.all == ["register OPAQUE-R255", "first \(first)"] + said + ["register over", "gone"])
      }
    }

    @Test("What is wanted is no longer, once it is registered")
    func wanted() async throws {
      let account = ScriptedAccount { _, client throws(ServiceRefusal) in _ = await client?.response(to: [1]) }
      try await LoopbackServer.run(Anyone { account }, .startTLS) { server in
        for wanted in [Anyone.opaque, nil] {
          let client = try await server.connect()
          #expect(try await client.logIn(Believer()) == wanted)
          try await client.register(Rounds(Anyone.opaque))
          try await client.logOut()
        }
      }
    }

    @Test("A refusal says why, and the connection goes on; after the fifth it does not")
    func declined() async throws {
      let refusal = ServiceRefusal(.expired, "Log in again.")
      let account = ScriptedAccount { _, client throws(ServiceRefusal) in
        _ = await client?.response(to: [1])
        throw refusal
      }
      try await LoopbackServer.run(Anyone { account }, .implicitTLS) { server in
        let client = try await server.connect()
        try await client.logIn(Believer())
        for _ in 0..<5 {
          #expect(try await client.whoAmI() == "alice")
          await #expect(throws: refusal) { try await client.register(Rounds(Anyone.opaque)) }
        }
        await #expect(throws: ProfileError(.closed, "")) { try await client.whoAmI() }
      }
    }

    @Test("A client that gives up ends the registration alone")
    func givesUp() async throws {
      let log = ScriptedAccount.Log()
      let account = Anyone {
        ScriptedAccount(log) { _, client throws(ServiceRefusal) in
          let response = await client?.response(to: [1])
          log(response == nil ? "no response" : "a response")
        }
      }
      try await LoopbackServer.run(account, .implicitTLS) { server in
        let client = try await server.connect()
        try await client.logIn(Believer())
        await #expect(throws: Rounds.TooSoon.self) {
          try await client.register(Rounds(Anyone.opaque, givesUp: true))
        }
        try await log.wait(for: "register cancelled")
        #expect(log.all == ["register OPAQUE-R255", "no response", "register cancelled"])
        try await client.register(Rounds(Anyone.opaque))
        try await client.logOut()
      }
    }

    @Test("The vault keeps what it is given")
    func vault() async throws {
      let account = ScriptedAccount()
      try await LoopbackServer.run(Anyone { account }, .startTLS) { server in
        let client = try await server.connect()
        try await client.logIn(Believer())
        #expect(try await client.noteNames() == [])
        #expect(try await client.note("a") == nil)
        let largest = (0..<AccountRequest.maximumNoteSize).map { UInt8(truncatingIfNeeded: $0) }
        let name = String(repeating: "n", count: 64)
        try await client.setNote(name, to: largest)
        try await client.setNote("a", to: [0])
        #expect(try await client.note(name) == largest)
        #expect(try await client.noteNames() == ["a", name])
        try await client.setNote("a", to: nil)
        await #expect(throws: ServiceRefusal(.nonexistent, "There is no such note.")) {
          try await client.setNote("a", to: nil)
        }
        for i in 1..<AccountRequest.maximumNoteCount { try await client.setNote("n.\(i)", to: [1]) }
        await #expect(throws: ServiceRefusal(.overQuota, "There is no room.")) {
          try await client.setNote("b", to: [1])
        }
        #expect(try await client.noteNames().count == 16)
        for name in ["", "a b", "x\r\ny LOGOUT"] {
          await #expect(throws: ProfileError(.malformed, "")) { try await client.note(name) }
        }
        await #expect(throws: ProfileError(.malformed, "")) { try await client.setNote("a", to: largest + [1]) }
        #expect(try await client.whoAmI() == "alice")
        try await client.logOut()
      }
    }

    @Test("The wire's limits are the store's")
    func limits() {
      #expect(AccountRequest.maximumNoteCount == AccountNotes.maximumCount)
      #expect(AccountRequest.maximumNoteSize == AccountNotes.maximumNoteCount)
    }

    @Test("An account that is deleted takes the connection along")
    func unregister() async throws {
      let log = ScriptedAccount.Log()
      let account = Anyone { ScriptedAccount(log) }
      try await LoopbackServer.run(account, .implicitTLS) { server in
        let client = try await server.connect()
        try await client.logIn(Believer())
        try await client.unregister()
        try await log.wait(for: "gone")
        #expect(log.all == ["unregister", "unregister over", "gone"])
        while server.group.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
      }
    }

    @Test("Where there is no service, there is nothing to ask for")
    func noService() async throws {
      try await LoopbackServer.run(Anyone(), .implicitTLS) { server in
        let client = try await server.connect()
        #expect(try await client.logIn(Believer()) == nil)
        #expect(try await client.registrations() == [])
        let notPermitted = ServiceRefusal(.notPermitted, "This session may not register that.")
        await #expect(throws: notPermitted) { try await client.register(Rounds(Anyone.opaque)) }
        let none = ServiceRefusal(.cannot, "This server changes no accounts.")
        await #expect(throws: none) { try await client.noteNames() }
        await #expect(throws: none) { try await client.unregister() }
        #expect(try await client.whoAmI() == "alice")
        try await client.logOut()
      }
    }

    @Test("Nothing is asked for before the login")
    func tooEarly() async throws {
      try await LoopbackServer.run(Anyone { ScriptedAccount() }, .implicitTLS) { server in
        let client = try await server.connect()
        let tooEarly = ProfileError(.unexpected, "")
        await #expect(throws: tooEarly) { try await client.register(Rounds(Anyone.opaque)) }
        await #expect(throws: tooEarly) { try await client.registrations() }
        await #expect(throws: tooEarly) { try await client.unregister() }
        await #expect(throws: tooEarly) { try await client.note("a") }
        try await client.logIn(Believer())
        await client.close()
      }
    }

    @Test("A stopping server lets a request come to its end")
    func stop() async throws {
      let log = ScriptedAccount.Log()
      let account = Anyone {
        ScriptedAccount(log) { _, client throws(ServiceRefusal) in
          try? await Task.sleep(for: .milliseconds(300))
          _ = await client?.response(to: [1])
        }
      }
      try await LoopbackServer.run(account, .implicitTLS) { server in
        let client = try await server.connect()
        try await client.logIn(Believer())
        async let stopped: Void = {
          try await log.wait(for: "register OPAQUE-R255")
          await server.group.stop()
        }()
        try await client.register(Rounds(Anyone.opaque))
        try await stopped
        await #expect(throws: ProfileError(.closed, "")) { try await client.whoAmI() }
      }
    }
  }
#endif
