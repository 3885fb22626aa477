internal import ArgumentParser
internal import ExampleSupport
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

  @Flag(help: "Both sides begin in the clear and use STARTTLS.")
  var starttls = false

  @Option(help: "The newest TLS version to speak on both sides: 1.2 or 1.3.")
  var tlsMax = TLSVersion.tls13

  @Flag(help: "After a login that succeeds, ask the server who this is, in the client's place.")
  var takeOver = false

  @Option(help: ArgumentHelp("Write the port to this file, once clients can connect.", valueName: "file"))
  var portFile: String?

  @Flag(help: "Print one JSON object an event, and not the conversation.")
  var json = false
}
