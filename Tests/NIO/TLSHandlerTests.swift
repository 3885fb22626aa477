#if NIO
  import NIOCore
  import NIOPosix
  import PassBindNIO
  import PassBindTLS
  import Testing

  @Suite("TLS on a channel", .timeLimit(.minutes(10)))
  struct TLSHandlerTests {
    @Test(
      "Data of any length passes there and back, in one write or many",
      arguments: [(1, 1), (16_384, 16_384), (16_385, 16_385), (3_000_000, 3_000_000), (5000, 1), (1_000_000, 999)])
    func echo(count: Int, piece: Int) async throws {
      let context = try Certificates.serverContext()
      let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers(
              BackPressureHandler(), TLSHandler(TLSEngine(server: context)), Echo())
          }
        }
        .bind(host: "127.0.0.1", port: 0).get()

      // Written before the handshake is finished where it fits, so that this way is tested too.
      let data = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 / 251) })
      let trust = try Certificates.clientContext()
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let whole = loop.makePromise(of: ByteBuffer.self)
      let client = try await ClientBootstrap(group: loop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let engine = try TLSEngine(client: trust, host: "localhost")
            try channel.pipeline.syncOperations.addHandlers(TLSHandler(engine), Collect(data, piece, whole))
          }
        }
        .connect(host: "127.0.0.1", port: server.localAddress?.port ?? 0).get()
      #expect(try await whole.futureResult.get() == data)
      try await client.close()
      try await server.close()
    }
  }

  private final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      context.writeAndFlush(data, promise: nil)
    }
  }

  /// Sends data, and waits until as much has come back.
  private final class Collect: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let data: ByteBuffer
    private let piece: Int
    private let whole: EventLoopPromise<ByteBuffer>
    private var received = ByteBuffer()

    init(_ data: ByteBuffer, _ piece: Int, _ whole: EventLoopPromise<ByteBuffer>) {
      self.data = data
      self.piece = piece
      self.whole = whole
    }

    func channelActive(context: ChannelHandlerContext) {
      if data.readableBytes <= TLSHandler.waitingLimit { send(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event is TLSHandler.Finished, data.readableBytes > TLSHandler.waitingLimit { send(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      received.writeImmutableBuffer(unwrapInboundIn(data))
      if received.readableBytes >= self.data.readableBytes { whole.succeed(received) }
    }

    func channelInactive(context: ChannelHandlerContext) { whole.fail(ChannelError.eof) }

    private func send(_ context: ChannelHandlerContext) {
      var rest = data
      while let part = rest.readSlice(length: min(piece, rest.readableBytes)), part.readableBytes > 0 {
        context.write(wrapOutboundOut(part), promise: nil)
      }
      context.flush()
    }
  }
#endif
