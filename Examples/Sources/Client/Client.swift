internal import ArgumentParser
internal import ExampleSupport

@main
struct Client: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passbind-client",
    abstract: "Logs in with a password that is proved, never sent, and bound to the TLS connection.",
    subcommands: [Login.self, Enrol.self, Passwd.self, DeleteAccount.self, Vault.self])

  static func main() async { await runCommand(Client.self) }
}
