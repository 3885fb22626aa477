internal import ArgumentParser
internal import ExampleSupport
internal import NIOCore
internal import NIOPosix
internal import PassBindNIO
internal import PassBindTLS

struct Connect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what a server says about each connection, and what this end says.")

  @Argument(help: "The ports of localhost to connect to, one after the other.") var port: [Int]
  @Option(help: "Connect to each so many times, each time resuming the session before.") var connections = 1
  @Option(help: "The authorities to trust, a PEM file; without it, any certificate is taken.") var caFile: String?
  @OptionGroup var version: VersionOptions

  func run() async throws {
    var configuration = TLSClientContext.Configuration(trust: caFile.map { .file($0) } ?? .dangerouslyUnverified)
    configuration.versions = version.versions
    let context = try TLSClientContext(configuration)
    var number = 0
    for port in port {
      var session: TLSSession?
      for _ in 0..<connections {
        number += 1
        printOut("connection \(number)")
        do {
          let told: Told
          (told, session) = try await visit(port, context, resuming: session)
          for line in told.theirs { printOut("server \(line)") }
          for line in account(of: told.ours) { printOut("client \(line)") }
        } catch {
          printOut("client failed \(reason(of: error))")
        }
      }
    }
  }

  private func visit(
    _ port: Int, _ context: TLSClientContext, resuming session: TLSSession?
  ) async throws -> (Told, TLSSession?) {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = loop.makePromise(of: Told.self)
    let channel = try await ClientBootstrap(group: loop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let engine = try TLSEngine(client: context, host: "localhost", resuming: session)
          try channel.pipeline.syncOperations.addHandlers(TLSHandler(engine), Listening(promise))
        }
      }
      .connect(host: "127.0.0.1", port: port)
      .flatMapErrorThrowing {
        promise.fail($0)
        throw $0
      }.get()
    let told = try await promise.futureResult.get()
    let next = try await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.handler(type: TLSHandler.self).session
    }.get()
    try? await channel.close()
    return (told, next)
  }
}

/// What both ends say of one connection.
private struct Told: Sendable {
  let ours: TLSHandshake
  let theirs: [Substring]
}

private final class Listening: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let told: EventLoopPromise<Told>
  private var handshake: TLSHandshake?
  private var text = ""

  init(_ told: EventLoopPromise<Told>) { self.told = told }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let finished = event as? TLSHandler.Finished { handshake = finished.handshake }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    text += String(buffer: unwrapInboundIn(data))
    guard let handshake, text.hasSuffix("\n.\n") else { return }
    told.succeed(Told(ours: handshake, theirs: text.split(separator: "\n").dropLast()))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { told.fail(error) }

  func channelInactive(context: ChannelHandlerContext) { told.fail(ChannelError.eof) }
}
