internal import ExampleSupport
internal import NIOCore
internal import NIOPosix
internal import PassBindExportedAuthenticators
internal import PassBindLineProfile
internal import PassBindSASL
internal import PassBindTLS
internal import Synchronization

/// Waits for clients, and for each of them connects to the server and stands in between.
struct Interceptor: Sendable {
  /// How it stands there.
  struct Manner: Sendable {
    /// Whether it asks the server who this is, in the client's place, once a client is logged in.
    var takesOver = false
    /// Whether both sides begin in the clear and use STARTTLS.
    var beginsInClear = false
    /// Whether it ends the TLS of both; otherwise it passes on what it can't read.
    var endsTLS = true
    /// The server's signing key of OPAQUE-EA, a PEM file, if it was stolen.
    var signingKey: String?
  }

  let scenario: any Scenario
  let manner: Manner
  let audience: Witness.Audience
  let server: HostPort
  private let identity: AuthenticatorIdentity?
  private let serverContext: TLSServerContext
  private let clientContext: TLSClientContext
  private let whenOver: @Sendable (Loot) -> Void

  /// An interceptor that shows this certificate, and makes authenticators with its key.
  ///
  /// - Parameters:
  ///   - certificate: a PEM file.
  ///   - key: a PEM file.
  ///   - whenOver: is told what was got, once for every client.
  init(
    _ scenario: any Scenario, _ manner: Manner, showing certificate: String, key: String, newest: TLSVersion,
    server: HostPort,
    to audience: Witness.Audience, whenOver: @escaping @Sendable (Loot) -> Void = { _ in }
  ) throws(TLSError) {
    self.scenario = scenario
    self.manner = manner
    self.audience = audience
    self.server = server
    self.whenOver = whenOver
    identity = try? .files(chain: certificate, key: key)
    var towardsClient = TLSServerContext.Configuration(identities: [.files(chain: certificate, key: key)])
    var towardsServer = TLSClientContext.Configuration(trust: .dangerouslyUnverified)
    towardsClient.versions = .tls12...newest
    towardsServer.versions = .tls12...newest
    serverContext = try TLSServerContext(towardsClient)
    clientContext = try TLSClientContext(towardsServer)
  }

  /// Begins to wait; what it returns is closed to end it.
  func listen(on place: HostPort) async throws -> any Channel {
    let count = Atomic(0)
    return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { [self] client in
        let number = count.add(1, ordering: .relaxed).newValue
        // One event loop for both sides, so that nothing has to be shared between threads.
        return client.eventLoop.submit { NIOLoopBound(interception(number), eventLoop: client.eventLoop) }
          .flatMap { interception in
            ClientBootstrap(group: client.eventLoop)
              .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try interception.value.attach(server: channel) }
              }
              .connect(host: server.host, port: server.port)
              .flatMapThrowing { _ in try interception.value.attach(client: client) }
          }
      }
      .bind(host: place.host, port: place.port).get()
  }

  private func interception(_ number: Int) -> Interception {
    let (serverContext, clientContext, host) = (serverContext, clientContext, server.host)
    return Interception(
      scenario, witness: Witness(audience, number: number), manner: manner, identity: identity,
      clientTLS: { try TLSEngine(server: serverContext) },
      serverTLS: { try TLSEngine(client: clientContext, host: host) },
      whenOver: { witness, lines in
        guard !lines.isEmpty else { return whenOver(witness.loot) }
        Task {
          await replay(lines, witness)
          whenOver(witness.loot)
        }
      })
  }

  private func replay(_ lines: [[UInt8]], _ witness: Witness) async {
    do {
      let connection = try await LineConnection.open(to: server, clientContext)
      witness.replayed(isAccepted: try await connection.say(lines) == .ok)
      connection.close()
    } catch {
      witness.failed(.server, error)
    }
  }
}
