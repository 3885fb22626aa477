#if NIO
  import NIOCore
  import NIOPosix
  import PassBindLineProfile
  import PassBindNIO
  import PassBindSASL
  import PassBindTLS
  import Synchronization
  import Testing

  @Suite("Peers that do nothing, or read nothing", .timeLimit(.minutes(10)))
  struct IdleTests {
    @Test("Idle connections of every stage end when their time is up, and a login beside them succeeds")
    func stages() async throws {
      var deadlines = LineServerHandler.Deadlines()
      // Long enough for the last to come before the first has to go, on a machine that is busy.
      (deadlines.login, deadlines.exchange, deadlines.idle) = (.seconds(15), .seconds(15), .seconds(15))
      try await LoopbackServer.run(
        OneAccount(), .implicitTLS, handshakeTimeout: .seconds(15), deadlines: deadlines
      ) { server in
        let context = try Certificates.clientContext()
        var plain: [any Channel] = []
        var clients: [LineClient] = []
        for i in 0..<5 {
          // Nothing at all; the beginning of a ClientHello; a handshake; a login.
          plain.append(try await connect(server))
          plain.append(try await connect(server))
          try await plain[2 * i + 1].writeAndFlush(ByteBuffer(bytes: [0x16, 3, 1]))
          clients.append(try await server.connect(context: context))
          let busy = try await server.connect(context: context)
          if i.isMultiple(of: 2) { try await busy.logIn(.tlsExporter) }
          clients.append(busy)
        }
        #expect(server.group.count == 20)
        let beside = try await server.connect()
        try await beside.logIn(.tlsExporter)
        #expect(try await beside.whoAmI() == "alice")
        try await beside.logOut()
        while server.group.count > 0 { try await Task.sleep(for: .milliseconds(10)) }
        for client in clients {
          await #expect(throws: ProfileError(.closed, "")) { try await client.whoAmI() }
        }
        for channel in plain { try? await channel.close() }
      }
    }

    @Test("To a peer that stops reading little waits to be sent, and its time runs out", arguments: [false, true])
    func stopsReading(isLoggedIn: Bool) async throws {
      var deadlines = LineServerHandler.Deadlines()
      // Long enough for a busy machine to send what the server is to answer.
      (deadlines.login, deadlines.idle, deadlines.farewell) = (.seconds(20), .seconds(20), .milliseconds(200))
      let most = Most()
      try await LoopbackServer.run(
        Anyone(), .implicitTLS, deadlines: deadlines, beforeTLS: { Meter(most) }
      ) { server in
        let client = try await RawClient.connect(port: server.port)
        if isLoggedIn { await client.logIn() }
        try await client.channel.setOption(.autoRead, value: false).get()
        client.send(String(repeating: "a CAPABILITY\r\n", count: 1 << 19))
        while server.group.count > 0 { try await Task.sleep(for: .milliseconds(10)) }
        // More than a socket takes at a time, and no more than its mark and one read's answers.
        #expect((1 << 14...1 << 18).contains(most.count), "\(most.count) bytes waited")
        try? await client.channel.close()
      }
    }

    private func connect(_ server: LoopbackServer) async throws -> any Channel {
      try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: server.port).get()
    }
  }

  /// The most bytes that ever waited to be sent.
  private final class Most: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock(\.self) }
    func saw(_ count: Int) { value.withLock { $0 = max($0, count) } }
  }

  /// Counts what was handed to the socket and has not gone.
  private final class Meter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let most: Most
    private var waiting = 0

    init(_ most: Most) { self.most = most }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      let count = unwrapOutboundIn(data).readableBytes
      waiting += count
      most.saw(waiting)
      let sent = promise ?? context.eventLoop.makePromise(of: Void.self)
      sent.futureResult.assumeIsolated().whenComplete { _ in self.waiting -= count }
      context.write(data, promise: sent)
    }
  }
#endif
