internal import ExampleSupport
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PassBindAccounts
internal import PassBindNIO
internal import PassBindTLS
internal import ServiceLifecycle
internal import Synchronization

/// Accepts connections until the process is asked to stop; then lets logins that are under way end.
final class Listener: Service {
  private let contexts: ReloadableContext
  private let authenticator: Authenticator
  private let connections: ConnectionGroup
  private let logger: Logger
  private let deadlines: LineServerHandler.Deadlines
  private let printsBindings: Bool
  private let portFile: String?
  private let channels = Mutex<[any Channel]>([])

  init(
    contexts: ReloadableContext, authenticator: Authenticator, connections: ConnectionGroup, logger: Logger,
    deadlines: LineServerHandler.Deadlines, printsBindings: Bool, portFile: String?
  ) {
    self.contexts = contexts
    self.authenticator = authenticator
    self.connections = connections
    self.logger = logger
    self.deadlines = deadlines
    self.printsBindings = printsBindings
    self.portFile = portFile
  }

  /// Opens the ports: TLS from the start first, then STARTTLS.
  func bind(tls: HostPort?, startTLS: HostPort?) async throws {
    for (place, isStartTLS) in [(tls, false), (startTLS, true)] {
      guard let place else { continue }
      do {
        let channel = try await bootstrap(isStartTLS: isStartTLS).bind(host: place.host, port: place.port).get()
        channels.withLock { $0.append(channel) }
        logger.notice(
          "listening",
          metadata: [
            "host": "\(place.host)", "port": "\(channel.localAddress?.port ?? place.port)",
            "tls": isStartTLS ? "by STARTTLS" : "from the start",
          ])
      } catch {
        throw CommandError.cannotListen(on: place, error)
      }
    }
  }

  func run() async throws {
    // Now, and no sooner, since signals are waited for by now: whoever reads the file may send one.
    if let portFile {
      let ports = channels.withLock { $0.compactMap { $0.localAddress?.port } }
      try writeFile(ports.map { "\($0)\n" }.joined(), to: portFile, holding: "the ports")
    }
    try? await gracefulShutdown()
    logger.notice("stopping", metadata: ["connections": "\(connections.count)"])
    for channel in channels.withLock({ $0 }) { try? await channel.close() }
    await connections.stop(grace: .seconds(10))
  }

  private func bootstrap(isStartTLS: Bool) -> ServerBootstrap {
    let (contexts, authenticator, connections, logger) = (contexts, authenticator, connections, logger)
    let (deadlines, printsBindings) = (deadlines, printsBindings)
    return ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 512)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        guard connections.admit(channel) else {
          logger.warning("connection refused: too many are open")
          return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
          let context = contexts.current
          let makeTLS = { TLSHandler(try TLSEngine(server: context)) }
          let pipeline = channel.pipeline.syncOperations
          if !isStartTLS { try pipeline.addHandler(makeTLS()) }
          try pipeline.addHandler(
            LineServerHandler(authenticator, startTLS: isStartTLS ? makeTLS : nil, deadlines: deadlines))
          try pipeline.addHandler(ConnectionLog(logger, printsBindings: printsBindings))
        }
      }
  }
}
