internal import ArgumentParser
internal import ExampleSupport
internal import PassBindSASL

/// Who enrols.
struct EnrolOptions: ParsableArguments {
  @Option(help: "The account's name.")
  var user: String

  @Option(
    help: ArgumentHelp(
      "Read the token from this file's first line; - means standard input. Without this option it is asked for.",
      valueName: "file"))
  var tokenFile: String?

  @OptionGroup var password: PasswordOptions
}

struct Enrol: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Choose the password of a new account, with a token from its administrator.",
    discussion: """
      The token logs in once, bound to the TLS connection, and is worth nothing afterwards. The server never sees the \
      password. Both are asked for, or read from files; never give them on a command line.

      The account logs in from then on by --mechanism; without that, by the one of OPAQUE's that the server wants.

      \(exitCodes)
      """)

  @Argument(help: "The server, HOST:PORT. Its certificate must be for HOST.")
  var server: HostPort

  @OptionGroup(title: "Who") var who: EnrolOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "Login") var opaque: OPAQUEOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let token = try readPassword(who.tokenFile, holding: "token", prompt: "Token of \(who.user)")
    let new = try who.password.read(prompt: "New password of \(who.user)", isNew: true)
    let visit = Visit(
      server: server, tls: tls, user: who.user, terms: opaque.terms, registers: true, isEnrolment: true, output: output)
    let (report, _) = try await visit.perform(tls.context(), password: token) { loggedIn, report in
      report.step = .registration
      let wanted = opaque.mechanism == nil ? loggedIn.wanted.flatMap { $0.isOPAQUE ? $0 : nil } : nil
      report.registration = try await loggedIn.register(
        wanted ?? loggedIn.mechanism.base, new, of: who.user, visit)
    }
    output.show(report, "enrolled \(printable(who.user))")
  }
}
