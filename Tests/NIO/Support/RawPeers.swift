#if NIO
  import NIOCore
  import NIOPosix
  import PassBindNIO
  import PassBindTLS

  /// A client that sends what a test says, inside TLS or not, and hands over what comes back line by line.
  struct RawClient: Sendable {
    let channel: any Channel
    private let lines: AsyncStream<String>

    static func connect(port: Int, tls: Bool = true) async throws -> RawClient {
      let trust = try Certificates.clientContext()
      let (stream, lines) = AsyncStream.makeStream(of: String.self)
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { channel in
          channel.closeFuture.whenComplete { _ in lines.finish() }
          return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if tls { try pipeline.addHandler(TLSHandler(TLSEngine(client: trust, host: "127.0.0.1"))) }
            try pipeline.addHandler(LineReader { _, line in lines.yield(line) })
          }
        }
        .connect(host: "127.0.0.1", port: port).get()
      let client = RawClient(channel: channel, lines: stream)
      _ = await client.line()
      return client
    }

    func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    /// The next line from the server; nil once it has closed.
    func line() async -> String? { await lines.first { _ in true } }

    /// What the server says to this, as many lines as it is asked for.
    func ask(_ text: String, lines count: Int = 1) async -> [String] {
      send(text + "\r\n")
      var answer: [String] = []
      while answer.count < count, let line = await line() { answer.append(line) }
      return answer
    }

    /// Logs in where anyone may.
    func logIn() async { _ = await ask("a AUTHENTICATE SCRAM-SHA-512 YQ==") }
  }

  /// A server that says what a test says to each line; nil closes.
  enum RawServer {
    typealias Script = @Sendable (_ line: String) -> String?

    /// A client that has connected to such a server, for the length of a test. The capabilities are asked for, and
    /// answered, first.
    static func run<R>(
      capabilities: String = "SASL-IR AUTH=SCRAM-SHA-512", timeout: TimeAmount = .seconds(20),
      _ script: @escaping Script, _ body: (LineClient) async throws -> R
    ) async throws -> R {
      let context = try Certificates.serverContext()
      let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let reader = LineReader { channel, line in
              let isFirst = line == "a1 CAPABILITY"
              guard let answer = isFirst ? "* CAPABILITY \(capabilities)\r\na1 OK\r\n" : script(line) else {
                return channel.close(promise: nil)
              }
              channel.writeAndFlush(ByteBuffer(string: answer), promise: nil)
            }
            try channel.pipeline.syncOperations.addHandlers(TLSHandler(TLSEngine(server: context)), reader)
            channel.writeAndFlush(ByteBuffer(string: "* OK\r\n"), promise: nil)
          }
        }
        .bind(host: "127.0.0.1", port: 0).get()
      let client = try await LineClient.connect(
        to: "127.0.0.1", port: server.localAddress?.port ?? 0, tls: Certificates.clientContext(), timeout: timeout)
      let result = try await body(client)
      await client.close()
      try await server.close()
      return result
    }
  }

  private final class LineReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let onLine: (any Channel, String) -> Void
    private var rest = ""

    init(onLine: @escaping (any Channel, String) -> Void) { self.onLine = onLine }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      rest += String(buffer: unwrapInboundIn(data))
      while let end = rest.firstIndex(of: "\r\n") {
        let line = String(rest[..<end])
        rest.removeSubrange(...end)
        onLine(context.channel, line)
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
#endif
