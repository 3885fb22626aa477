// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What a channel handler must have is documented by NIO.
#if NIO
  public import NIOCore
  internal import PassBindExportedAuthenticators
  internal import PassBindLineProfile
  internal import PassBindSASL
  internal import PassBindTLS

  /// Serves the line profile on one channel, inside TLS from the start or by STARTTLS. Add it behind a ``TLSHandler``,
  /// or, for STARTTLS, alone.
  ///
  /// It has one login, or one request of an ``AccountService``, under way at a time, in a task of its own, which is
  /// cancelled when the client gives up, is too slow or goes away. It forwards user events and errors, so that a
  /// handler behind it can log them, and fires ``LoggedIn``.
  public final class LineServerHandler: ChannelDuplexHandler {
    public typealias InboundIn = ByteBuffer
    public typealias OutboundIn = Never
    public typealias OutboundOut = ByteBuffer

    /// The user event that says who is logged in now.
    public struct LoggedIn: Sendable {
      /// Whom the client acts as.
      public let identity: String
    }

    /// How long a client may take. Bytes that drip in renew none of these but ``idle``.
    public struct Deadlines: Sendable {
      /// From the connection to the end of the first successful login.
      public var login = TimeAmount.seconds(60)
      /// From AUTHENTICATE to the outcome; from any other command that is not answered at once, likewise.
      public var exchange = TimeAmount.seconds(30)
      /// Between commands, once logged in.
      public var idle = TimeAmount.minutes(30)
      /// From the server's last word to the client's having read it.
      public var farewell = TimeAmount.seconds(5)

      /// A minute, half a minute, half an hour, five seconds.
      public init() {}
    }

    private let authority: any LoginAuthority
    private let deadlines: Deadlines
    private let makeTLS: (() throws -> TLSHandler)?

    private var profile: ServerProfile?
    private var bindings = ChannelBindings.none
    private var authenticators: ConnectionAuthenticators?
    private var offer = SASLOffer(mechanisms: [], bindingTypes: nil)
    private var service: (any AccountService)?
    private var work: (id: Int, task: Task<Void, Never>, responses: AsyncStream<[UInt8]>.Continuation)?
    private var works = 0
    /// The last work's, which may have been ended and not have come to its end.
    private var lastTask: Task<Void, Never>?
    private var mustStop = false
    private var isReadHeldBack = false
    /// What was said and is not on its way yet: the answers to commands that came together go out together.
    private var answers = ByteBuffer()
    private var loginDeadline: Scheduled<Void>?
    private var exchangeDeadline: Scheduled<Void>?
    private var idleDeadline: Scheduled<Void>?
    private var farewellDeadline: Scheduled<Void>?

    /// A handler for one channel.
    ///
    /// - Parameters:
    ///   - authority: who decides about logins.
    ///   - startTLS: makes the TLS handler when the client asks for STARTTLS; nil where the channel has TLS from the
    ///     start.
    ///   - deadlines: how long a client may take.
    public init(
      _ authority: any LoginAuthority, startTLS: (() throws -> TLSHandler)? = nil, deadlines: Deadlines = Deadlines()
    ) {
      self.authority = authority
      self.deadlines = deadlines
      makeTLS = startTLS
    }

    public func handlerAdded(context: ChannelHandlerContext) {
      if context.channel.isActive { start(context) }
    }

    public func channelActive(context: ChannelHandlerContext) {
      start(context)
      context.fireChannelActive()
    }

    public func channelInactive(context: ChannelHandlerContext) {
      end()
      context.fireChannelInactive()
    }

    public func handlerRemoved(context: ChannelHandlerContext) { end() }

    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.fireErrorCaught(error)
      context.close(promise: nil)
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard profile != nil else { return }
      if profile?.identity != nil { renewIdleDeadline(context) }
      profile?.receive(unwrapInboundIn(data).readableBytesView)
      proceed(context)
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      switch event {
      case let finished as TLSHandler.Finished:
        bindings = finished.handshake.bindings
        authenticators = finished.authenticators
        offer = authority.offer(on: bindings, authenticators: authenticators)
        if profile == nil { profile = ServerProfile(offer: offer) } else { profile?.startedTLS(offer: offer) }
        proceed(context)
      case is ConnectionGroup.Stop:
        guard profile != nil else { return context.close(promise: nil) }
        mustStop = true
        proceed(context)
      default: break
      }
      context.fireUserInboundEventTriggered(event)
    }

    // A client that sends commands and reads no answers would fill the memory with them: nothing is read from it, and
    // nothing that was read is answered, while its answers wait.

    public func read(context: ChannelHandlerContext) {
      if context.channel.isWritable { context.read() } else { isReadHeldBack = true }
    }

    public func channelWritabilityChanged(context: ChannelHandlerContext) {
      if isReadHeldBack, context.channel.isWritable {
        isReadHeldBack = false
        context.read()
      }
      proceed(context)
      context.fireChannelWritabilityChanged()
    }

    // MARK: The profile's wishes

    private func start(_ context: ChannelHandlerContext) {
      guard loginDeadline == nil else { return }
      loginDeadline = schedule(context, in: deadlines.login)
      if makeTLS != nil { profile = ServerProfile() }
      proceed(context)
    }

    private func proceed(_ context: ChannelHandlerContext) {
      while context.channel.isWritable || profile?.isClosed == true, let action = profile?.next() {
        switch action {
        case .send(let bytes): send(bytes, context)
        case .startTLS(let bytes):
          // The answer goes out before TLS is there to encrypt it.
          send(bytes, context)
          flush(context)
          do {
            if let tls = try makeTLS?() { try context.pipeline.syncOperations.addHandler(tls, position: .first) }
          } catch {
            errorCaught(context: context, error: error)
          }
        case .begin(let mechanism, let message): begin(mechanism, message, context)
        case .message(let message): work?.responses.yield(message)
        case .request(let request): serve(request, context)
        case .abandon: endWork()
        case .refusedLogin(let mechanism, let message):
          authority.refused(login(mechanism, message, context))
        case .refusedRegistration(let mechanism): service?.refused(mechanism)
        case .loggedIn(let identity):
          loginDeadline?.cancel()
          renewIdleDeadline(context)
          context.fireUserInboundEventTriggered(LoggedIn(identity: identity))
        case .close(let bytes):
          end()
          farewellDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: deadlines.farewell) {
            context.close(promise: nil)
          }
          answers.writeBytes(bytes)
          context.writeAndFlush(wrapOutboundOut(takeAnswers()))
            .assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
        if profile?.isBusy != true { endExchange() }
      }
      flush(context)
      if profile?.isBusy != true {
        endExchange()
        if mustStop, profile?.isClosed == false {
          profile?.stop("This server is stopping")
          proceed(context)
        }
      } else if exchangeDeadline == nil {
        exchangeDeadline = schedule(context, in: deadlines.exchange)
      }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
      answers.writeBytes(bytes)
      // A record of TLS (RFC 8446 section 5.1): more would not save anything, and the channel has to see what waits.
      if answers.readableBytes >= 1 << 14 { flush(context) }
    }

    private func flush(_ context: ChannelHandlerContext) {
      guard answers.readableBytes > 0 else { return }
      context.writeAndFlush(wrapOutboundOut(takeAnswers()), promise: nil)
    }

    private func takeAnswers() -> ByteBuffer {
      defer { answers = ByteBuffer() }
      return answers
    }

    // MARK: Logins and requests

    private func begin(_ mechanism: MechanismName, _ first: [UInt8], _ context: ChannelHandlerContext) {
      let request = login(mechanism, first, context)
      run(context) { [authority] client in
        guard case .accepted(let identity, let message, let service) = await authority.logIn(request, client) else {
          return { _, profile in profile.refuse() }
        }
        let registrations = await service?.registrations ?? Registrations()
        return { handler, profile in
          handler.service = service
          profile.accept(identity, finalMessage: message, registrations: registrations)
        }
      }
    }

    private func login(
      _ mechanism: MechanismName, _ first: [UInt8]?, _ context: ChannelHandlerContext
    ) -> LoginRequest {
      LoginRequest(
        mechanism: mechanism, firstMessage: first ?? [], bindings: bindings, authenticators: authenticators,
        offer: offer, address: context.remoteAddress)
    }

    private func serve(_ request: AccountRequest, _ context: ChannelHandlerContext) {
      guard let service else {
        profile?.answer(.declined(ServiceRefusal(.cannot, "This server changes no accounts.")))
        return
      }
      run(context) { client in
        let answer = await service.answer(request, client)
        guard case .register = request else { return { _, profile in profile.answer(answer) } }
        let registrations = await service.registrations
        return { _, profile in
          profile.registrations = registrations
          profile.answer(answer)
        }
      }
    }

    private typealias Answer = @Sendable (LineServerHandler, inout ServerProfile) -> Void

    private func run(_ context: ChannelHandlerContext, _ body: @escaping @Sendable (LoginClient) async -> Answer) {
      endWork()
      works += 1
      let id = works
      let (stream, responses) = AsyncStream.makeStream(of: [UInt8].self)
      let loop = context.eventLoop
      let bound = NIOLoopBound((self, context), eventLoop: loop)
      let task = Task { [lastTask] in
        // What was given up is over, and reported, before the next begins.
        await lastTask?.value
        let client = LoginClient(responses: stream) { challenge in
          loop.execute { bound.value.0.answer(id, bound.value.1) { _, profile in profile.challenge(challenge) } }
        }
        let answer = await body(client)
        loop.execute { bound.value.0.answer(id, bound.value.1, answer) }
      }
      work = (id, task, responses)
      lastTask = task
    }

    /// An answer from a task, which comes to nothing if what it was for is over.
    private func answer(_ id: Int, _ context: ChannelHandlerContext, _ change: Answer) {
      guard id == work?.id, var changed = profile else { return }
      change(self, &changed)
      profile = changed
      proceed(context)
    }

    private func endWork() {
      // In this order, so that whoever is left without a response finds its task cancelled.
      work?.task.cancel()
      work?.responses.finish()
      work = nil
      // A login's service is no use before the login is.
      if profile?.identity == nil { service = nil }
    }

    // MARK: Deadlines

    private func schedule(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
      context.eventLoop.assumeIsolated().scheduleTask(in: time) {
        guard self.profile != nil else { return context.close(promise: nil) }
        self.profile?.stop("Too slow")
        self.proceed(context)
      }
    }

    private func renewIdleDeadline(_ context: ChannelHandlerContext) {
      idleDeadline?.cancel()
      idleDeadline = schedule(context, in: deadlines.idle)
    }

    private func endExchange() {
      exchangeDeadline?.cancel()
      exchangeDeadline = nil
      if work != nil { endWork() }
    }

    private func end() {
      endWork()
      service = nil
      for deadline in [loginDeadline, exchangeDeadline, idleDeadline, farewellDeadline] { deadline?.cancel() }
    }
  }

  @available(*, unavailable)
  extension LineServerHandler: Sendable {}
#endif
