internal import ArgumentParser
internal import ExampleSupport
internal import LoginSupport

@main
struct PostgreSQLLogin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postgresql-login",
    abstract: "Logs in to a PostgreSQL server with SCRAM-SHA-256, bound to the TLS connection, and asks who it is.",
    discussion: exitCodes)

  @Argument(help: "The server, HOST:PORT. Its certificate must be for HOST.")
  var server: HostPort

  @Option(help: "The role that logs in.") var user: String
  @Option(help: "The database.") var database = "postgres"

  @OptionGroup var password: PasswordOptions
  @OptionGroup(title: "TLS") var tls: ClientTLSOptions
  @OptionGroup(title: "Login") var login: LoginOptions

  static func main() async { await runCommand(PostgreSQLLogin.self) }

  func validate() throws {
    guard ![user, database].contains(where: { $0.isEmpty || $0.utf8.contains(0) }) else {
      throw ValidationError("--user and --database want a name")
    }
  }

  func run() async throws {
    let password = try password.read(prompt: "Password of \(printable(user))")
    let context = try tls.context()
    let connection = try await Connection.connect(to: server)
    let report = try await LoginReport.of { report in
      let session = try await Session(on: connection, context, host: server.host)
      report.secured(session.handshake)
      try await session.authenticate(user, database, password, login, &report)
      do {
        return try await session.query("select current_user")
      } catch let error as ServerRefusal {
        throw CommandError(
          "logged in, and the server does not say as whom: \(error.reason)", hint: "does the database have the user?")
      }
    }
    await connection.close()
    report.show(isJSON: login.json)
  }
}
