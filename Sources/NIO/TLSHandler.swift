// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What a channel handler must have is documented by NIO.
#if NIO
  public import NIOCore
  public import PassBindExportedAuthenticators
  public import PassBindTLS

  /// TLS on a channel: ciphertext towards the socket, plaintext the other way. Add it at the front of the pipeline, by
  /// `pipeline.syncOperations` on the channel's event loop, since an engine cannot be shared.
  ///
  /// When the handshake is finished, it fires ``Finished`` as a user event, before any plaintext. Closing the channel
  /// sends close_notify first; the peer's close_notify is answered, and closes the channel. An error is fired as a
  /// ``TLSError``, and the channel closed.
  public final class TLSHandler: ChannelDuplexHandler {
    public typealias InboundIn = ByteBuffer
    public typealias InboundOut = ByteBuffer
    public typealias OutboundIn = ByteBuffer
    public typealias OutboundOut = ByteBuffer

    /// The user event that says that the handshake is finished.
    public struct Finished: Sendable {
      /// What the handshake established, the channel bindings among it.
      public let handshake: TLSHandshake
      /// The connection's exported authenticators, the one object for all that use them; nil below TLS 1.3.
      public let authenticators: ConnectionAuthenticators?
    }

    /// How many bytes may wait for the end of the handshake. One more closes the channel.
    public static let waitingLimit = 256 * 1024

    private let engine: TLSEngine
    private let handshakeTimeout: TimeAmount
    private var timeout: Scheduled<Void>?
    private var waiting = MarkedCircularBuffer<(ByteBuffer, EventLoopPromise<Void>?)>(initialCapacity: 4)
    private var waitingCount = 0
    private var isOver = false

    /// A handler for one channel.
    ///
    /// - Parameters:
    ///   - engine: a new one.
    ///   - handshakeTimeout: how long the whole handshake may take, from the moment the channel is active.
    public init(_ engine: TLSEngine, handshakeTimeout: TimeAmount = .seconds(10)) {
      self.engine = engine
      self.handshakeTimeout = handshakeTimeout
    }

    /// What the handshake established; nil until it is finished. To be read on the channel's event loop.
    public var handshake: TLSHandshake? { engine.handshake }

    /// The newest session that a later connection can resume. To be read on the channel's event loop.
    public var session: TLSSession? { engine.session }

    public func handlerAdded(context: ChannelHandlerContext) {
      if context.channel.isActive { start(context) }
    }

    public func channelActive(context: ChannelHandlerContext) {
      start(context)
      context.fireChannelActive()
    }

    private func start(_ context: ChannelHandlerContext) {
      guard timeout == nil else { return }
      timeout = context.eventLoop.assumeIsolated().scheduleTask(in: handshakeTimeout) {
        self.fail(context, TLSError(.handshakeFailed, "the handshake took too long"))
      }
      sendOutput(context)
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
      timeout?.cancel()
      failWaiting(ChannelError.ioOnClosedChannel)
    }

    // MARK: In

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !isOver else { return }
      let wasFinished = engine.handshake != nil
      let ciphertext = unwrapInboundIn(data)
      let plaintext: [UInt8]
      do throws(TLSError) {
        plaintext = try engine.receive(ciphertext.readableBytesUInt8Span)
      } catch {
        return fail(context, error)
      }
      sendOutput(context)
      if !wasFinished, let handshake = engine.handshake {
        timeout?.cancel()
        context.fireUserInboundEventTriggered(
          Finished(handshake: handshake, authenticators: try? ConnectionAuthenticators(engine)))
        writeWaiting(context)
      }
      if !plaintext.isEmpty { context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: plaintext))) }
      // RFC 5246 section 7.2.1: a close_notify is answered by one.
      if engine.state == .peerClosed { close(context: context, mode: .all, promise: nil) }
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      // Where the channel allows half closure: the stream may not end before TLS does.
      if let event = event as? ChannelEvent, event == .inputClosed, !isOver {
        do throws(TLSError) {
          try engine.receiveEnd()
        } catch {
          fail(context, error)
        }
      }
      context.fireUserInboundEventTriggered(event)
    }

    public func channelInactive(context: ChannelHandlerContext) {
      timeout?.cancel()
      if !isOver {
        isOver = true
        do throws(TLSError) {
          try engine.receiveEnd()
        } catch {
          context.fireErrorCaught(error)
        }
      }
      failWaiting(ChannelError.ioOnClosedChannel)
      context.fireChannelInactive()
    }

    // MARK: Out

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      let plaintext = unwrapOutboundIn(data)
      guard !isOver else {
        promise?.fail(ChannelError.ioOnClosedChannel)
        return
      }
      waiting.append((plaintext, promise))
      waitingCount += plaintext.readableBytes
      if engine.handshake == nil, waitingCount > Self.waitingLimit {
        fail(context, TLSError(.limitExceeded, "more than \(Self.waitingLimit) bytes wait for the handshake"))
      }
    }

    public func flush(context: ChannelHandlerContext) {
      waiting.mark()
      if engine.handshake != nil { writeWaiting(context) }
    }

    public func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
      if mode != .input, !isOver {
        engine.close()
        sendOutput(context)
        isOver = mode == .all
        failWaiting(ChannelError.ioOnClosedChannel)
      }
      context.close(mode: mode, promise: promise)
    }

    private func writeWaiting(_ context: ChannelHandlerContext) {
      while waiting.hasMark, let (plaintext, promise) = waiting.popFirst() {
        waitingCount -= plaintext.readableBytes
        do throws(TLSError) {
          // A record at a time: the engine refuses what would make it hold too much.
          var rest = plaintext
          while let piece = rest.readSlice(length: min(rest.readableBytes, 16384)), piece.readableBytes > 0 {
            try engine.write(piece.readableBytesUInt8Span)
            context.write(wrapOutboundOut(output()), promise: rest.readableBytes == 0 ? promise : nil)
          }
          if plaintext.readableBytes == 0 { promise?.succeed() }
        } catch {
          promise?.fail(error)
          return fail(context, error)
        }
      }
      context.flush()
    }

    private func output() -> ByteBuffer { ByteBuffer(bytes: engine.takeOutput()) }

    private func sendOutput(_ context: ChannelHandlerContext) {
      guard engine.outputCount > 0 else { return }
      context.writeAndFlush(wrapOutboundOut(output()), promise: nil)
    }

    /// Sends the alert that says why, and closes.
    private func fail(_ context: ChannelHandlerContext, _ error: TLSError) {
      guard !isOver else { return }
      isOver = true
      timeout?.cancel()
      sendOutput(context)
      failWaiting(error)
      context.fireErrorCaught(error)
      context.close(promise: nil)
    }

    private func failWaiting(_ error: any Error) {
      waitingCount = 0
      while let (_, promise) = waiting.popFirst() { promise?.fail(error) }
    }
  }

  @available(*, unavailable)
  extension TLSHandler: Sendable {}
#endif
