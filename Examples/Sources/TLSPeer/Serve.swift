internal import ArgumentParser
internal import ExampleSupport
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import PassBindNIO
internal import PassBindTLS

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Tell every client this end's bindings, until killed.")

  @Option(help: "A certificate chain, a PEM file. Repeat it for several, each with its --key.")
  var certificate: [String]

  @Option(help: "The key of the certificate, a PEM file.") var key: [String]
  @Flag(help: "A port for each certificate, in place of one for all.") var apart = false
  @Option(help: "Keep so many sessions in memory, in place of tickets.") var memory: Int?
  @OptionGroup var version: VersionOptions
  @Option(help: "Write the ports, one a line, once clients can connect.") var portFile: String

  func run() async throws {
    let identities = zip(certificate, key).map { TLSIdentity.files(chain: $0, key: $1) }
    var ports = ""
    for group in apart ? identities.map({ [$0] }) : [identities] {
      let listener = try await listen(context(group))
      ports += "\(listener.localAddress?.port ?? 0)\n"
    }
    try Data(ports.utf8).write(to: URL(fileURLWithPath: portFile), options: .atomic)
    while true { try await Task.sleep(for: .seconds(3600)) }
  }

  private func context(_ identities: [TLSIdentity]) throws(TLSError) -> TLSServerContext {
    var configuration = TLSServerContext.Configuration(identities: identities)
    configuration.versions = version.versions
    if let memory { configuration.resumption = .memory(memory) }
    return try TLSServerContext(configuration)
  }

  private func listen(_ context: TLSServerContext) async throws -> any Channel {
    try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(TLSHandler(TLSEngine(server: context)), Teller())
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }
}

private final class Teller: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard let finished = event as? TLSHandler.Finished else { return }
    let text = (account(of: finished.handshake) + ["."]).map { $0 + "\n" }.joined()
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
