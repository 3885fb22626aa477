internal import ArgumentParser
internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindSASL
internal import PassBindTLS

struct InterceptorOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where to wait for clients; port 0 takes any that is free.", valueName: "host:port"))
  var listen: HostPort

  @Option(help: ArgumentHelp("The server to attack.", valueName: "host:port"))
  var server: HostPort

  @Option(help: ArgumentHelp("The certificate to show to clients, a PEM file.", valueName: "file"))
  var certificate: String

  @Option(help: ArgumentHelp("The key of the certificate, a PEM file.", valueName: "file"))
  var key: String

  @Option(
    help: ArgumentHelp(
      "The server's signing key of OPAQUE-EA, where the attack is about one that was stolen, a PEM file.",
      valueName: "file"))
  var signingKey: String?

  @Flag(help: "Both sides begin in the clear and use STARTTLS; attacks on STARTTLS do so without being told.")
  var starttls = false

  @Option(help: "The newest TLS version to speak on both sides: 1.2 or 1.3.")
  var tlsMax = TLSVersion.tls13

  @Flag(help: "After a login that succeeds, ask the server who this is, in the client's place.")
  var takeOver = false

  @Option(help: ArgumentHelp("Write the port to this file, once clients can connect.", valueName: "file"))
  var portFile: String?

  @Flag(help: "Print one JSON object an event, and not the conversation.")
  var json = false

  func write(port: Int) throws { try Mitm.write(port: port, to: portFile) }
}

struct IntruderOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The server to attack; its certificate is not checked.", valueName: "host:port"))
  var server: HostPort

  @Option(help: "The user's name.")
  var user = "user"

  @OptionGroup var login: IntruderLoginOptions

  @Option(help: "The TLS version to use, where the attack leaves a choice: 1.2 or 1.3.")
  var tls = TLSVersion.tls13

  @Option(help: ArgumentHelp("A certificate to sign with, where the attack does, a PEM file.", valueName: "file"))
  var certificate = ""

  @Option(help: ArgumentHelp("The key of the certificate, a PEM file.", valueName: "file"))
  var key = ""

  @Flag(help: "Print a JSON object.")
  var json = false

  func intrusion() -> Intrusion {
    Intrusion(place: server, login: login.login(user), newest: tls, certificate: certificate, key: key)
  }
}

struct ImpostorOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where to wait for one client; port 0 takes any that is free.", valueName: "host:port"))
  var listen: HostPort

  @Option(help: ArgumentHelp("The certificate to show to it, a PEM file.", valueName: "file"))
  var certificate: String

  @Option(help: ArgumentHelp("The key of the certificate, a PEM file.", valueName: "file"))
  var key: String

  @OptionGroup var login: IntruderLoginOptions

  @Option(help: ArgumentHelp("Write the port to this file, once a client can connect.", valueName: "file"))
  var portFile: String?

  @Flag(help: "Print a JSON object.")
  var json = false

  func intrusion() -> Intrusion {
    let portFile = portFile
    return Intrusion(place: listen, login: login.login("user"), certificate: certificate, key: key) { port in
      try Mitm.write(port: port, to: portFile)
    }
  }
}

/// What kind of login an attack on one side alone is about.
struct IntruderLoginOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The mechanism: OPAQUE-R255, SCRAM-SHA-512 or another of SCRAM's.", valueName: "name"))
  var mechanism = PasswordMechanism.scramSHA512

  @Option(help: ArgumentHelp("What to bind by.", valueName: "type"))
  var bindingType = ChannelBindingType.tlsExporter

  func login(_ user: String) -> PasswordLogin {
    let anything = PasswordLogin.Password(SecretBytes(copying: "anything".utf8))
    return PasswordLogin(
      user: user, password: anything, mechanism: mechanism.name.base, bindingTypes: [bindingType])
  }
}

extension Mitm {
  /// Tells whoever waits for it in a file.
  static func write(port: Int, to file: String?) throws {
    guard let file else { return }
    try writeFile("\(port)\n", to: file, holding: "the port")
  }
}
