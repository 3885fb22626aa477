internal import ArgumentParser
internal import ExampleSupport
internal import LoginSupport
internal import NIOCore
internal import NIOPosix
internal import PassBindAccounts
internal import PassBindCrypto
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindSCRAM
internal import PassBindSQLite
internal import PassBindTLS

@main
struct PostgreSQLFront: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postgresql-front",
    abstract: "Has PostgreSQL's clients log in to the accounts of passbind-server, and tells them who they are.",
    discussion: """
      There is no database behind it: it answers select current_user, and nothing else. Its clients log in with SCRAM-SHA-256, \
      bound by tls-server-end-point where they can. One line of JSON a login goes to standard error.

      \(exitCodes)
      """)

  @Option(help: ArgumentHelp("Where to wait for clients; port 0 takes any that is free.", valueName: "host:port"))
  var listen: HostPort

  @Option(help: ArgumentHelp("The accounts, a SQLite database.", valueName: "file")) var store: String
  @Option(help: ArgumentHelp("The certificate chain, a PEM file.", valueName: "file")) var certificate: String
  @Option(help: ArgumentHelp("The key of the certificate, a PEM file.", valueName: "file")) var key: String
  @Flag(help: "Refuse logins that are not bound to the TLS connection.") var requireChannelBinding = false

  @Option(
    help: ArgumentHelp(
      "The iterations that accounts have, if user add was given a count: unknown names then look like accounts.",
      valueName: "count"))
  var iterations: Int?

  @Option(help: ArgumentHelp("Write the port to this file, once clients can connect.", valueName: "file"))
  var portFile: String?

  static func main() async { await runCommand(PostgreSQLFront.self) }

  func run() async throws {
    let context = try TLSServerContext(
      TLSServerContext.Configuration(identities: [.files(chain: certificate, key: key)]))
    let authenticator: Authenticator
    do {
      authenticator = try await Authenticator(store: try SQLiteCredentialStore(path: store), policy: policy) {
        printError($0.json)
      }
    } catch {
      throw CommandError(
        "the accounts in \(store) cannot be used: \(error.reason)",
        hint: "--store names the database of passbind-server")
    }
    let connections = ConnectionGroup()
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        guard connections.admit(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          let connection = try Connection.accepted(channel)
          Task { await Session(connection, authenticator).run(context) }
        }
      }
      .bind(host: listen.host, port: listen.port).get()
    let port = listener.localAddress?.port ?? listen.port
    if let portFile { try writeFile("\(port)\n", to: portFile, holding: "the port") }
    printError(JSON.object([("message", .string("listening")), ("port", .number(port))]).description)
    try await listener.closeFuture.get()
  }

  /// What PostgreSQL's clients know: one hash, one type of binding, and no extensions.
  private var policy: ServerPolicy {
    var policy = ServerPolicy()
    policy.mechanisms = [SCRAMMechanism(.sha256).name]
    policy.bindingTypes = [.tlsServerEndPoint]
    policy.requiresChannelBinding = requireChannelBinding
    if let iterations { policy.iterations[.sha256] = iterations }
    return policy
  }
}
