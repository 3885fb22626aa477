#if NIO
  import NIOCore
  import NIOEmbedded
  import NIOPosix
  import PassBindLineProfile
  import PassBindNIO
  import PassBindTLS
  import Synchronization
  import Testing

  @Suite("Peers that misbehave", .timeLimit(.minutes(10)))
  struct HostilePeerTests {
    @Test("Plaintext behind STARTTLS closes the connection before TLS", arguments: ["a NOOP\r\n", "\u{16}\u{3}\u{1}"])
    func injection(rest: String) throws {
      let channel = try plainChannel()
      try channel.writeInbound(ByteBuffer(string: "a STARTTLS\r\n" + rest))
      #expect(try answer(channel) == "* BYE Plaintext behind STARTTLS\r\n")
      #expect(!channel.isActive)
    }

    @Test("What follows STARTTLS in a later segment goes to TLS, which refuses what is no handshake")
    func laterInjection() throws {
      let channel = try plainChannel()
      try channel.writeInbound(ByteBuffer(string: "a STARTTLS\r\n"))
      #expect(try answer(channel) == "a OK Begin TLS now.\r\n")
      #expect(throws: TLSError(.handshakeFailed, "")) {
        try channel.writeInbound(ByteBuffer(string: "a CAPABILITY\r\n"))
      }
      #expect(!channel.isActive)
    }

    @Test("Commands that come together are answered together, in their order, a record's worth at a time")
    func pipelined() throws {
      let channel = try plainChannel()
      let commands = (0..<1000).map { "a\($0) NOOP\r\n" }.joined()
      try channel.writeInbound(ByteBuffer(string: commands))
      var answers: [String] = []
      while let answer = try answer(channel) { answers.append(answer) }
      let all = answers.joined()
      #expect(all.split(separator: "\r\n").map { $0.prefix { $0 != " " } } == (0..<1000).map { "a\($0)" })
      #expect(answers.count == all.utf8.count / (1 << 14) + 1)
      #expect(answers.allSatisfy { $0.utf8.count < (1 << 14) + 100 })
    }

    @Test("A client that drips is closed when its time is up, however busy it looks")
    func slowLogin() throws {
      let channel = try plainChannel()
      for _ in 0..<59 {
        try channel.writeInbound(ByteBuffer(string: "x"))
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(channel.isActive)
      }
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      #expect(try answer(channel) == "* BYE Too slow\r\n")
      #expect(!channel.isActive)
    }

    @Test("A handshake that does not come, or stops half way, is given up", arguments: [0, 3])
    func slowHandshake(count: Int) throws {
      let channel = EmbeddedChannel()
      try channel.pipeline.syncOperations.addHandler(
        TLSHandler(TLSEngine(server: Certificates.serverContext()), handshakeTimeout: .seconds(5)))
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      if count > 0 { try channel.writeInbound(ByteBuffer(bytes: [0x16, 3, 1].prefix(count))) }
      channel.embeddedEventLoop.advanceTime(by: .seconds(4))
      #expect(channel.isActive)
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      #expect(!channel.isActive)
      #expect(throws: TLSError(.handshakeFailed, "")) { try channel.throwIfErrorCaught() }
    }

    @Test("An exchange is given up when its time is up, whoever is slow", arguments: [false, true])
    func slowExchange(asks: Bool) async throws {
      var deadlines = LineServerHandler.Deadlines()
      deadlines.exchange = .milliseconds(200)
      try await LoopbackServer.run(Silence(asks: asks), .implicitTLS, deadlines: deadlines) { server in
        let client = try await server.connect()
        let error = await #expect(throws: ProfileError.self) { try await client.logIn(Sloth()) }
        #expect(error?.code == .closed)
        while server.group.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
      }
    }

    @Test("From a client that reads no answers, no questions are read")
    func noAnswersRead() throws {
      let channel = try plainChannel()
      channel.isWritable = false
      channel.pipeline.fireChannelWritabilityChanged()
      try channel.writeInbound(ByteBuffer(string: "a NOOP\r\nb NOOP\r\n"))
      #expect(try answer(channel) == nil)
      channel.isWritable = true
      channel.pipeline.fireChannelWritabilityChanged()
      #expect(try answer(channel) == "a OK Nothing done.\r\nb OK Nothing done.\r\n")
    }

    @Test("A client that reads no answers is closed when its time is up, its farewell unread")
    func noFarewellRead() async throws {
      var deadlines = LineServerHandler.Deadlines()
      (deadlines.login, deadlines.farewell) = (.seconds(5), .milliseconds(200))
      let arrivals = Arrivals()
      try await LoopbackServer.run(
        Silence(), .startTLS, deadlines: deadlines, beforeTLS: { Arrival(arrivals) }
      ) { server in
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .channelOption(.autoRead, value: false).channelOption(.socketOption(.so_rcvbuf), value: 4096)
          .connect(host: "127.0.0.1", port: server.port).get()
        let questions = String(repeating: "a CAPABILITY\r\n", count: 1 << 20)
        client.writeAndFlush(ByteBuffer(string: questions), promise: nil)
        while arrivals.count.load(ordering: .relaxed) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        while server.group.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
        try? await client.close()
      }
    }

    /// How many connections came, those among them that have gone.
    private final class Arrivals: Sendable {
      let count = Atomic(0)
    }

    private final class Arrival: ChannelInboundHandler {
      typealias InboundIn = ByteBuffer

      init(_ arrivals: Arrivals) { arrivals.count.add(1, ordering: .relaxed) }
    }

    @Test("A server that never answers does not keep a client for ever")
    func silentServer() async throws {
      let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(host: "127.0.0.1", port: 0).get()
      for security in [LineClient.Security.implicitTLS, .startTLS] {
        await #expect(throws: (any Error).self) {
          try await LineClient.connect(
            to: "127.0.0.1", port: server.localAddress?.port ?? 0, security: security,
            tls: Certificates.clientContext(),
            timeout: .milliseconds(200))
        }
      }
      try await server.close()
    }

    @Test("More plaintext than may wait for the handshake closes the channel")
    func tooMuchWaiting() throws {
      let channel = EmbeddedChannel()
      let handler = TLSHandler(try TLSEngine(server: Certificates.serverContext()))
      try channel.pipeline.syncOperations.addHandler(handler)
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      channel.write(ByteBuffer(repeating: 1, count: TLSHandler.waitingLimit), promise: nil)
      #expect(channel.isActive)
      let last = channel.write(ByteBuffer(repeating: 1, count: 1))
      #expect(!channel.isActive)
      #expect(throws: TLSError(.limitExceeded, "")) { try last.wait() }
      #expect(throws: TLSError(.limitExceeded, "")) { try channel.throwIfErrorCaught() }
    }

    @Test(
      "A connection cut without close_notify is an error, one that is closed properly is not", arguments: [true, false])
    func truncation(proper: Bool) throws {
      let (client, server) = try pair()
      if proper {
        client.close(promise: nil)
        _ = try carry(from: client, to: server)
        #expect(!server.isActive)
        #expect(try server.readOutbound(as: ByteBuffer.self) != nil, "close_notify is answered by close_notify")
        try server.throwIfErrorCaught()
      } else {
        server.pipeline.fireChannelInactive()
        #expect(throws: TLSError(.truncated, "")) { try server.throwIfErrorCaught() }
      }
    }

    @Test("The same where the channel allows half closure")
    func halfClosure() throws {
      let (_, server) = try pair()
      server.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      #expect(throws: TLSError(.truncated, "")) { try server.throwIfErrorCaught() }
      #expect(!server.isActive)
    }

    // MARK: Help

    /// A channel in front of a server that waits for STARTTLS; its greeting is read.
    private func plainChannel() throws -> EmbeddedChannel {
      let context = try Certificates.serverContext()
      let channel = EmbeddedChannel()
      try channel.pipeline.syncOperations.addHandler(
        LineServerHandler(Silence(), startTLS: { TLSHandler(try TLSEngine(server: context)) }))
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      #expect(try answer(channel) == "* OK PassBind ready.\r\n")
      return channel
    }

    private func answer(_ channel: EmbeddedChannel) throws -> String? {
      try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) }
    }

    /// A client and a server whose handshake is finished.
    private func pair() throws -> (EmbeddedChannel, EmbeddedChannel) {
      let (client, server) = (EmbeddedChannel(), EmbeddedChannel())
      try server.pipeline.syncOperations.addHandler(TLSHandler(TLSEngine(server: Certificates.serverContext())))
      try client.pipeline.syncOperations.addHandler(
        TLSHandler(TLSEngine(client: Certificates.clientContext(), host: "localhost")))
      for channel in [server, client] { try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait() }
      try exchange(client, server)
      return (client, server)
    }

    /// Carries bytes both ways until there are none.
    private func exchange(_ a: EmbeddedChannel, _ b: EmbeddedChannel) throws {
      while try carry(from: a, to: b) || carry(from: b, to: a) {}
    }

    private func carry(from: EmbeddedChannel, to: EmbeddedChannel) throws -> Bool {
      var isQuiet = true
      while let bytes = try from.readOutbound(as: ByteBuffer.self) {
        isQuiet = false
        if to.isActive { try to.writeInbound(bytes) }
      }
      return !isQuiet
    }
  }
#endif
