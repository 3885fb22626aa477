package import ExampleSupport
package import NIOCore
internal import NIOPosix
internal import PassBindNIO
package import PassBindTLS

/// A connection that begins in the clear and goes over to TLS in its midst, as bytes to read and write. One task reads
/// from it.
package final class Connection: Sendable {
  private let channel: any Channel
  private let handler: NIOLoopBound<ConnectionHandler>

  private init(_ channel: any Channel, _ handler: NIOLoopBound<ConnectionHandler>) {
    self.channel = channel
    self.handler = handler
  }

  /// Connects to a server.
  ///
  /// - Parameters:
  ///   - deadline: how long the connection may last, whatever happens on it; see ``extend(by:)``.
  ///   - inputLimit: how many bytes may wait to be read; a message that is longer can't be read.
  package static func connect(
    to server: HostPort, deadline: Duration = .seconds(30), inputLimit: Int = 65536
  ) async throws(CommandError) -> Connection {
    do {
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(TimeAmount(deadline))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { _ = try add(to: channel, deadline, inputLimit) }
        }
        .connect(host: server.host, port: server.port).get()
      let handler = try await channel.eventLoop.submit {
        NIOLoopBound(
          try channel.pipeline.syncOperations.handler(type: ConnectionHandler.self), eventLoop: channel.eventLoop)
      }.get()
      return Connection(channel, handler)
    } catch {
      throw CommandError.cannotConnect(to: server, error)
    }
  }

  /// A server's end of a connection that was just accepted. To be called on the channel's event loop.
  package static func accepted(
    _ channel: any Channel, deadline: Duration = .seconds(30), inputLimit: Int = 65536
  ) throws -> Connection {
    Connection(channel, NIOLoopBound(try add(to: channel, deadline, inputLimit), eventLoop: channel.eventLoop))
  }

  private static func add(
    to channel: any Channel, _ deadline: Duration, _ inputLimit: Int
  ) throws -> ConnectionHandler {
    let handler = ConnectionHandler(deadline: deadline, inputLimit: inputLimit)
    try channel.pipeline.syncOperations.addHandler(handler)
    return handler
  }

  /// Where the peer is, without a port.
  package var peerAddress: String { channel.remoteAddress?.ipAddress ?? "unknown" }

  /// Reads a message.
  ///
  /// - Parameter parse: takes a message from the front of what has arrived; nil if it is not all there yet, and it is
  ///   then called again when there is more. What it throws ends the connection.
  /// - Throws: ``ProtocolError``, ``TLSError``, or what `parse` throws.
  package func read<Message: Sendable>(
    _ parse: @escaping @Sendable (inout ArraySlice<UInt8>) throws -> Message?
  ) async throws -> Message {
    let message = channel.eventLoop.makePromise(of: Message.self)
    channel.eventLoop.execute { self.handler.value.read(parse, message) }
    return try await message.futureResult.get()
  }

  /// Writes bytes, and returns when they are on their way.
  package func write(_ bytes: [UInt8]) async throws {
    let written = channel.eventLoop.makePromise(of: Void.self)
    channel.eventLoop.execute { self.handler.value.write(bytes, written) }
    try await written.futureResult.get()
  }

  /// Goes over to TLS as the client, after the server has agreed to.
  ///
  /// - Parameter host: whom the certificate must be for.
  /// - Throws: ``TLSError``; ``ProtocolError`` if something arrived already, which would pass for the first bytes of
  ///   TLS's inside.
  package func startTLS(_ context: TLSClientContext, host: String) async throws -> TLSHandshake {
    try await startTLS(saying: []) { try TLSEngine(client: context, host: host) }
  }

  /// Goes over to TLS as the server.
  ///
  /// - Parameter consent: what tells the client, in the clear.
  package func startTLS(saying consent: [UInt8], _ context: TLSServerContext) async throws -> TLSHandshake {
    try await startTLS(saying: consent) { try TLSEngine(server: context) }
  }

  private func startTLS(
    saying consent: [UInt8], _ engine: @escaping @Sendable () throws -> TLSEngine
  ) async throws -> TLSHandshake {
    let finished = channel.eventLoop.makePromise(of: TLSHandshake.self)
    channel.eventLoop.execute { self.handler.value.startTLS(saying: consent, engine, finished) }
    return try await finished.futureResult.get()
  }

  /// Lets the connection last for so long from now on.
  package func extend(by time: Duration) {
    channel.eventLoop.execute { self.handler.value.extend(by: time) }
  }

  /// Closes the connection. Does nothing if it is closed.
  package func close() async { try? await channel.close() }
}

/// What a peer did that the protocol does not allow, or that is too much.
package struct ProtocolError: Error {
  /// The violation in words.
  package let reason: String

  /// A violation.
  package init(_ reason: String) { self.reason = reason }
}
