internal import ArgumentParser
internal import ExampleSupport
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import PassBindExportedAuthenticators
internal import PassBindNIO
internal import PassBindTLS

/// One end of a TLS connection that does as the other end says, for scripts that let another implementation of RFC 9261
/// talk to ours (Tests/Interop).
@main
struct AuthenticatorPeer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passbind-authenticator-peer",
    abstract: "Exported authenticators (RFC 9261) over live TLS, as the other end says.",
    discussion: """
      What goes over the connection is a letter, the length in 4 bytes, most significant first, and as many bytes.
      The other end says:

        Q REQUEST         answer with A and an authenticator, or with E
        W PARAMETERS      ask with Q and a request; validate the next A, and say V or E
        S                 A and a spontaneous authenticator, or E
        U AUTHENTICATOR   validate a spontaneous one, and say V or E

      V holds the subject, E an ExportedAuthenticatorError: its code, ": " and its reason. PARAMETERS are key=value, with commas
      between: context (hexadecimal), name, schemes (hexadecimal numbers), extension (a number, hexadecimal; empty).
      """,
    subcommands: [Serve.self, Connect.self])
}

struct Options: ParsableArguments {
  @Option(help: "A certificate chain to authenticate with, a PEM file whose key has the extension key.")
  var identity: [String] = []

  @Option(help: "The authorities to trust, a PEM file.") var caFile: String
  @Option(help: "Whom a server's authenticator has to be for.") var host = "second.example"

  func end(_ engine: TLSEngine) throws -> End {
    let identities = try identity.map { chain in
      try AuthenticatorIdentity.files(chain: chain, key: chain.replacing(/\.pem$/, with: ".key"))
    }
    let trust = try AuthenticatorTrust(.file(caFile))
    return End(engine, as: identities, .server(host, by: trust), .client(by: trust))
  }
}

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve any number of clients, until killed.")

  @Option(help: "The server's certificate chain, a PEM file whose key has the extension key.") var certificate: String
  @Option(help: "Write the port, once clients can connect.") var portFile: String
  @OptionGroup var options: Options

  func run() async throws {
    let key = certificate.replacing(/\.pem$/, with: ".key")
    let context = try TLSServerContext(.init(identities: [.files(chain: certificate, key: key)]))
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let engine = try TLSEngine(server: context)
          try channel.pipeline.syncOperations.addHandlers(TLSHandler(engine), options.end(engine))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = "\(listener.localAddress?.port ?? 0)\n"
    try Data(port.utf8).write(to: URL(fileURLWithPath: portFile), options: .atomic)
    try await listener.closeFuture.get()
  }
}

struct Connect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Connect to a server, and obey until it hangs up.")

  @Argument(help: "The port of localhost to connect to.") var port: Int
  @OptionGroup var options: Options

  func run() async throws {
    let context = try TLSClientContext(.init(trust: .file(options.caFile)))
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let engine = try TLSEngine(client: context, host: "localhost")
          try channel.pipeline.syncOperations.addHandlers(TLSHandler(engine), options.end(engine))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    try await channel.closeFuture.get()
  }
}
