internal import ArgumentParser
internal import ExampleSupport
internal import PassBindAccounts
internal import PassBindCrypto

extension User {
  struct Invite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an account whose owner chooses the password, with a one-time token.",
      discussion: """
        The token is printed, and not kept. Its owner logs in with it once, by passbind-client enrol, and chooses a password \
        that the server never sees. The token is good for OPAQUE-R255 and OPAQUE-EA, whichever the client takes. Until then \
        the account can do nothing else.
        """)

    @Argument(help: "The account's name.") var name: String
    @OptionGroup(title: "Accounts") var store: StoreOptions
    @OptionGroup(title: "Keys") var key: KeyOptions

    @Option(
      name: .customLong("for"),
      help: ArgumentHelp("For how long the token is good: a number and m, h or d.", valueName: "time"),
      transform: parseLifetime)
    var lifetime = Duration.seconds(3 * 86_400)

    @Option(
      help: ArgumentHelp("The key stretching of the token's records; give it what serve has.", valueName: "parameters"),
      transform: stretchingParameters)
    var stretching = KeyStretchingParameters.default

    @Flag(help: "Also if there is such an account: it loses the password it has, and its notes open no more.")
    var replace = false
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
      var administration = AccountAdministration(try store.openExisting())
      administration.keyring = try await key.keyring(administration.store)
      administration.stretching = stretching
      try await explaining {
        let secret = try await administration.invite(name, for: lifetime, replacing: replace)
        let span = secret.span
        let token = String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
        let expires = Timestamp.now() + lifetime
        if json {
          printOut(
            JSON.object([
              ("name", .string(name)), ("token", .string(token)), ("expires", .string(expires.description)),
            ]).description)
        } else {
          printOut(token)
          printError("invited \(printable(name)), until \(expires)")
        }
      }
    }
  }
}

@Sendable private func parseLifetime(_ text: String) throws -> Duration {
  let units: [Character: Int] = ["m": 60, "h": 3600, "d": 86_400]
  guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), (1...100_000).contains(count)
  else { throw ValidationError("--for takes a number and m, h or d, such as 3d") }
  return .seconds(count * unit)
}
