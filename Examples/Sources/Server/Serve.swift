internal import ArgumentParser
internal import ExampleSupport
internal import Foundation
internal import Logging
internal import NIOCore
internal import PassBindAccounts
internal import PassBindCrypto
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindSQLite
internal import ServiceLifecycle
internal import UnixSignals

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve logins until SIGTERM or SIGINT; SIGHUP reads the certificates anew.",
    discussion: """
      Speaks IMAP's AUTHENTICATE, STARTTLS and CAPABILITY, so that stock clients can log in; and WHOAMI, which says who they \
      are then. The log goes to standard error, with one line for every login.

      \(exitCodes)
      """)

  @Option(help: ArgumentHelp("Where to wait for TLS from the first byte on; port 0 takes any.", valueName: "host:port"))
  var listenTls: HostPort?

  @Option(help: ArgumentHelp("Where to wait for connections that begin in the clear.", valueName: "host:port"))
  var listenStarttls: HostPort?

  @OptionGroup(title: "TLS") var tls: ServerTLSOptions
  @OptionGroup(title: "Accounts") var store: StoreOptions
  @OptionGroup(title: "Keys") var key: KeyOptions
  @OptionGroup(title: "Logins") var login: LoginPolicyOptions
  @OptionGroup(title: "Running") var running: RunningOptions

  func validate() throws {
    guard listenTls != nil || listenStarttls != nil else {
      throw ValidationError("nothing to listen on: give --listen-tls, --listen-starttls or both")
    }
  }

  func run() async throws {
    let logger = running.logger()
    let contexts = try ReloadableContext(tls)
    let database = try store.open()
    let keyring = try await key.serverKeyring(database)
    let authenticator: Authenticator
    do {
      authenticator = try await Authenticator(store: database, policy: login.policy, keyring: keyring) {
        logger.log($0)
      }
    } catch {
      throw CommandError("the accounts cannot be used: \(error.reason)", hint: hint(for: error))
    }
    let connections = ConnectionGroup(
      limit: running.maxConnections, limitPerAddress: running.maxConnectionsPerAddress)
    let listener = Listener(
      contexts: contexts, authenticator: authenticator, connections: connections, logger: logger,
      deadlines: running.deadlines, printsBindings: running.printBindings, portFile: running.portFile)
    raiseFileLimit()
    try await listener.bind(tls: listenTls, startTLS: listenStarttls)
    let hangUps = await UnixSignalsSequence(trapping: .sighup)

    var configuration = ServiceGroupConfiguration(
      services: [listener, CertificateReloading(contexts: contexts, hangUps: hangUps, logger: logger)],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
    )
    configuration.maximumGracefulShutdownDuration = .seconds(30)
    try await ServiceGroup(configuration: configuration).run()
    logger.notice("stopped")
  }
}

struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The accounts, a SQLite database; serve, user add, user import and keys init make it.", valueName: "file"))
  var store: String

  func open() throws(CommandError) -> SQLiteCredentialStore {
    do throws(AccountError) {
      return try SQLiteCredentialStore(path: store)
    } catch {
      throw CommandError("cannot open the accounts in \(printable(store)): \(error.reason)", hint: hint(for: error))
    }
  }

  /// Opens what must be there, so that a slip in the name is not taken for a database without accounts.
  func openExisting() throws(CommandError) -> SQLiteCredentialStore {
    guard FileManager.default.fileExists(atPath: store) else {
      throw CommandError(
        "there is no database \(printable(store))", hint: "serve, user add, user import and keys init make it")
    }
    return try open()
  }
}

struct LoginPolicyOptions: ParsableArguments {
  @Flag(help: "Refuse logins that are not bound to the TLS connection.")
  var requireChannelBinding = false

  @Option(
    help: ArgumentHelp(
      "A mechanism to offer, such as OPAQUE-EA or SCRAM-SHA-512, with its -PLUS. Repeat it for several, best first.",
      discussion: "Without it, OPAQUE-R255, OPAQUE-EA, SCRAM-SHA-512 and SCRAM-SHA-256; OPAQUE-EA on TLS 1.3 alone.",
      valueName: "name"),
    transform: passwordMechanism)
  var mechanism: [MechanismName] = []

