public import PassBindCrypto
public import PassBindOPAQUE
internal import PassBindOPRF
internal import PassBindRistretto
public import PassBindSASL

/// A client that is about to log in by `OPAQUE-EA` (OPAQUE-EA.md), over a TLS 1.3 connection that both ends have
/// finished the handshake of. The step consumes it:
///
/// ```swift
/// let client = try OPAQUEEAClient(
///   user: "alice", password: password, offer: offer, authenticators: ConnectionAuthenticators(engine))
/// send(client.firstMessage)
/// let outcome = try await client.respond(to: receive())  // throws unless the server proved itself
/// send(outcome.finalMessage)
/// ```
///
/// Whether the server takes the proof is then for the outer protocol to say.
public struct OPAQUEEAClient: ~Copyable, Sendable {
  /// `m1`, to be sent: a ClientCertificateRequest.
  public let firstMessage: [UInt8]

  private let request: AuthenticatorRequest
  private let oprf: OPRFClient
  private let user: [UInt8]
  private let authorizationIdentity: String?
  private let authenticators: ConnectionAuthenticators
  private let limits: KeyStretchingLimits

  /// Starts a login.
  ///
  /// - Parameters:
  ///   - user: whose password it is.
  ///   - authorizationIdentity: whom to act as; nil means the user.
  ///   - password: in UTF-8, up to 65,535 bytes.
  ///   - offer: what the server offered on this connection.
  ///   - authenticators: those of this end's own connection.
  ///   - policy: the limits.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `noAcceptableMechanism`, `invalidName`, `invalidPassword`;
  ///   `messageTooLong` where too many contexts were used on the connection.
  public init(
    user: String, authorizationIdentity: String? = nil, password: borrowing SecretBytes, offer: SASLOffer,
    authenticators: ConnectionAuthenticators, policy: OPAQUESASLClientPolicy = OPAQUESASLClientPolicy()
  ) throws(OPAQUEError) {
    guard offer.mechanisms.contains(OPAQUEEAMechanism.name) else {
      throw OPAQUEError(.noAcceptableMechanism, "the server does not offer \(OPAQUEEAMechanism.name)")
    }
    try self.init(
      user: user, authorizationIdentity: authorizationIdentity, oprf: OPRFClient(password: policy.prepare(password)),
      authenticators: authenticators, limits: policy.stretchingLimits,
      context: randomBytes(count: OPAQUEEAMechanism.contextCount))
  }

  /// The seam where the randomness comes in, so that an example can be reproduced.
  init(
    user: String, authorizationIdentity: String?, oprf: consuming OPRFClient,
    authenticators: ConnectionAuthenticators, limits: KeyStretchingLimits, context: [UInt8]
  ) throws(OPAQUEError) {
    let name = Array(try OPAQUESASLMessage.prepare(user: user).utf8)
    var extensions: [AuthenticatorExtension] = []
    let share = PAKEShareClient(identity: name, blindedMessage: oprf.blindedElement)
    extensions.append(try authenticating { () throws(ExportedAuthenticatorError) in try share.inExtension() })
    extensions.append(AuthenticatorExtension(.opaqueKeyStretching, data: []))
    if let authorizationIdentity {
      extensions.append(try .authorizationIdentity(authorizationIdentity))
    }
    let parameters = AuthenticatorRequest.Parameters(opaque: extensions, context: context)
    request = try authenticating { () throws(ExportedAuthenticatorError) in
      try authenticators.use { value throws(ExportedAuthenticatorError) in
        guard !value.isServer else {
          throw ExportedAuthenticatorError(.invalidConfiguration, "this is the server's end of the connection")
        }
        return try value.request(parameters)
      }
    }
    firstMessage = request.bytes
    self.oprf = oprf
    self.user = name
    self.authorizationIdentity = authorizationIdentity
    self.authenticators = authenticators
    self.limits = limits
  }

