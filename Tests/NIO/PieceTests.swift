#if NIO
  import NIOCore
  import PassBindNIO
  import PassBindSASL
  import PassBindTLS
  import Testing

  @Suite("Tiny pieces", .timeLimit(.minutes(10)))
  struct PieceTests {
    @Test(
      "A login whose every byte is a segment, a record, or both, full and resumed",
      arguments: [(true, false), (false, true), (true, true)],
      [(TLSVersion.tls12, ChannelBindingType.tlsUnique), (.tls12, .tlsExporter), (.tls13, .tlsExporter)])
    func login(_ pieces: (segments: Bool, records: Bool), _ kind: (TLSVersion, ChannelBindingType)) async throws {
      try await LoopbackServer.run(
        OneAccount(), .implicitTLS, beforeTLS: { Shredder(isShredding: pieces.segments) },
        behindTLS: { Shredder(isShredding: pieces.records) }
      ) { server in
        let context = try Certificates.clientContext(kind.0)
        var session: TLSSession?
        for isResumed in [false, true] {
          let client = try await server.connect(resuming: session, context: context)
          #expect(client.handshake.isResumed == isResumed)
          try await client.logIn(kind.1)
          #expect(try await client.whoAmI() == "alice")
          session = try await client.session()
          try await client.logOut()
        }
      }
    }
  }

  /// Passes every byte on by itself, both ways.
  private final class Shredder: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let isShredding: Bool

    init(isShredding: Bool) { self.isShredding = isShredding }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard isShredding else { return context.fireChannelRead(data) }
      var rest = unwrapInboundIn(data)
      while let byte = rest.readSlice(length: 1) { context.fireChannelRead(NIOAny(byte)) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      var rest = unwrapOutboundIn(data)
      while isShredding, rest.readableBytes > 1, let byte = rest.readSlice(length: 1) {
        context.writeAndFlush(wrapOutboundOut(byte), promise: nil)
      }
      context.write(wrapOutboundOut(rest), promise: promise)
    }
  }
#endif
