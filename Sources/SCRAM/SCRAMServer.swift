internal import PassBindCrypto
public import PassBindSASL

/// A server that waits for a client's first message (RFC 5802). It keeps no accounts: it says whose verifier it needs.
/// Each step consumes the state before it:
///
/// ```swift
/// let server = SCRAMServer(mechanism, offer: offer, bindings: bindings, decoys: decoys)
/// let lookup = try server.receive(clientFirst)
/// let verifier = accounts[lookup.user]  // nil: no such account
/// let challenge = try lookup.challenge(with: verifier)
/// send(challenge.message)
/// let login = try challenge.receive(clientFinal)
/// send(login.finalMessage)
/// ```
///
/// Whatever step throws, the error is for the log, and the peer gets ``failureMessage`` or the outer protocol's
/// failure, the same for every cause.
public struct SCRAMServer: ~Copyable, Sendable {
  /// What to tell a peer that is refused: one error for every cause.
  public static let failureMessage = Array("e=\(SCRAMServerError.otherError.rawValue)".utf8)

  private let mechanism: SCRAMMechanism
  private let offer: SASLOffer
  private let bindings: ChannelBindings
  private let decoys: SCRAMDecoys
  private let policy: SCRAMServerPolicy
  private let nonce: [UInt8]

  /// A login that a client has begun.
  ///
  /// - Parameters:
  ///   - mechanism: the one that the client named.
  ///   - offer: what this server offered on this connection.
  ///   - bindings: what the connection can be bound by; ``ChannelBindings/none`` without TLS.
  ///   - decoys: what stands in for unknown users.
  ///   - policy: the limits and options.
  public init(
    _ mechanism: SCRAMMechanism, offer: SASLOffer, bindings: ChannelBindings, decoys: SCRAMDecoys,
    policy: SCRAMServerPolicy = SCRAMServerPolicy()
  ) {
    self.init(
      mechanism, offer: offer, bindings: bindings, decoys: decoys, policy: policy,
      nonce: policy.dialect.nonce(fromRandom: randomBytes(count: policy.dialect.randomCount)))
  }

  /// The seam where the nonce comes in, so that published vectors can be replayed.
  package init(
    _ mechanism: SCRAMMechanism, offer: SASLOffer, bindings: ChannelBindings, decoys: SCRAMDecoys,
    policy: SCRAMServerPolicy, nonce: [UInt8]
  ) {
    self.mechanism = mechanism
    self.offer = offer
    self.bindings = bindings
    self.decoys = decoys
    self.policy = policy
    self.nonce = nonce
  }

  /// Reads the client's first message.
  ///
  /// - Parameters:
  ///   - clientFirst: `client-first-message`, as received.
  ///   - user: who logs in, where the outer protocol has said so and the message does not count, as in PostgreSQL's,
  ///     whose clients may leave the name in the message empty; nil where the message says it.
  /// - Throws: ``SCRAMError``: `mechanismNotOffered`, `mechanismMismatch`, `channelBindingDowngrade`,
  ///   `channelBindingRequired`, `channelBindingNotSupported`, `unsupportedBindingType`, `weakNonce`, `invalidName`, or
  ///   what is wrong with the message.
  public consuming func receive(
    _ clientFirst: [UInt8], from user: String? = nil
  ) throws(SCRAMError) -> SCRAMServerLookup {
    let message = try SCRAMMessage.ClientFirst(parsing: clientFirst, mayLackUser: user != nil)
    let binding = try sasl { () throws(SASLError) in
      try message.header.binding(
        for: mechanism.name, offer: offer, bindings: bindings, isRequired: policy.requiresChannelBinding)
    }
    guard message.nonce.count >= policy.minClientNonceCount else {
      throw SCRAMError(.weakNonce, "the client's nonce has \(message.nonce.count) characters")
    }
    let sent = if let user { user } else { try policy.dialect.decode(name: message.user) }
    let name = try policy.userPreparation.name(sent)
    var apiKeyID: Int32?
    var user = name
    if policy.dialect == .trueNAS {
      guard message.header.authorizationIdentity == nil, message.extensions.isEmpty else {
        throw SCRAMError(.malformedMessage, "TrueNAS has no authorization identities and no extensions")
      }
      let parts = try TrueNASName(name)
      (user, apiKeyID) = (parts.user, parts.apiKeyID)
    }
    return SCRAMServerLookup(
      user: user, authorizationIdentity: message.header.authorizationIdentity, apiKeyID: apiKeyID,
      mechanism: mechanism, bindingType: binding?.type, name: name, binding: binding, header: message.header.bytes,
      bare: message.bare, nonce: try policy.dialect.join(client: message.nonce, server: nonce),
      extensions: try SCRAMDowngrade.extensions(
        offer: offer, bindings: bindings, hash: mechanism.hash, policy: policy),
      decoys: decoys, dialect: policy.dialect)
  }
}

