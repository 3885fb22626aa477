internal import PassBindCrypto
public import PassBindSASL

/// A client that is about to log in (RFC 5802). Each step consumes the state before it, so that none is repeated or
/// skipped:
///
/// ```swift
/// let client = try SCRAMClient(user: "alice", credential: .password(password), offer: offer, bindings: bindings)
/// send(client.firstMessage)
/// let answer = try await client.respond(to: receive())
/// send(answer.finalMessage)
/// let outcome = try answer.verify(receive())  // throws unless the server proved itself too
/// ```
public struct SCRAMClient: ~Copyable, Sendable {
  /// The mechanism to name to the server.
  public let mechanism: SCRAMMechanism
  /// `client-first-message`, to be sent.
  public var firstMessage: [UInt8] { header.bytes + bare }

  private let header: GS2Header
  private let binding: ChannelBinding?
  private let user: String
  private let nonce: [UInt8]
  private let bare: [UInt8]
  private let credential: SCRAMCredential
  private let policy: SCRAMClientPolicy
  private let offer: SASLOffer?
  private let tlsVersion: ChannelBindings.TLSVersion?
  private let finalExtensions: [SCRAMMessage.Attribute]

  /// A login by the best that server, connection and policy have in common.
  ///
  /// - Parameters:
  ///   - user: whose password it is.
  ///   - authorizationIdentity: whom to act as; nil means the user.
  ///   - credential: what to log in with.
  ///   - offer: what the server offered on this connection.
  ///   - bindings: what the connection can be bound by.
  ///   - negotiation: what to accept; by default every hash but SHA-1, and channel binding always.
  ///   - policy: the limits.
  /// - Throws: ``SCRAMError`` `noAcceptableMechanism`, `channelBindingUnavailable`, `invalidName`, `mechanismMismatch`.
  public init(
    user: String, authorizationIdentity: String? = nil, credential: consuming SCRAMCredential, offer: SASLOffer,
    bindings: ChannelBindings,
    negotiation: ClientNegotiationPolicy = ClientNegotiationPolicy(mechanisms: SCRAMMechanism.preferred),
    policy: SCRAMClientPolicy = SCRAMClientPolicy()
  ) throws(SCRAMError) {
    let choice = try sasl { () throws(SASLError) in try negotiation.choose(from: offer, bindings: bindings) }
    // Said once more where it counts: a login that had to be bound is bound.
    guard negotiation.channelBinding != .require || choice.mechanism.isPlus else {
      throw SCRAMError(.channelBindingUnavailable, "channel binding is required, and \(choice.mechanism) has none")
    }
    try self.init(
      choice, user: user, authorizationIdentity: authorizationIdentity, credential: credential, policy: policy,
      offer: offer, tlsVersion: bindings.tlsVersion)
  }

  /// A login by a mechanism that was chosen before.
  ///
  /// - Parameters:
  ///   - choice: the mechanism, flag and binding.
  ///   - user: whose password it is.
  ///   - authorizationIdentity: whom to act as; nil means the user.
  ///   - credential: what to log in with.
  ///   - policy: the limits.
  ///   - offer: what the server offered, to check its hash of it by (XEP-0474).
  ///   - tlsVersion: the connection's, to check the server's word on it by (XEP-0515).
  /// - Throws: ``SCRAMError`` `mechanismMismatch` where the choice is not one of SCRAM or contradicts itself,
  ///   `invalidName`.
  public init(
    _ choice: ClientNegotiationPolicy.Choice, user: String, authorizationIdentity: String? = nil,
    credential: consuming SCRAMCredential, policy: SCRAMClientPolicy = SCRAMClientPolicy(), offer: SASLOffer? = nil,
    tlsVersion: ChannelBindings.TLSVersion? = nil
  ) throws(SCRAMError) {
    guard let mechanism = SCRAMMechanism(choice.mechanism) else {
      throw SCRAMError(.mechanismMismatch, "\(choice.mechanism) is not one of SCRAM's")
    }
    try self.init(
      mechanism, flag: choice.flag, binding: choice.binding, user: user,
      authorizationIdentity: authorizationIdentity, credential: credential, policy: policy, offer: offer,
      tlsVersion: tlsVersion,
      nonce: policy.dialect.nonce(fromRandom: randomBytes(count: policy.dialect.randomCount)))
  }

  /// A login by a given mechanism: bound where a binding is given, which the -PLUS mechanisms need and the others
  /// refuse.
  ///
  /// - Throws: ``SCRAMError`` `mechanismMismatch`, `invalidName`.
  public init(
    _ mechanism: SCRAMMechanism, binding: ChannelBinding? = nil, user: String, authorizationIdentity: String? = nil,
    credential: consuming SCRAMCredential, policy: SCRAMClientPolicy = SCRAMClientPolicy()
  ) throws(SCRAMError) {
    try self.init(
      mechanism, flag: binding.map { .required($0.type) } ?? .unsupported, binding: binding, user: user,
      authorizationIdentity: authorizationIdentity, credential: credential, policy: policy, offer: nil,
      tlsVersion: nil, nonce: policy.dialect.nonce(fromRandom: randomBytes(count: policy.dialect.randomCount)))
  }

