#if NIO
  import NIOCore
  import NIOPosix
  import PassBindLineProfile
  import PassBindNIO
  import PassBindSASL
  import PassBindTLS
  import Testing

  @Suite("Half-closed connections", .timeLimit(.minutes(10)))
  struct HalfClosedTests {
    /// How an end says that it sends no more.
    enum End: CaseIterable {
      /// By close_notify and the end of the stream.
      case properly
      /// By the end of the stream alone, as if somebody had cut it.
      case cut

      func apply(to pipeline: ChannelPipeline.SynchronousOperations, _ promise: EventLoopPromise<Void>?) {
        switch self {
        case .properly: pipeline.close(mode: .output, promise: promise)
        case .cut:
          // From where TLS stands on, which knows nothing of it.
          do {
            try pipeline.context(handlerType: TLSHandler.self).close(mode: .output, promise: promise)
          } catch {
            promise?.fail(error)
          }
        }
      }
    }

    @Test("What was asked before is answered, and the connection closed", arguments: End.allCases)
    func answered(end: End) async throws {
      try await LoopbackServer.run(OneAccount(), .implicitTLS) { server in
        let client = try await RawClient.connect(port: server.port)
        client.send("a NOOP\r\nb NOOP\r\n")
        try await close(client.channel, end)
        #expect(await client.line() == "a OK Nothing done.")
        #expect(await client.line() == "b OK Nothing done.")
        #expect(await client.line() == nil)
        try await nobodyIsLeft(server)
      }
    }

    @Test("A login that is under way comes to nothing", arguments: End.allCases, [false, true])
    func login(end: End, asks: Bool) async throws {
      try await LoopbackServer.run(Silence(asks: asks), .implicitTLS) { server in
        let client = try await RawClient.connect(port: server.port)
        client.send("a AUTHENTICATE SCRAM-SHA-512 YQ==\r\n")
        if asks { #expect(await client.line() == "+ AQ==") }
        try await close(client.channel, end)
        #expect(await client.line() == nil)
        try await nobodyIsLeft(server)
      }
    }

    @Test("During the handshake there is nothing to wait for")
    func handshake() async throws {
      try await LoopbackServer.run(OneAccount(), .implicitTLS) { server in
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .channelOption(.allowRemoteHalfClosure, value: true)
          .connect(host: "127.0.0.1", port: server.port).get()
        try await client.writeAndFlush(ByteBuffer(bytes: [0x16, 3, 1]))
        try await client.close(mode: .output)
        try await nobodyIsLeft(server)
        try? await client.close()
      }
    }

    @Test("A client whose server says no more gives up at once", arguments: End.allCases)
    func server(end: End) async throws {
      try await LoopbackServer.run(OneAccount(), .implicitTLS, behindTLS: { Scissors(end) }) { server in
        let client = try await server.connect()
        let error = await #expect(throws: (any Error).self) { try await client.logIn(.tlsExporter) }
        switch end {
        case .properly: #expect(error as? ProfileError == ProfileError(.closed, ""))
        case .cut: #expect(error as? TLSError == TLSError(.truncated, ""))
        }
        try await nobodyIsLeft(server)
      }
    }

    private func close(_ channel: any Channel, _ end: End) async throws {
      try await channel.eventLoop.flatSubmit {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        end.apply(to: channel.pipeline.syncOperations, promise)
        return promise.futureResult
      }.get()
    }

    private func nobodyIsLeft(_ server: LoopbackServer) async throws {
      while server.group.count > 0 { try await Task.sleep(for: .milliseconds(2)) }
    }
  }

  /// Ends the server's side in place of the answer to a login.
  private final class Scissors: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let end: HalfClosedTests.End

    init(_ end: HalfClosedTests.End) { self.end = end }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard String(buffer: unwrapInboundIn(data)).contains("AUTHENTICATE") else { return context.fireChannelRead(data) }
      end.apply(to: context.pipeline.syncOperations, nil)
    }
  }
#endif
