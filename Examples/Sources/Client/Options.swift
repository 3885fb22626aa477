internal import ArgumentParser
internal import ExampleSupport
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindSCRAM
internal import PassBindTLS

struct WhoOptions: ParsableArguments {
  @Option(help: "The user's name.")
  var user: String

  @Option(help: ArgumentHelp("Whom to act as, if the account may.", valueName: "name"))
  var authorizeAs: String?

  @OptionGroup var password: PasswordOptions
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

struct LoginOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Whether the login is bound to the TLS connection: require, prefer or disable.",
      discussion: """
        require: bound, or no login at all. prefer: bound if the server offers it. disable: not bound; whoever ends the TLS \
        connection can take the login over.
        """, valueName: "policy"))
  var channelBinding = ChannelBindingPolicy.require

  @Option(
    help: ArgumentHelp(
      "What to bind by: tls-exporter, tls-unique or tls-server-end-point. Repeat it for several, best first.",
      valueName: "type"))
  var bindingType: [ChannelBindingType] = []

  @Option(
    help: ArgumentHelp(
      "A mechanism to use, such as SCRAM-SHA-512. Repeat it for several, best first.", valueName: "name"))
  var mechanism: [SCRAMMechanism] = []

  @Option(help: ArgumentHelp("Refuse servers with fewer iterations of PBKDF2.", valueName: "count"))
  var minIterations = SCRAMClientPolicy().minIterations

  @Option(help: ArgumentHelp("Refuse servers with more iterations of PBKDF2.", valueName: "count"))
  var maxIterations = SCRAMClientPolicy().maxIterations

  @Option(help: ArgumentHelp("Log in so many times, each time resuming the TLS session.", valueName: "count"))
  var `repeat` = 1

  func validate() throws {
    guard (1...1000).contains(`repeat`) else { throw ValidationError("--repeat takes 1 to 1000") }
    guard minIterations > 0, minIterations <= maxIterations else {
      throw ValidationError("--min-iterations must be above 0, and not above --max-iterations")
    }
  }

  var negotiation: ClientNegotiationPolicy {
    ClientNegotiationPolicy(
      mechanisms: mechanism.isEmpty ? SCRAMMechanism.preferred : mechanism.map(\.name.base),
      channelBinding: channelBinding,
      bindingTypes: bindingType.isEmpty ? ChannelBindingType.preferred : bindingType)
  }

  var policy: SCRAMClientPolicy {
    var policy = SCRAMClientPolicy()
    policy.minIterations = minIterations
    policy.maxIterations = maxIterations
    return policy
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
