internal import ArgumentParser
internal import ExampleSupport

@main
struct Server: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passbind-server",
    abstract: "A TLS server whose logins prove a password without showing it, bound to the TLS connection.",
    subcommands: [Serve.self, User.self, Keys.self])

  static func main() async { await runCommand(Server.self) }
}
