internal import NIOCore
internal import PassBindNIO
internal import PassBindTLS

/// Keeps what arrived on a channel until it is read, and adds TLS when it is asked to: on the channel's event loop, so
/// that nothing arrives between the look at what is there and the new handler.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let inputLimit: Int
  private var deadline: Duration
  private var expiry: Scheduled<Void>?
  private var context: ChannelHandlerContext?
  private var received: [UInt8] = []
  private var isReadHeldBack = false
  /// Whoever waits for a message: looks whether it is there, and is told why if it never will be.
  private var reader: (look: () -> Bool, fail: (any Error) -> Void)?
  private var secured: EventLoopPromise<TLSHandshake>?
  private var failure: (any Error)?

  init(deadline: Duration, inputLimit: Int) {
    self.deadline = deadline
    self.inputLimit = inputLimit
  }

  // MARK: What the connection asks for

  func read<Message: Sendable>(
    _ parse: @escaping (inout ArraySlice<UInt8>) throws -> Message?, _ message: EventLoopPromise<Message>
  ) {
    guard reader == nil else { return message.fail(ChannelError.operationUnsupported) }
    let look = {
      do {
        guard let found = try self.take(parse) else { return false }
        message.succeed(found)
      } catch {
        message.fail(error)
        self.fail(error)
      }
      return true
    }
    if look() { return }
    if let failure { return message.fail(failure) }
    reader = (look, message.fail)
  }

  private func take<Message>(_ parse: (inout ArraySlice<UInt8>) throws -> Message?) throws -> Message? {
    var rest = received[...]
    guard let message = try parse(&rest) else {
      guard received.count < inputLimit else { throw ProtocolError("a message of more than \(inputLimit) bytes") }
      return nil
    }
    received = Array(rest)
    if isReadHeldBack, received.count < inputLimit {
      isReadHeldBack = false
      context?.read()
    }
    return message
  }

  func write(_ bytes: [UInt8], _ written: EventLoopPromise<Void>) {
    if let failure { return written.fail(failure) }
    context?.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: written)
  }

  func startTLS(
    saying consent: [UInt8], _ engine: () throws -> TLSEngine, _ finished: EventLoopPromise<TLSHandshake>
  ) {
    do {
      if let failure { throw failure }
      guard let context else { throw ChannelError.ioOnClosedChannel }
      guard received.isEmpty else {
        throw ProtocolError(
          "\(received.count) bytes in the clear came behind the change to TLS: somebody put them there")
      }
      if !consent.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: consent)), promise: nil) }
      secured = finished
      try context.pipeline.syncOperations.addHandler(TLSHandler(try engine()), position: .first)
    } catch {
      secured = nil
      finished.fail(error)
      fail(error)
    }
  }

  func extend(by time: Duration) {
    deadline = time
    guard let context, failure == nil else { return }
    expiry?.cancel()
    expiry = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) {
      self.fail(ProtocolError("the peer took too long"))
    }
  }

  /// Ends the connection: whoever waits is told why.
  private func fail(_ error: any Error) {
    guard failure == nil else { return }
    failure = error
    expiry?.cancel()
    secured?.fail(error)
    secured = nil
    reader?.fail(error)
    reader = nil
    context?.close(promise: nil)
  }

  // MARK: What the channel tells

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    extend(by: deadline)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    fail(ChannelError.ioOnClosedChannel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += unwrapInboundIn(data).readableBytesView
    guard let waiting = reader else { return }
    reader = nil
    if !waiting.look() { reader = waiting }
  }

  func read(context: ChannelHandlerContext) {
    if received.count < inputLimit { context.read() } else { isReadHeldBack = true }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? TLSHandler.Finished {
      secured?.succeed(event.handshake)
      secured = nil
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error) }

  func channelInactive(context: ChannelHandlerContext) {
    fail(ProtocolError("the peer closed the connection"))
    context.fireChannelInactive()
  }
}
