internal import ArgumentParser
internal import ExampleSupport

@main
struct Mitm: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passbind-mitm",
    abstract: "Sits between a client and a server, ends the TLS of both, and does harm. For your own server alone.",
    discussion: """
      Point a client at it, with its certificate check off or its trust misplaced, and see what becomes of the login: one that \
      is not bound to the TLS connection is taken over; one that is bound is refused.
      """,
    subcommands: [Relay.self, StripPlus.self])

  static func main() async { await runCommand(Mitm.self) }
}

/// Passes everything on as it is.
struct Relay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pass everything on unchanged, and read along.",
    discussion: """
      An unbound login must succeed, since nothing in it says which connection it is for; with --take-over, this program then \
      asks the server who it is, in the client's place. A bound login must be refused by the server.
      """)

  @OptionGroup var options: InterceptorOptions

  func run() async throws { try await Interceptor(options) { Passing() }.run() }
}

/// Hides from the client that the server can bind.
struct StripPlus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take every -PLUS mechanism off the server's list.",
    discussion: """
      A client that requires channel binding must give up before it sends anything of use. One that only prefers it logs in \
      unbound and says that it saw no -PLUS ("y"): the server, which offered some, must refuse it.
      """)

  @OptionGroup var options: InterceptorOptions

  func run() async throws { try await Interceptor(options) { PlusStripping() }.run() }
}
