internal import ArgumentParser
internal import ExampleSupport
internal import PassBindNIO
internal import PassBindSASL

/// Who changes what into what.
struct PasswdOptions: ParsableArguments {
  @OptionGroup var who: WhoOptions

  @Option(
    help: ArgumentHelp(
      "Read the new password from this file's first line; - means standard input, after the old one.",
      valueName: "file"))
  var newPasswordFile: String?

  @Flag(help: "Go on after a login by SCRAM where the account has notes: nothing opens them any more then.")
  var loseNotes = false
}

struct Passwd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Change the account's password, and seal its notes anew.",
    discussion: """
      Logs in with the old password, bound to the TLS connection, and registers the new one by the best mechanism that the \
      server allows, which after OPAQUE is the same one, in place of every password that the account had. If this is broken \
      off, the old one stays. Both are asked for, or read from files; never give them on a command line.

      \(exitCodes)
      """)

  @Argument(help: "The server, HOST:PORT. Its certificate must be for HOST.")
  var server: HostPort

  @OptionGroup(title: "Who") var passwords: PasswdOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "Login") var mechanisms: MechanismOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let user = passwords.who.user
    let old = try passwords.who.password.read(prompt: "Old password of \(user)")
    let new = try readPassword(
      passwords.newPasswordFile, holding: "new password", prompt: "New password of \(user)", isNew: true)
    let visit = Visit(
      server: server, tls: tls, user: user, terms: mechanisms.terms, registers: true, mayLoseNotes: passwords.loseNotes,
      output: output)
    let (report, _) = try await visit.perform(tls.context(), password: old) { loggedIn, report in
      report.step = .registration
      let allowed = try await loggedIn.client.registrations()
      let used = loggedIn.mechanism.base
      let best = ([used].filter(\.isOPAQUE) + Terms().mechanisms).first {
        allowed.contains($0) && $0.isAsGood(as: used)
      }
      guard let best else {
        throw CommandError(
          "the server lets this account register nothing as good as \(used)",
          hint: "its administrator can: passbind-server user passwd", status: .refused)
      }
      report.registration = try await loggedIn.register(best, new, of: user, visit)
    }
    output.show(report, "changed the password of \(printable(user))")
  }
}
