internal import ExampleSupport
internal import NIOCore
internal import NIOPosix
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindTLS

/// A connection inside TLS that an attacker makes and speaks on by hand, line by line.
final class LineConnection: Sendable {
  private let channel: any Channel
  private let lines: AsyncThrowingStream<[UInt8], any Error>

  private init(_ channel: any Channel, _ lines: AsyncThrowingStream<[UInt8], any Error>) {
    self.channel = channel
    self.lines = lines
  }

  static func open(to server: HostPort, _ context: TLSClientContext) async throws -> LineConnection {
    let (lines, arrivals) = AsyncThrowingStream.makeStream(of: [UInt8].self)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(TLSHandler(try TLSEngine(client: context, host: server.host)))
          try pipeline.addHandler(
            LineTap { event in
              switch event {
              case .line(let line): arrivals.yield(line)
              case .end(let error): arrivals.finish(throwing: error)
              case .raw, .handshake: break
              }
            })
        }
      }
      .connect(host: server.host, port: server.port).get()
    return LineConnection(channel, lines)
  }

  /// Says these lines, each once the server has answered the one before, up to the answer that ends a command.
  ///
  /// - Returns: that answer; nil if it did not come.
  func say(_ said: [[UInt8]]) async throws -> ServerLine.Status? {
    for line in said {
      channel.writeAndFlush(ByteBuffer(bytes: line + Array("\r\n".utf8)), promise: nil)
      answer: for try await answer in lines {
        switch try ServerLine(parsing: answer) {
        case .answer(_, let status, _): return status
        case .continuation: break answer
        case .untagged: break
        }
      }
    }
    return nil
  }

  func close() { channel.close(promise: nil) }
}
