#if NIO
  public import NIOCore
  internal import NIOPosix
  public import PassBindExportedAuthenticators
  internal import PassBindLineProfile
  public import PassBindSASL
  public import PassBindTLS

  /// A client's connection to a server that speaks the line profile, inside TLS.
  public final class LineClient: Sendable {
    /// How the connection gets into TLS.
    public enum Security: Sendable {
      /// From the first byte on.
      case implicitTLS
      /// By the STARTTLS command (RFC 3501 section 6.2.1).
      case startTLS
    }

    /// Something that passed on the connection, for whoever wants to watch. Received bytes come as they arrived, in
    /// parts of lines or many.
    public enum Event: Sendable {
      /// These bytes were sent.
      case sent([UInt8])
      /// These bytes were received.
      case received([UInt8])
      /// TLS is up.
      case secured(TLSHandshake)
    }

    /// Is told what passes, on the connection's event loop.
    public typealias Trace = @Sendable (Event) -> Void

    /// What TLS established, the channel bindings among it.
    public let handshake: TLSHandshake
    /// The connection's exported authenticators, which a login by OPAQUE-EA needs; nil below TLS 1.3.
    public let authenticators: ConnectionAuthenticators?
    /// What the server offers inside TLS.
    public let offer: SASLOffer

    private let channel: any Channel
    private let handler: NIOLoopBound<LineClientHandler>
    private let timeout: TimeAmount

    private init(
      _ channel: any Channel, _ handler: NIOLoopBound<LineClientHandler>, _ established: TLSHandler.Finished,
      _ offer: SASLOffer, _ timeout: TimeAmount
    ) {
      self.channel = channel
      self.handler = handler
      handshake = established.handshake
      authenticators = established.authenticators
      self.offer = offer
      self.timeout = timeout
    }

    /// Connects, goes over to TLS, and reads what the server offers.
    ///
    /// - Parameters:
    ///   - host: the server's name or address, which its certificate must be for.
    ///   - port: its port.
    ///   - security: whether TLS begins at once or by `STARTTLS`.
    ///   - tls: whom to trust, and which versions of TLS.
    ///   - session: a session to resume.
    ///   - timeout: how long each step may take.
    ///   - trace: is told each line.
    /// - Throws: ``ProfileError``, ``TLSError``, or what NIO throws where there is no connection.
    public static func connect(
      to host: String, port: Int, security: Security = .implicitTLS, tls: TLSClientContext,
      resuming session: TLSSession? = nil, timeout: TimeAmount = .seconds(30), trace: Trace? = nil
    ) async throws -> LineClient {
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let first = loop.makePromise(of: ClientProfile.Action.self)
      let expiry = loop.scheduleTask(in: timeout) { first.fail(timedOut) }
      defer { expiry.cancel() }
      let channel: any Channel
      do {
        channel = try await ClientBootstrap(group: loop)
          .connectTimeout(timeout)
          .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
              let handler = LineClientHandler(startTLS: security == .startTLS, answer: first, trace: trace) {
                TLSHandler(try TLSEngine(client: tls, host: host, resuming: session), handshakeTimeout: timeout)
              }
              if security == .implicitTLS { try handler.addTLS(channel.pipeline.syncOperations) }
              try channel.pipeline.syncOperations.addHandler(handler)
            }
          }
          .connect(host: host, port: port).get()
      } catch {
        first.fail(error)
        throw error
      }
      do {
        let action = try await first.futureResult.get()
        let (handler, established) = try await channel.eventLoop.submit {
          let handler = try channel.pipeline.syncOperations.handler(type: LineClientHandler.self)
          return (NIOLoopBound(handler, eventLoop: channel.eventLoop), handler.established)
        }.get()
        guard case .offered(let offer) = action, let established else { throw unexpected }
        return LineClient(channel, handler, established, offer, timeout)
      } catch {
        channel.close(promise: nil)
        throw error
      }
    }

    /// Logs in by one exchange, which has to agree in the end that the server is the right one.
    ///
    /// - Returns: the mechanism that the server would like this client to ``register(_:)`` now, if any.
    /// - Throws: ``ProfileError`` `refused` if the server refuses; what the mechanism throws, and then the server is
    ///   told that this side gives up; other ``ProfileError`` and ``TLSError`` if the connection is over. After the
    ///   first two, another login may be tried; not if the server claims a success that the mechanism does not believe:
    ///   then the connection is closed.
    @discardableResult
    public func logIn(_ exchange: some SASLClientExchange) async throws -> MechanismName? {
      let (mechanism, first) = (exchange.mechanism, exchange.initialResponse)
      switch try await carry(exchange, { $0.authenticate(mechanism, initialResponse: first) }) {
      case .accepted(let wanted):
        try await finish(exchange)
        return wanted
      case .refused(let text): throw ProfileError(.refused, text)
      default: throw Self.unexpected
      }
    }

    /// Whom the server takes this client for; nil if it does not say.
    ///
    /// - Throws: ``ProfileError``, ``TLSError`` if the connection is over.
    public func whoAmI() async throws -> String? {
      guard case .identity(let identity) = try await request({ $0.whoAmI() }) else { throw Self.unexpected }
      return identity
    }

    // MARK: The account

    /// What this client may ``register(_:)`` on this connection, once it is logged in.
    ///
    /// - Throws: ``ProfileError``, ``TLSError`` if the connection is over.
    public func registrations() async throws -> [MechanismName] {
      let action = try await request { profile throws(ProfileError) in try profile.askRegistrations() }
      guard case .registrations(let names) = action else { throw Self.unexpected }
      return names
    }

    /// Has the account checked by what this exchange registers from now on, and by nothing else: another password,
    /// another mechanism.
    ///
    /// - Throws: ``ServiceRefusal`` if the server declines; what the exchange throws, and then the server is told that
    ///   this side gives up. Nothing has changed then, and the connection goes on. ``ProfileError`` and ``TLSError`` if
    ///   the connection is over: whether the server had registered by then, this side can't know.
    public func register(_ exchange: some SASLClientExchange) async throws {
      let request = AccountRequest.register(exchange.mechanism, exchange.initialResponse)
      try Self.done(try await carry(exchange) { profile throws(ProfileError) in try profile.request(request) })
      try await finish(exchange)
    }

    /// Deletes the account, and closes the connection.
    ///
    /// - Throws: ``ServiceRefusal`` if the server declines; ``ProfileError`` and ``TLSError`` if the connection is
    ///   over.
    public func unregister() async throws {
      try Self.done(try await ask(.unregister))
      await close()
    }

    /// What the account's notes are called.
    ///
    /// - Throws: ``ServiceRefusal`` if the server declines; ``ProfileError`` and ``TLSError`` if the connection is
    ///   over.
    public func noteNames() async throws -> [String] {
      switch try await ask(.noteNames) {
      case .answer(.noteNames(let names)): return names
      case let other: throw Self.refusal(other)
      }
    }

    /// A note, as it was sealed; nil if there is none of that name.
    ///
    /// - Throws: ``ProfileError`` `malformed` for what is no name: 1 to 64 letters, digits, full stops, underscores and
    ///   hyphens; else as ``noteNames()``.
    public func note(_ name: String) async throws -> [UInt8]? {
      switch try await ask(.note(name)) {
      case .answer(.note(let note)): return note
      case .answer(.declined(let refusal)) where refusal.code == .nonexistent: return nil
      case let other: throw Self.refusal(other)
      }
    }

    /// Keeps a sealed note, in place of any of that name, or has the server forget it.
    ///
    /// - Parameter note: 1 to 4,200 bytes; nil to forget.
    /// - Throws: ``ProfileError`` `malformed` for what is no name or no note; else as ``noteNames()``.
    public func setNote(_ name: String, to note: [UInt8]?) async throws {
      try Self.done(try await ask(note.map { .setNote(name, $0) } ?? .deleteNote(name)))
    }

    // MARK: The connection

    /// The newest session that a later connection can resume. On TLS 1.3 the server sends it after the handshake.
    ///
    /// - Throws: what NIO throws where the connection is gone.
    public func session() async throws -> TLSSession? {
      try await channel.eventLoop.submit { self.handler.value.session }.get()
    }

    /// Takes leave of the server and closes the connection.
    ///
    /// - Throws: ``ProfileError``, ``TLSError`` if the connection is over.
    public func logOut() async throws {
      _ = try await request { $0.logOut() }
      await close()
    }

    /// Closes the connection. Does nothing if it is closed.
    public func close() async { try? await channel.close() }

    private typealias Change = @Sendable (inout ClientProfile) throws(ProfileError) -> Void

    private func ask(_ request: AccountRequest) async throws -> ClientProfile.Action {
      try await self.request { profile throws(ProfileError) in try profile.request(request) }
    }

    private func request(_ change: @escaping Change) async throws -> ClientProfile.Action {
      let answer = channel.eventLoop.makePromise(of: ClientProfile.Action.self)
      channel.eventLoop.execute { self.handler.value.request(answer, change) }
      let expiry = channel.eventLoop.scheduleTask(in: timeout) { self.handler.value.fail(Self.timedOut) }
      defer { expiry.cancel() }
      return try await answer.futureResult.get()
    }

    /// Begins an exchange of lines, and answers challenges until there is an outcome.
    private func carry(_ exchange: some SASLClientExchange, _ begin: @escaping Change) async throws
      -> ClientProfile.Action
    {
      var action = try await request(begin)
      while case .challenge(let challenge) = action {
        let response: [UInt8]
        do {
          response = try await exchange.respond(to: challenge)
        } catch {
          _ = try? await request { $0.abort() }
          throw error
        }
        action = try await request { $0.respond(response) }
      }
      return action
    }

    private func finish(_ exchange: some SASLClientExchange) async throws {
      do {
        try exchange.finish(with: nil)
      } catch {
        await close()
        throw error
      }
    }

    private static func done(_ action: ClientProfile.Action) throws {
      guard action == .answer(.done) else { throw refusal(action) }
    }

    private static func refusal(_ action: ClientProfile.Action) -> any Error {
      if case .answer(.declined(let refusal)) = action { refusal } else { unexpected }
    }

    private static var timedOut: ProfileError { ProfileError(.timedOut, "the server took too long to answer") }
    private static var unexpected: ProfileError { ProfileError(.unexpected, "an answer to something else") }
  }
#endif
