internal import ArgumentParser
internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindTLS

struct Login: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Log in, and say as whom.",
    discussion: """
      The password is asked for, or read with --password-file; never give it on a command line.

      \(exitCodes)
      """)

  @Argument(help: "The server, HOST:PORT. Its certificate must be for HOST.")
  var server: HostPort

  @OptionGroup(title: "Who") var who: WhoOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "Login") var login: LoginOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let password = try who.readPassword()
    let context = try tls.context()
    let visit = Visit(
      server: server, tls: tls, user: who.user, authorizationIdentity: login.authorizeAs, terms: login.terms,
      registers: login.migrate, mayLoseNotes: login.loseNotes,
      output: output)
    var session: TLSSession?
    var isRefused = false
    for _ in 0..<login.repeat {
      var report: Report
      (report, session) = try await visit.perform(context, password: password, resuming: session) { loggedIn, report in
        report.identity = try await loggedIn.client.whoAmI()
        if login.migrate { try await migrate(loggedIn, password, visit, &report) }
      }
      let name = printable(report.identity ?? "somebody the server does not name")
      output.json ? printOut(report.json) : report.print("logged in as \(name)")
      isRefused = isRefused || !report.isAccepted
    }
    if isRefused { leave(status: CommandError.Status.refused.rawValue) }
  }

  /// Does what the server wishes, with the password that was just proved; but never for anything weaker than what it
  /// was proved by.
  private func migrate(
    _ loggedIn: LoggedIn, _ password: borrowing SecretBytes, _ visit: Visit, _ report: inout Report
  ) async throws {
    guard let wanted = loggedIn.wanted else { return }
    guard wanted.isAsGood(as: loggedIn.mechanism.base) else {
      printError("warning: the server wishes to move the account to \(wanted), which is weaker: this client does not")
      return
    }
    report.step = .registration
    report.registration = try await loggedIn.register(wanted, password, of: who.user, visit)
  }
}
