internal import ExampleSupport
internal import NIOCore
internal import NIOPosix
internal import PassBindExportedAuthenticators
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindTLS

/// A connection inside TLS that an attacker makes and speaks on by hand, line by line.
final class LineConnection: Sendable {
  /// What can be done with exported authenticators here; nil below TLS 1.3.
  let end: AuthenticatorEnd?
  private let channel: any Channel
  private let lines: AsyncThrowingStream<[UInt8], any Error>

  private init(
    _ channel: any Channel, _ lines: AsyncThrowingStream<[UInt8], any Error>, _ end: AuthenticatorEnd?
  ) {
    self.channel = channel
    self.lines = lines
    self.end = end
  }

  static func open(
    to server: HostPort, _ context: TLSClientContext, signing identity: AuthenticatorIdentity? = nil
  ) async throws -> LineConnection {
    let (lines, arrivals) = AsyncThrowingStream.makeStream(of: [UInt8].self)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let end = loop.makePromise(of: AuthenticatorEnd?.self)
    do {
      let channel = try await ClientBootstrap(group: loop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let engine = try TLSEngine(client: context, host: server.host)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(TLSHandler(engine))
            try pipeline.addHandler(
              LineTap { event in
                switch event {
                case .line(let line): arrivals.yield(line)
                case .handshake(let finished):
                  end.succeed(AuthenticatorEnd(engine, finished.authenticators, identity))
                case .end(let error):
                  arrivals.finish(throwing: error)
                  end.fail(error ?? ChannelError.eof)
                case .raw: break
                }
              })
          }
        }
        .connect(host: server.host, port: server.port).get()
      return LineConnection(channel, lines, try await end.futureResult.get())
    } catch {
      end.fail(error)
      throw error
    }
  }

  /// Says these lines, each once the server has answered the one before, up to the answer that ends a command.
  ///
  /// - Returns: that answer; nil if it did not come.
  func say(_ said: [[UInt8]]) async throws -> ServerLine.Status? {
    for line in said {
      guard let answer = try await ask(line) else { break }
      if case .answer(_, let status, _) = answer { return status }
    }
    return nil
  }

  /// Says a line.
  ///
  /// - Returns: the server's answer, or what it wants to know; nil if it says nothing more.
  func ask(_ line: [UInt8]) async throws -> ServerLine? {
    channel.writeAndFlush(ByteBuffer(bytes: line + Array("\r\n".utf8)), promise: nil)
    for try await text in lines {
      let answer = try ServerLine(parsing: text)
      if case .untagged = answer { continue }
      return answer
    }
    return nil
  }

  func close() { channel.close(promise: nil) }
}
