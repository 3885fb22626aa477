internal import ArgumentParser
internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindTLS

/// Who logs in.
struct WhoOptions: ParsableArguments {
  @Option(help: "The user's name.")
  var user: String

  @OptionGroup var password: PasswordOptions

  func readPassword() throws -> SecretBytes { try password.read(prompt: "Password of \(user)") }
}

struct TLSOptions: ParsableArguments {
  enum Start: String, EnumerableFlag {
    case tls, starttls

    static func help(for value: Start) -> ArgumentHelp? {
      value == .tls ? "TLS from the first byte on." : "Plain at first, then STARTTLS."
    }
  }

  @Flag var start = Start.tls

  @OptionGroup var client: ClientTLSOptions

  var security: LineClient.Security { start == .tls ? .implicitTLS : .startTLS }

  func context() throws(TLSError) -> TLSClientContext { try client.context() }
}

struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object a login.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show the conversation, decoded. No password or key is ever shown.")
  var verbose = false

  func validate() throws {
    guard !json || !verbose else { throw ValidationError("--json and --verbose exclude each other") }
  }
}
