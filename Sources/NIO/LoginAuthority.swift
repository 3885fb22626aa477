#if NIO
  public import NIOCore
  public import PassBindExportedAuthenticators
  public import PassBindSASL

  /// Whoever decides about logins on a connection: PassBindAccounts' authenticator, or something else.
  public protocol LoginAuthority: Sendable {
    /// What can be logged in with on a connection. It has authenticators if it is TLS 1.3.
    func offer(on bindings: ChannelBindings, authenticators: ConnectionAuthenticators?) -> SASLOffer

    /// Carries one login through. The task that this runs in is cancelled when the client gives up, is too slow or goes
    /// away.
    func logIn(_ request: LoginRequest, _ client: LoginClient) async -> LoginOutcome

    /// Learns of a login that was refused, since its mechanism was not offered; its first message is empty if it did
    /// not come with the command. It should return soon.
    func refused(_ request: LoginRequest)
  }

  extension LoginAuthority {
    /// Does nothing.
    public func refused(_ request: LoginRequest) {}
  }

  /// Who asks for a login, and how.
  public struct LoginRequest: Sendable {
    /// The mechanism, one of those offered, save in ``LoginAuthority/refused(_:)``.
    public let mechanism: MechanismName
    /// The client's first message.
    public let firstMessage: [UInt8]
    /// What the connection can be bound by.
    public let bindings: ChannelBindings
    /// The connection's exported authenticators, one object for all its logins; nil below TLS 1.3.
    public let authenticators: ConnectionAuthenticators?
    /// What was offered on this connection, as the client was told it.
    public let offer: SASLOffer
    /// Where the connection comes from.
    public let address: SocketAddress?
  }

  /// What came of a login.
  public enum LoginOutcome: Sendable {
    /// The client may act as this identity, once it has seen the mechanism's last message, if there is one; and may
    /// then ask this of its account. Without a service, it may ask nothing.
    case accepted(String, finalMessage: [UInt8]?, service: (any AccountService)?)
    /// It may not.
    case refused
  }

  /// The client of one login, or one registration, who answers challenges.
  public struct LoginClient: Sendable {
    private let responses: AsyncStream<[UInt8]>
    private let send: @Sendable ([UInt8]) -> Void

    init(responses: AsyncStream<[UInt8]>, send: @escaping @Sendable ([UInt8]) -> Void) {
      self.responses = responses
      self.send = send
    }

    /// The client's answer to a challenge; nil if the client has given up, is too slow or is gone. One challenge at a
    /// time.
    public func response(to challenge: [UInt8]) async -> [UInt8]? {
      send(challenge)
      return await responses.first { _ in true }
    }
  }
#endif
