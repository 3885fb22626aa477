internal import ArgumentParser
internal import ExampleSupport
internal import PassBindNIO

struct DeleteAccount: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete the account, with its notes.",
    discussion: """
      Logs in, bound to the TLS connection, and has the server delete the account that logged in. There is no way back. It asks \
      at the terminal first; --yes does not ask.

      \(exitCodes)
      """)

  @Argument(help: "The server, HOST:PORT. Its certificate must be for HOST.")
  var server: HostPort

  @OptionGroup(title: "Who") var who: WhoOptions
  @Flag(help: "Do not ask.") var yes = false
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "Login") var mechanisms: MechanismOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let user = who.user
    if !yes {
      let question = "Delete the account \(printable(user)) and its notes at \(server)? Type its name to go on:"
      guard try confirm(question, by: user, hint: "say --yes to delete the account without being asked") else {
        throw CommandError(
          "nothing was deleted", hint: "what has to be typed is the account's name", status: .interrupted)
      }
    }
    let password = try who.readPassword()
    let visit = Visit(server: server, tls: tls, user: user, terms: mechanisms.terms, output: output)
    let (report, _) = try await visit.perform(tls.context(), password: password) { loggedIn, report in
      report.step = .deletion
      try await loggedIn.client.unregister()
    }
    output.show(report, "deleted the account \(printable(user))")
  }
}
