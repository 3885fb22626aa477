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

  @Option(help: ArgumentHelp("The authorities to trust, a PEM file; without it, the system's.", valueName: "file"))
  var caFile: String?

  @Flag(help: "Take any certificate, so that anybody on the way can be the server. For demonstrations of just that.")
  var insecureSkipCertificateCheck = false

  @Option(help: "The oldest TLS version to use: 1.2 or 1.3.") var tlsMin = TLSVersion.tls12
  @Option(help: "The newest TLS version to use: 1.2 or 1.3.") var tlsMax = TLSVersion.tls13

  func validate() throws {
    guard tlsMin <= tlsMax else { throw ValidationError("--tls-min is newer than --tls-max") }
    guard caFile == nil || !insecureSkipCertificateCheck else {
      throw ValidationError("--ca-file and --insecure-skip-certificate-check exclude each other")
    }
  }

  var security: LineClient.Security { start == .tls ? .implicitTLS : .startTLS }

  func context() throws(TLSError) -> TLSClientContext {
    let trust = caFile.map { TLSTrust.file($0) } ?? .system
    var configuration = TLSClientContext.Configuration(
      trust: insecureSkipCertificateCheck ? .dangerouslyUnverified : trust)
    configuration.versions = tlsMin...tlsMax
    return try TLSClientContext(configuration)
  }
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
