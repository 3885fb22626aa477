internal import ExampleSupport
internal import Logging
internal import NIOCore
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindTLS

/// Logs what happens on a connection beside logins, which the authenticator reports itself. Stands last in the
/// pipeline.
final class ConnectionLog: ChannelInboundHandler {
  typealias InboundIn = Never

  private var logger: Logger
  private let printsBindings: Bool

  init(_ logger: Logger, printsBindings: Bool) {
    self.logger = logger
    self.printsBindings = printsBindings
  }

  func handlerAdded(context: ChannelHandlerContext) {
    logger[metadataKey: "peer"] = "\(context.remoteAddress.map { "\($0)" } ?? "unknown")"
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let handshake = (event as? TLSHandler.Finished)?.handshake {
      logger.debug(
        "TLS handshake finished",
        metadata: [
          "version": "\(handshake.version)", "suite": "\(handshake.cipherSuite)", "resumed": "\(handshake.isResumed)",
        ])
      if printsBindings { log(handshake.bindings) }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    logger.info("connection failed", metadata: ["reason": "\(printable(reason(of: error)))"])
  }

  private func log(_ bindings: ChannelBindings) {
    for type in ChannelBindingType.preferred {
      let data = bindings[type]?.data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      logger.notice(
        "channel binding",
        metadata: ["type": "\(type)", "data": "\(data ?? "none")", "resumed": "\(bindings.isResumed)"])
    }
  }
}
