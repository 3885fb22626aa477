#if NIO
  internal import NIOCore
  internal import PassBindExportedAuthenticators
  internal import PassBindLineProfile
  internal import PassBindTLS

  /// Runs a client's profile on its channel. One request is under way at a time, and has one answer: whatever the
  /// profile says next that is not for the channel itself.
  final class LineClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var profile: ClientProfile
    private let makeTLS: () throws -> TLSHandler
    private let trace: LineClient.Trace?
    private var tls: TLSHandler?
    private var context: ChannelHandlerContext?
    private var answer: EventLoopPromise<ClientProfile.Action>?
    private var failure: (any Error)?

    init(
      startTLS: Bool, answer: EventLoopPromise<ClientProfile.Action>, trace: LineClient.Trace?,
      makeTLS: @escaping () throws -> TLSHandler
    ) {
      profile = ClientProfile(startTLS: startTLS)
      self.answer = answer
      self.trace = trace
      self.makeTLS = makeTLS
    }

    /// The newest session that a later connection can resume.
    var session: TLSSession? { tls?.session }

    /// What TLS established.
    private(set) var established: TLSHandler.Finished?

    /// Adds TLS at the front of the pipeline.
    func addTLS(_ pipeline: ChannelPipeline.SynchronousOperations) throws {
      let tls = try makeTLS()
      self.tls = tls
      try pipeline.addHandler(tls, position: .first)
    }

    /// Asks something of the server.
    func request(
      _ answer: EventLoopPromise<ClientProfile.Action>, _ request: (inout ClientProfile) throws(ProfileError) -> Void
    ) {
      if let failure { return answer.fail(failure) }
      guard let context, self.answer == nil else { return answer.fail(ChannelError.operationUnsupported) }
      do throws(ProfileError) {
        try request(&profile)
      } catch {
        return answer.fail(error)
      }
      self.answer = answer
      proceed(context)
    }

    /// Gives up: whoever waits is told why, and the channel is closed.
    func fail(_ error: any Error) {
      guard failure == nil else { return }
      failure = error
      answer?.fail(error)
      answer = nil
      context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
      self.context = nil
      fail(ChannelError.ioOnClosedChannel)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if let finished = event as? TLSHandler.Finished {
        established = finished
        trace?(.secured(finished.handshake))
        profile.startedTLS()
        proceed(context)
      }
      context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let bytes = Array(buffer: unwrapInboundIn(data))
      trace?(.received(bytes))
      profile.receive(bytes)
      proceed(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error) }

    func channelInactive(context: ChannelHandlerContext) {
      fail(ProfileError(.closed, "the server closed the connection"))
      context.fireChannelInactive()
    }

    private func proceed(_ context: ChannelHandlerContext) {
      guard failure == nil else { return }
      do {
        while let action = try profile.next() {
          switch action {
          case .send(let bytes):
            trace?(.sent(bytes))
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
          case .startTLS: try addTLS(context.pipeline.syncOperations)
          default:
            let promise = answer
            answer = nil
            promise?.succeed(action)
          }
        }
      } catch {
        fail(error)
      }
    }
  }
#endif