  /// The seam where nonce and extensions come in, so that published vectors can be replayed.
  package init(
    _ mechanism: SCRAMMechanism, flag: GS2Header.BindingFlag, binding: ChannelBinding?, user: String,
    authorizationIdentity: String?, credential: consuming SCRAMCredential, policy: SCRAMClientPolicy,
    offer: SASLOffer?, tlsVersion: ChannelBindings.TLSVersion?, nonce: [UInt8],
    finalExtensions: [(name: UInt8, value: [UInt8])] = []
  ) throws(SCRAMError) {
    let choice = ClientNegotiationPolicy.Choice(mechanism: mechanism.name, flag: flag, binding: binding)
    guard choice.isConsistent else {
      throw SCRAMError(.mechanismMismatch, "\(mechanism) does not go with the binding it was given")
    }
    if policy.dialect == .trueNAS {
      guard mechanism.hash == .sha512, authorizationIdentity == nil else {
        throw SCRAMError(.mechanismMismatch, "TrueNAS has SHA-512 and no authorization identities")
      }
    }
    let prepared = try policy.userPreparation.name(user)
    let encoded = try policy.dialect.encode(name: prepared)
    let header = try sasl { () throws(SASLError) in
      try GS2Header(flag, authorizationIdentity: authorizationIdentity)
    }
    self.header = header
    bare = SCRAMMessage.clientFirstBare(user: encoded, nonce: nonce)
    self.mechanism = mechanism
    self.binding = binding
    self.user = prepared
    self.nonce = nonce
    self.credential = credential
    self.policy = policy
    self.offer = offer
    self.tlsVersion = tlsVersion
    self.finalExtensions = finalExtensions.map { SCRAMMessage.Attribute(name: $0.name, value: $0.value[...]) }
  }

  /// The answer to the server's first message. Stretches the password where there is no shorter way, off the caller's
  /// executor; cancelling the task stops it.
  ///
  /// - Parameter serverFirst: `server-first-message`, as received.
  /// - Throws: ``SCRAMError``: whatever is wrong with the message, before any stretching; `credentialOutdated`,
  ///   `invalidPassword`, `cancelled`, `unavailable`.
  public consuming func respond(to serverFirst: [UInt8]) async throws(SCRAMError) -> SCRAMClientFinal {
    let message = try SCRAMMessage.ServerFirst(parsing: serverFirst)
    try message.validate(clientNonce: nonce, policy: policy)
    try SCRAMDowngrade.check(
      message, offer: offer, tlsVersion: tlsVersion, hash: mechanism.hash, policy: policy)
    let login = try await credential.keys(
      user: user, hash: mechanism.hash, salt: message.salt, iterations: message.iterations,
      preparation: policy.effectivePasswordPreparation)

    let withoutProof = SCRAMMessage.clientFinalWithoutProof(
      bindingInput: header.bytes + (binding?.data ?? []), nonce: message.nonce, extensions: finalExtensions)
    let authMessage = SCRAMMessage.authMessage(
      clientFirstBare: bare[...], serverFirst: serverFirst, clientFinalWithoutProof: withoutProof[...])
    let side = try SCRAMProof.make(keys: login.keys, authMessage: authMessage)
    return SCRAMClientFinal(
      finalMessage: SCRAMMessage.clientFinal(withoutProof: withoutProof, proof: side.proof), mechanism: mechanism,
      bindingType: binding?.type, serverSignature: side.serverSignature, login: login)
  }
}

/// A client that has made its proof and waits for the server's.
public struct SCRAMClientFinal: ~Copyable, Sendable {
  /// `client-final-message`, to be sent.
  public let finalMessage: [UInt8]
  let mechanism: SCRAMMechanism
  let bindingType: ChannelBindingType?
  let serverSignature: SecretBytes
  let login: SCRAMLoginKeys

  init(
    finalMessage: [UInt8], mechanism: SCRAMMechanism, bindingType: ChannelBindingType?,
    serverSignature: consuming SecretBytes, login: consuming SCRAMLoginKeys
  ) {
    self.finalMessage = finalMessage
    self.mechanism = mechanism
    self.bindingType = bindingType
    self.serverSignature = serverSignature
    self.login = login
  }

  /// Checks that the server knows the verifier. Without this step, nothing is known about the server (RFC 5802 section
  /// 5: the client MUST verify).
  ///
  /// - Parameter serverFinal: `server-final-message`, as received.
  /// - Throws: ``SCRAMError`` `serverRefused`, `serverSignatureWrong`, or what is wrong with the message.
  public consuming func verify(_ serverFinal: [UInt8]) throws(SCRAMError) -> SCRAMClientOutcome {
    switch try SCRAMMessage.ServerFinal(parsing: serverFinal) {
    case .error(let error): throw SCRAMError(from: error)
    case .signature(let signature):
      guard constantTimeEqual(signature.span, serverSignature.span) else {
        throw SCRAMError(.serverSignatureWrong, "the server did not prove that it knows this account")
      }
    }
    guard mechanism.isPlus == (bindingType != nil) else {
      throw SCRAMError(.channelBindingUnavailable, "\(mechanism) without a binding")
    }
    login.claim?.keep()
    return SCRAMClientOutcome(mechanism: mechanism, bindingType: bindingType, keys: login.takeKeys())
  }
}

/// A login in which both sides proved themselves.
public struct SCRAMClientOutcome: ~Copyable, Sendable {
  /// The mechanism that was used.
  public let mechanism: SCRAMMechanism
  /// What the login was bound by; nil where it was not bound.
  public let bindingType: ChannelBindingType?
  /// Keys that log in again without the password, at this server, as long as it keeps its salt and count.
  public let keys: SCRAMKeys
}