  /// The answer to the server's message. Stretches the password, off the caller's executor, once it is known that the
  /// message was made on this connection.
  ///
  /// - Parameter serverFirst: `m2`, as received.
  /// - Returns: what to send, and the export key. The server is authenticated.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError``. Before any stretching: `notAuthentic` for a message of another
  ///   connection, `wrongContext`, `contextReused`, `declined`, `stretchingRefused`, `invalidElement`,
  ///   `reflectedValue`, and whatever else is wrong with the message. After it: `envelopeRecovery` for a wrong password
  ///   and all that can't be told from it, `serverAuthentication` for a server without the key that the client
  ///   registered with; `stretchingFailed`. Send nothing then, and end the exchange as the outer protocol has it.
  public consuming func respond(to serverFirst: [UInt8]) async throws(OPAQUEError) -> OPAQUEEAOutcome {
    let message = try OPAQUEEAServerFirst(parsing: serverFirst)
    let (authenticators, user, limits, blinded) = (authenticators, user, limits, oprf.blindedElement)
    let proof = try authenticators.open(message.authenticator, for: request)
    let server = try OPAQUEEAServerProof(proof.entries)
    _ = try server.response.element(CredentialResponse.evaluatedMessage)
    let evaluated = server.response[CredentialResponse.evaluatedMessage]
    try refuseReflection(of: blinded, in: evaluated)
    let asked = try authenticators.receiveRequest(message.request)
    try asked.mustAsk(for: user, authorizationIdentity: authorizationIdentity)
    do throws(CryptoError) {
      try limits.permits(server.stretching)
    } catch {
      throw OPAQUEError(.stretchingRefused, error.reason)
    }

    let oprfOutput = try oprf.output(evaluated, elseThrow: .invalidElement)
    let randomized = try await randomizedPassword(oprfOutput, stretching: server.stretching)
    let envelope = try Envelope<Ed25519Keys>.open(
      server.response[CredentialResponse.maskedResponse],
      maskingNonce: server.response[CredentialResponse.maskingNonce], randomizedPassword: randomized,
      identities: .publicKeys)
    let registered = Ed25519PublicKeyInfo.bytes(envelope.serverPublicKey)
    guard constantTimeEqual(server.certificateKey.span, registered.span) else {
      throw OPAQUEError(
        .serverAuthentication, "the server's certificate is not the key that the client registered with")
    }
    try proof.verify(by: server.certificateKey, elseThrow: .serverAuthentication)
    let identity = try authenticating { () throws(ExportedAuthenticatorError) in
      try AuthenticatorExtension(.opaqueClientAuth, name: user)
    }
    let finalMessage = try authenticators.authenticate(
      asked,
      CertificateEntry(
        data: Ed25519PublicKeyInfo.bytes(envelope.clientKeys.publicKey), extensions: [identity]),
      signing: envelope.clientKeys.signingKey)
    return OPAQUEEAOutcome(
      finalMessage: finalMessage, exportKey: envelope.exportKey.copy(), serverPublicKey: envelope.serverPublicKey)
  }
}

/// What a client has once the server proved itself. The server has yet to see `finalMessage`, and may still refuse.
public struct OPAQUEEAOutcome: ~Copyable, Sendable {
  /// `m3`, to be sent.
  public let finalMessage: [UInt8]
  /// export_key, 64 bytes: the same at each login, and never seen by the server (RFC 9807 section 10.4).
  public let exportKey: SecretBytes
  /// The server's public key, 32 bytes: the one the client registered with.
  public let serverPublicKey: [UInt8]
}

extension ReceivedAuthenticatorRequest {
  /// The server says again what it was told, so that the client's proof is over it.
  fileprivate borrowing func mustAsk(for user: [UInt8], authorizationIdentity: String?) throws(OPAQUEError) {
    let (extensions, context) = (extensions, context)
    let name = try authenticating { () throws(ExportedAuthenticatorError) in
      try extensions.refuse(.opaqueServerAuth, .opaqueKeyStretching)
      return try extensions.required(.opaqueClientAuth).name()
    }
    guard context.count == OPAQUEEAMechanism.contextCount, signatureSchemes.contains(.ed25519), name == user,
      try extensions.authorizationIdentity().map({ Array($0.utf8) }) == authorizationIdentity.map({ Array($0.utf8) })
    else {
      throw OPAQUEError(.malformedMessage, "the server asks for somebody else, or in a way that is not OPAQUE-EA's")
    }
  }
}
