internal import ExampleSupport
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PassBindNIO
internal import PassBindTLS
internal import ServiceLifecycle
internal import Synchronization

/// Accepts connections until the process is asked to stop; then lets logins that are under way end.
final class Listener: Service {
  private let contexts: ReloadableContext
  private let authority: AccountAuthority
  private let connections: ConnectionGroup
  private let logger: Logger
  private let printsBindings: Bool
  private let channels = Mutex<[any Channel]>([])

  init(
    contexts: ReloadableContext, authority: AccountAuthority, connections: ConnectionGroup, logger: Logger,
    printsBindings: Bool
  ) {
    self.contexts = contexts
    self.authority = authority
    self.connections = connections
    self.logger = logger
    self.printsBindings = printsBindings
  }

  /// Opens the ports, and returns them: TLS from the start first, then STARTTLS.
  func bind(tls: HostPort?, startTLS: HostPort?) async throws -> [Int] {
    var ports: [Int] = []
    for (place, isStartTLS) in [(tls, false), (startTLS, true)] {
      guard let place else { continue }
      do {
        let channel = try await bootstrap(isStartTLS: isStartTLS).bind(host: place.host, port: place.port).get()
        channels.withLock { $0.append(channel) }
        let port = channel.localAddress?.port ?? place.port
        ports.append(port)
        logger.notice(
          "listening",
          metadata: ["host": "\(place.host)", "port": "\(port)", "tls": isStartTLS ? "by STARTTLS" : "from the start"])
      } catch {
        throw CommandError("cannot listen on \(place): \(error)", hint: "is another server running on that port?")
      }
    }
    return ports
  }

  func run() async throws {
    try? await gracefulShutdown()
    logger.notice("stopping", metadata: ["connections": "\(connections.count)"])
    for channel in channels.withLock({ $0 }) { try? await channel.close() }
    await connections.stop(grace: .seconds(10))
  }

  private func bootstrap(isStartTLS: Bool) -> ServerBootstrap {
    let (contexts, authority, connections, logger) = (contexts, authority, connections, logger)
    let printsBindings = printsBindings
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
          try pipeline.addHandler(LineServerHandler(authority, startTLS: isStartTLS ? makeTLS : nil))
          try pipeline.addHandler(ConnectionLog(logger, printsBindings: printsBindings))
        }
      }
  }
}