/// A server that knows who wants to log in and needs the account's verifier.
public struct SCRAMServerLookup: ~Copyable, Sendable {
  /// The user's name, normalised; unproved as yet.
  public let user: String
  /// Whom the user wants to act as; nil means itself. To be allowed or refused once the proof is in.
  public let authorizationIdentity: String?
  /// The API key's id, in the TrueNAS dialect.
  public let apiKeyID: Int32?
  /// The mechanism.
  public let mechanism: SCRAMMechanism
  /// What the client binds by; nil where it does not bind.
  public let bindingType: ChannelBindingType?

  let name: String
  let binding: ChannelBinding?
  let header: [UInt8]
  let bare: ArraySlice<UInt8>
  let nonce: [UInt8]
  let extensions: [SCRAMMessage.Attribute]
  let decoys: SCRAMDecoys
  let dialect: SCRAMDialect

  /// The challenge for an account, or for one that does not exist, which looks and takes the same and ends in refusal.
  ///
  /// - Parameters:
  ///   - verifier: the account's, for this mechanism's hash; nil where there is none. One for another hash is none.
  ///   - refusal: why the login is to end in refusal whatever the proof: an account that is locked, a client that is
  ///     throttled.
  /// - Throws: ``SCRAMError`` `unavailable`.
  public consuming func challenge(
    with verifier: SCRAMVerifier?, refusing refusal: String? = nil
  ) throws(SCRAMError) -> SCRAMServerChallenge {
    // Made for every login, so that it takes no longer to find that there is no account.
    let decoy = try decoys.verifier(for: name, hash: mechanism.hash)
    let real = verifier?.hash == mechanism.hash ? verifier : nil
    let used = real ?? decoy
    var error: SCRAMError?
    if let refusal {
      error = SCRAMError(.refused, refusal)
    } else if real == nil {
      error = SCRAMError(.unknownUser, "no account of that name has a verifier for \(mechanism)")
    }
    return SCRAMServerChallenge(
      message: SCRAMMessage.serverFirst(
        nonce: nonce, salt: used.salt, iterations: used.iterations, extensions: extensions),
      verifier: used, refusal: error, user: user, authorizationIdentity: authorizationIdentity, apiKeyID: apiKeyID,
      mechanism: mechanism, binding: binding, header: header, bare: bare, nonce: nonce, dialect: dialect)
  }
}

/// A server that has sent its challenge and waits for the client's proof.
public struct SCRAMServerChallenge: ~Copyable, Sendable {
  /// `server-first-message`, to be sent.
  public let message: [UInt8]

  let verifier: SCRAMVerifier
  let refusal: SCRAMError?
  let user: String
  let authorizationIdentity: String?
  let apiKeyID: Int32?
  let mechanism: SCRAMMechanism
  let binding: ChannelBinding?
  let header: [UInt8]
  let bare: ArraySlice<UInt8>
  let nonce: [UInt8]
  let dialect: SCRAMDialect

  /// Checks the client's proof.
  ///
  /// - Parameter clientFinal: `client-final-message`, as received.
  /// - Throws: ``SCRAMError``: `nonceMismatch`, `channelBindingMismatch`, `unknownUser`, `refused`, `invalidProof`, or
  ///   what is wrong with the message.
  public consuming func receive(_ clientFinal: [UInt8]) throws(SCRAMError) -> SCRAMAcceptance {
    let final = try SCRAMMessage.ClientFinal(parsing: clientFinal)
    // All is computed before anything is refused, so that the time says nothing about the cause.
    let isBound = dialect.isBindingInput(final.bindingInput, header: header, data: binding?.data ?? [])
    let side = try SCRAMProof.check(
      final.proof, against: verifier,
      authMessage: SCRAMMessage.authMessage(
        clientFirstBare: bare, serverFirst: message, clientFinalWithoutProof: final.withoutProof))

    guard final.nonce.elementsEqual(nonce) else {
      throw SCRAMError(.nonceMismatch, "the client's final nonce is not the one it was given")
    }
    guard isBound else {
      throw SCRAMError(
        .channelBindingMismatch,
        binding == nil
          ? "c= differs from the GS2 header that the client sent first"
          : "the client is bound to another connection, or changed its GS2 header: somebody may be in between")
    }
    if let refusal { throw refusal }
    guard side.isProved else { throw SCRAMError(.invalidProof, "the proof does not fit the account's verifier") }
    return SCRAMAcceptance(
      finalMessage: SCRAMMessage.serverFinal(signature: side.signature.bytes), user: user,
      authorizationIdentity: authorizationIdentity, apiKeyID: apiKeyID, mechanism: mechanism,
      bindingType: binding?.type)
  }
}

/// A login whose client proved itself.
public struct SCRAMAcceptance: Sendable {
  /// `server-final-message`, the server's own proof, to be sent; not if the login is refused after all.
  public let finalMessage: [UInt8]
  /// The user's name, normalised.
  public let user: String
  /// Whom the user wants to act as; nil means itself. Whether that is allowed is for the caller to say.
  public let authorizationIdentity: String?
  /// The API key's id, in the TrueNAS dialect.
  public let apiKeyID: Int32?
  /// The mechanism.
  public let mechanism: SCRAMMechanism
  /// What the login is bound by; nil where it is not bound.
  public let bindingType: ChannelBindingType?
}
