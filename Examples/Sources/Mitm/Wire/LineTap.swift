internal import NIOCore
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindTLS

/// Cuts what comes from one peer into lines, for somebody on the same event loop.
final class LineTap: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  enum Event {
    case line([UInt8])
    case raw(ByteBuffer)
    case handshake(TLSHandler.Finished)
    case end((any Error)?)
  }

  /// Whether bytes are told as they come.
  var isRaw = false
  private let tell: (Event) -> Void
  private var buffer = LineBuffer()

  init(_ tell: @escaping (Event) -> Void) { self.tell = tell }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isRaw { return tell(.raw(unwrapInboundIn(data))) }
    buffer.append(unwrapInboundIn(data).readableBytesView)
    do {
      while let line = try buffer.next() { tell(.line(line)) }
    } catch {
      tell(.end(error))
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? TLSHandler.Finished { tell(.handshake(event)) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) { tell(.end(nil)) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { tell(.end(error)) }
}