  @Option(
    help: ArgumentHelp(
      "What clients may register after a login, likewise. none turns it off.",
      discussion: """
        Without it, OPAQUE-R255, OPAQUE-EA and SCRAM-SHA-512. A client that has logged in by SCRAM is asked to move to the \
        first of them; one that has by OPAQUE is not asked to move to the other.
        """,
      valueName: "name"),
    transform: registrableMechanism)
  var register: [MechanismName?] = []

  @Flag(help: "Do not ask clients to register a better mechanism, or under newer keys, when they log in.")
  var keepCredentials = false

  @Option(
    help: ArgumentHelp(
      "The key stretching of OPAQUE's new records, which unknown names are shown too.", valueName: "parameters"),
    transform: stretchingParameters)
  var stretching = KeyStretchingParameters.default

  @Option(
    help: ArgumentHelp(
      "The iterations that accounts have, if user add was given a count: unknown names then look like accounts.",
      valueName: "count"))
  var iterations: Int?

  @Flag(help: "Tell clients a hash of what is offered, so that they notice a shortened list (XEP-0474).")
  var offerHash = false

  @Flag(help: "Tell clients the TLS version, so that they notice another one (XEP-0515).")
  var tlsVersion = false

  func validate() throws {
    if let iterations, !(4096...5_000_000).contains(iterations) {
      throw ValidationError("--iterations takes 4096 to 5000000")
    }
  }

  var policy: ServerPolicy {
    var policy = ServerPolicy()
    policy.requiresChannelBinding = requireChannelBinding
    if !mechanism.isEmpty { policy.mechanisms = mechanism.map(\.base) }
    if !register.isEmpty { policy.registrations = register.compactMap { $0?.base } }
    policy.asksForRegistration = !keepCredentials
    policy.acceptsEnrolment = true
    policy.stretching = stretching
    if let iterations { for hash in HashFunction.allCases { policy.iterations[hash] = iterations } }
    policy.sendsOfferHash = offerHash
    policy.sendsTLSVersion = tlsVersion
    return policy
  }
}

/// A mechanism whose logins prove a password, by its name.
@Sendable private func passwordMechanism(_ text: String) throws -> MechanismName {
  guard let mechanism = PasswordMechanism(argument: text) else {
    throw ValidationError("\(text) is no mechanism that this server has")
  }
  return mechanism.name
}

@Sendable private func registrableMechanism(_ text: String) throws -> MechanismName? {
  text == "none" ? nil : try passwordMechanism(text)
}

struct RunningOptions: ParsableArguments {
  @Option(help: "The least that is logged: debug, info, notice, warning or error.")
  var logLevel = Logger.Level.info

  @Flag(help: "Log in JSON, one object a line.")
  var json = false

  @Option(help: ArgumentHelp("How many connections may be open at once.", valueName: "count"))
  var maxConnections = 4096

  @Option(help: ArgumentHelp("How many of them from one IPv4 address or IPv6 /64.", valueName: "count"))
  var maxConnectionsPerAddress = 1024

  @Option(help: ArgumentHelp("How long a client may take from the connection to its login.", valueName: "seconds"))
  var loginTimeout = 60

  @Option(help: ArgumentHelp("Write the ports, one a line, once clients can connect.", valueName: "file"))
  var portFile: String?

  @Flag(
    help: "Log the channel-binding data of every connection, to compare them with another program's. For tests alone.")
  var printBindings = false

  func validate() throws {
    guard (1...1_000_000).contains(maxConnections), (1...1_000_000).contains(maxConnectionsPerAddress) else {
      throw ValidationError("--max-connections and --max-connections-per-address take 1 to 1000000")
    }
    guard (1...86_400).contains(loginTimeout) else { throw ValidationError("--login-timeout takes 1 to 86400") }
  }

  var deadlines: LineServerHandler.Deadlines {
    var deadlines = LineServerHandler.Deadlines()
    deadlines.login = .seconds(Int64(loginTimeout))
    return deadlines
  }

  func logger() -> Logger {
    var logger = Logger(label: "passbind-server") { _ in LineLogHandler(isJSON: json) }
    logger.logLevel = logLevel
    return logger
  }
}
