public import PassBindCrypto
public import PassBindSASL

/// A client that is about to log in by `OPAQUE-R255` or `OPAQUE-R255-PLUS` (OPAQUE-R255.md). The step consumes it:
///
/// ```swift
/// let client = try OPAQUESASLClient(user: "alice", password: password, offer: offer, bindings: bindings)
/// send(client.firstMessage)
/// let outcome = try await client.respond(to: receive())  // throws unless the server proved itself
/// send(outcome.finalMessage)
/// ```
///
/// Whether the server takes the proof is then for the outer protocol to say: there is no message for it.
public struct OPAQUESASLClient: ~Copyable, Sendable {
  /// The mechanism to name to the server.
  public let mechanism: OPAQUEMechanism
  /// `client-first`, to be sent.
  public let firstMessage: [UInt8]

  private let login: OPAQUEClientLogin
  private let binding: ChannelBinding?
  private let offer: SASLOffer
  private let policy: OPAQUESASLClientPolicy

  /// A login by the best that server, connection and policy have in common.
  ///
  /// - Parameters:
  ///   - user: whose password it is.
  ///   - authorizationIdentity: whom to act as; nil means the user.
  ///   - password: in UTF-8, up to 65,535 bytes.
  ///   - offer: what the server offered on this connection, whole: if anything was added or taken away on the way, the
  ///     login fails.
  ///   - bindings: what the connection can be bound by.
  ///   - negotiation: what to accept; by default channel binding always.
  ///   - policy: the limits.
  /// - Throws: ``OPAQUEError`` `noAcceptableMechanism`, `channelBindingUnavailable`, `mechanismMismatch`,
  ///   `invalidName`, `invalidPassword`.
  public init(
    user: String, authorizationIdentity: String? = nil, password: borrowing SecretBytes, offer: SASLOffer,
    bindings: ChannelBindings,
    negotiation: ClientNegotiationPolicy = ClientNegotiationPolicy(mechanisms: OPAQUEMechanism.preferred),
    policy: OPAQUESASLClientPolicy = OPAQUESASLClientPolicy()
  ) throws(OPAQUEError) {
    let choice = try sasl { () throws(SASLError) in try negotiation.choose(from: offer, bindings: bindings) }
    // Said once more where it counts: a login that had to be bound is bound.
    guard negotiation.channelBinding != .require || choice.mechanism.isPlus else {
      throw OPAQUEError(.channelBindingUnavailable, "channel binding is required, and \(choice.mechanism) has none")
    }
    try self.init(
      choice, user: user, authorizationIdentity: authorizationIdentity, password: password, offer: offer,
      policy: policy)
  }

  /// A login by a mechanism that was chosen before.
  ///
  /// - Parameters:
  ///   - choice: the mechanism, flag and binding.
  ///   - user: whose password it is.
  ///   - authorizationIdentity: whom to act as; nil means the user.
  ///   - password: in UTF-8, up to 65,535 bytes.
  ///   - offer: what the server offered on this connection, whole.
  ///   - policy: the limits.
  /// - Throws: ``OPAQUEError`` `mechanismMismatch` where the choice is not one of OPAQUE or contradicts itself,
  ///   `invalidName`, `invalidPassword`.
  public init(
    _ choice: ClientNegotiationPolicy.Choice, user: String, authorizationIdentity: String? = nil,
    password: borrowing SecretBytes, offer: SASLOffer, policy: OPAQUESASLClientPolicy = OPAQUESASLClientPolicy()
  ) throws(OPAQUEError) {
    let prepared = try policy.prepare(password)
    try self.init(
      choice, user: user, authorizationIdentity: authorizationIdentity, offer: offer, policy: policy,
      login: OPAQUEClientLogin(password: prepared))
  }

  /// The seam where a login with chosen randomness comes in, so that an example can be reproduced.
  init(
    _ choice: ClientNegotiationPolicy.Choice, user: String, authorizationIdentity: String?, offer: SASLOffer,
    policy: OPAQUESASLClientPolicy, login: consuming OPAQUEClientLogin
  ) throws(OPAQUEError) {
    guard let mechanism = OPAQUEMechanism(choice.mechanism), choice.isConsistent else {
      throw OPAQUEError(
        .mechanismMismatch, "\(choice.mechanism) is not OPAQUE, or does not go with the binding it was given")
    }
    let name = try OPAQUESASLMessage.prepare(user: user)
    let escaped = try sasl { () throws(SASLError) in try SASLName.escape(name) }
    let header = try sasl { () throws(SASLError) in
      try GS2Header(choice.flag, authorizationIdentity: authorizationIdentity)
    }
    self.mechanism = mechanism
    firstMessage = OPAQUESASLMessage.clientFirst(header, user: escaped, ke1: login.ke1)
    self.login = login
    binding = choice.binding
    self.offer = offer
    self.policy = policy
  }

  /// The answer to the server's first message. Stretches the password, off the caller's executor.
  ///
  /// - Parameter serverFirst: `server-first`, as received.
  /// - Returns: what to send, and the keys of the session. The server is authenticated, and saw the same offer, names,
  ///   parameters and binding as this end.
  /// - Throws: ``OPAQUEError``: whatever is wrong with the message, and `stretchingRefused`, before any stretching;
  ///   `envelopeRecovery` for a wrong password and all that can't be told from it; `serverAuthentication` for a server
  ///   that did not prove itself, another connection's binding, or an offer that was changed on the way;
  ///   `stretchingFailed`. Send nothing then, and end the exchange as the outer protocol has it.
  public consuming func respond(to serverFirst: [UInt8]) async throws(OPAQUEError) -> OPAQUESASLOutcome {
    let message = try OPAQUESASLMessage.ServerFirst(parsing: serverFirst)
    do throws(CryptoError) {
      try policy.stretchingLimits.permits(message.stretching)
    } catch {
      throw OPAQUEError(.stretchingRefused, error.reason)
    }
    let context = try OPAQUESASLContext.bytes(
      mechanism, clientFirst: firstMessage, stretching: message.stretching, binding: binding, offer: offer)
    let (mechanism, type) = (mechanism, binding?.type)
    let session = try await login.finish(ke2: message.ke2, context: context, stretching: message.stretching)
    return OPAQUESASLOutcome(
      finalMessage: OPAQUESASLMessage.clientFinal(ke3: session.ke3), mechanism: mechanism, bindingType: type,
      sessionKey: session.sessionKey.copy(), exportKey: session.exportKey.copy(),
      serverPublicKey: session.serverPublicKey)
  }
}

/// What a client has once the server proved itself. The server has yet to see `finalMessage`, and may still refuse.
public struct OPAQUESASLOutcome: ~Copyable, Sendable {
  /// `client-final`, to be sent.
  public let finalMessage: [UInt8]
  /// The mechanism that was used.
  public let mechanism: OPAQUEMechanism
  /// What the login is bound by; nil where it is not bound.
  public let bindingType: ChannelBindingType?
  /// session_key, 64 bytes: shared with the server, another at each login.
  public let sessionKey: SecretBytes
  /// export_key, 64 bytes: the same at each login, and never seen by the server (RFC 9807 section 10.4).
  public let exportKey: SecretBytes
  /// The server's public key, 32 bytes: the one the client registered with.
  public let serverPublicKey: [UInt8]
}
