internal import ExampleSupport
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindTLS
internal import Synchronization

/// Waits for clients, and for each of them connects to the server and stands in between.
struct Interceptor {
  let options: InterceptorOptions
  let scenario: @Sendable () -> any Scenario

  init(_ options: InterceptorOptions, scenario: @escaping @Sendable () -> any Scenario) {
    self.options = options
    self.scenario = scenario
  }

  /// Runs until it is interrupted.
  func run() async throws {
    let identity = TLSIdentity.files(chain: options.certificate, key: options.key)
    var towardsClient = TLSServerContext.Configuration(identities: [identity])
    var towardsServer = TLSClientContext.Configuration(trust: .dangerouslyUnverified)
    towardsClient.versions = .tls12...options.tlsMax
    towardsServer.versions = .tls12...options.tlsMax
    let serverContext = try TLSServerContext(towardsClient)
    let clientContext = try TLSClientContext(towardsServer)
    let group = MultiThreadedEventLoopGroup.singleton
    let count = Atomic(0)
    let (options, scenario) = (options, scenario)

    let listener = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { client in
        let number = count.add(1, ordering: .relaxed).newValue
        // One event loop for both sides, so that nothing has to be shared between threads.
        return client.eventLoop.submit {
          let interception = Interception(
            scenario(), witness: Witness(isJSON: options.json, number: number), takesOver: options.takeOver,
            isInClear: options.starttls,
            clientTLS: { TLSHandler(try TLSEngine(server: serverContext)) },
            serverTLS: { TLSHandler(try TLSEngine(client: clientContext, host: options.server.host)) })
          return NIOLoopBound(interception, eventLoop: client.eventLoop)
        }.flatMap { interception in
          ClientBootstrap(group: client.eventLoop)
            .channelInitializer { server in
              server.eventLoop.makeCompletedFuture { try interception.value.attach(server: server) }
            }
            .connect(host: options.server.host, port: options.server.port)
            .flatMapThrowing { _ in try interception.value.attach(client: client) }
        }
      }
      .bind(host: options.listen.host, port: options.listen.port).get()

    let port = listener.localAddress?.port ?? options.listen.port
    if let file = options.portFile {
      try Data("\(port)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
    printError("between clients on \(options.listen.host):\(port) and \(options.server)")
    try await listener.closeFuture.get()
  }
}
