#if NIO
  import NIOCore
  import NIOPosix
  import PassBindCrypto
  import PassBindNIO
  import PassBindSASL
  import PassBindSCRAM
  import PassBindTLS

  /// A real server on a loopback port, for the length of a test.
  struct LoopbackServer {
    /// Makes a handler for each connection.
    typealias MakeHandler = @Sendable () -> any ChannelHandler

    let security: LineClient.Security
    let group: ConnectionGroup
    private let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }

    static func run<R>(
      _ authority: any LoginAuthority, _ security: LineClient.Security, limit: Int = 4096, limitPerAddress: Int = 1024,
      handshakeTimeout: TimeAmount = .seconds(10), deadlines: LineServerHandler.Deadlines = .init(),
      beforeTLS: MakeHandler? = nil, behindTLS: MakeHandler? = nil, _ body: (LoopbackServer) async throws -> R
    ) async throws -> R {
      let context = try Certificates.serverContext()
      let group = ConnectionGroup(limit: limit, limitPerAddress: limitPerAddress)
      let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.backlog, value: 512)
        .childChannelInitializer { channel in
          guard group.admit(channel) else { return channel.close() }
          return channel.eventLoop.makeCompletedFuture {
            let makeTLS = { TLSHandler(try TLSEngine(server: context), handshakeTimeout: handshakeTimeout) }
            if let beforeTLS { try channel.pipeline.syncOperations.addHandler(beforeTLS()) }
            if security == .implicitTLS { try channel.pipeline.syncOperations.addHandler(makeTLS()) }
            if let behindTLS { try channel.pipeline.syncOperations.addHandler(behindTLS()) }
            try channel.pipeline.syncOperations.addHandler(
              LineServerHandler(authority, startTLS: security == .startTLS ? makeTLS : nil, deadlines: deadlines))
          }
        }
        .bind(host: "127.0.0.1", port: 0).get()
      let server = LoopbackServer(security: security, group: group, channel: channel)
      do {
        let result = try await body(server)
        try await channel.close()
        await group.stop(grace: .seconds(1))
        return result
      } catch {
        try? await channel.close()
        await group.stop(grace: .zero)
        throw error
      }
    }

    func connect(_ version: TLSVersion? = nil, resuming session: TLSSession? = nil, context: TLSClientContext? = nil)
      async throws -> LineClient
    {
      try await LineClient.connect(
        to: "127.0.0.1", port: port, security: security, tls: context ?? Certificates.clientContext(version),
        resuming: session, timeout: .seconds(20))
    }
  }

  extension LineClient {
    func logIn(_ type: ChannelBindingType?, user: String = "alice", password: [UInt8] = OneAccount.password)
      async throws
    {
      let policy = ClientNegotiationPolicy(
        mechanisms: SCRAMMechanism.preferred, channelBinding: type == nil ? .disable : .require,
        bindingTypes: type.map { [$0] } ?? [])
      try await logIn(
        SCRAMClientExchange(
          SCRAMClient(
            user: user, credential: .password(SecretBytes(copying: password)), offer: offer,
            bindings: handshake.bindings, negotiation: policy)))
    }
  }
#endif
