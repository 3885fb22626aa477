public import PassBindCrypto
public import PassBindSASL

/// A server that waits for a client's first message of `OPAQUE-R255` or `OPAQUE-R255-PLUS` (OPAQUE-R255.md). It keeps
/// no accounts: it says whose credential it needs. Each step consumes the state before it:
///
/// ```swift
/// let server = OPAQUESASLServer(mechanism, offer: offer, bindings: bindings)
/// let lookup = try server.receive(clientFirst)
/// let credential = accounts[lookup.user]  // nil: no such account
/// let challenge = try lookup.challenge(with: credential, keys: keys)
/// send(challenge.message)
/// let login = try challenge.receive(clientFinal)
/// ```
///
/// Once the challenge is sent, the client knows whether its guess at the password was right. A login that is let go of
/// after that counts as a failed one (RFC 9807 section 9.2).
///
/// Whatever step throws, the error is for the log, and the peer gets the outer protocol's failure, the same for every
/// cause.
public struct OPAQUESASLServer: ~Copyable, Sendable {
  private let mechanism: OPAQUEMechanism
  private let offer: SASLOffer
  private let bindings: ChannelBindings
  private let policy: OPAQUESASLServerPolicy

  /// A login that a client has begun.
  ///
  /// - Parameters:
  ///   - mechanism: the one that the client named.
  ///   - offer: what this server offered on this connection, whole and as it was sent.
  ///   - bindings: what the connection can be bound by; ``ChannelBindings/none`` without TLS.
  ///   - policy: the options.
  public init(
    _ mechanism: OPAQUEMechanism, offer: SASLOffer, bindings: ChannelBindings,
    policy: OPAQUESASLServerPolicy = OPAQUESASLServerPolicy()
  ) {
    self.mechanism = mechanism
    self.offer = offer
    self.bindings = bindings
    self.policy = policy
  }

  /// Reads the client's first message.
  ///
  /// - Parameter clientFirst: `client-first`, as received.
  /// - Throws: ``OPAQUEError``: `mechanismNotOffered`, `mechanismMismatch`, `channelBindingDowngrade`,
  ///   `channelBindingRequired`, `channelBindingNotSupported`, `unsupportedBindingType`, `invalidName`, or what is
  ///   wrong with the message.
  public consuming func receive(_ clientFirst: [UInt8]) throws(OPAQUEError) -> OPAQUESASLServerLookup {
    let message = try OPAQUESASLMessage.ClientFirst(parsing: clientFirst)
    let (mechanism, offer, bindings, policy) = (mechanism, offer, bindings, policy)
    let binding = try sasl { () throws(SASLError) in
      try message.header.binding(
        for: mechanism.name, offer: offer, bindings: bindings, isRequired: policy.requiresChannelBinding)
    }
    return OPAQUESASLServerLookup(
      user: try OPAQUESASLMessage.prepare(user: message.user),
      authorizationIdentity: message.header.authorizationIdentity, mechanism: mechanism, bindingType: binding?.type,
      clientFirst: clientFirst, ke1: message.ke1, binding: binding, offer: offer, policy: policy)
  }
}

/// A server that knows who wants to log in and needs the account's credential.
public struct OPAQUESASLServerLookup: ~Copyable, Sendable {
  /// The user's name, normalised; unproved as yet. Its UTF-8 is the credential_identifier that the account is
  /// registered by.
  public let user: String
  /// Whom the user wants to act as; nil means itself. To be allowed or refused once the proof is in.
  public let authorizationIdentity: String?
  /// The mechanism.
  public let mechanism: OPAQUEMechanism
  /// What the client binds by; nil where it does not bind.
  public let bindingType: ChannelBindingType?

  let clientFirst: [UInt8]
  let ke1: [UInt8]
  let binding: ChannelBinding?
  let offer: SASLOffer
  let policy: OPAQUESASLServerPolicy

  /// The challenge for an account, or for one that does not exist, which looks and takes the same and ends in refusal.
  ///
  /// - Parameters:
  ///   - credential: the account's; nil where there is none. One whose server key is not among `keys` can't be used,
  ///     and ends in refusal.
  ///   - keys: the server's.
  ///   - refusal: why the login is to end in refusal whatever the proof: an account that is locked, a token that has
  ///     expired. This is the time to say so: the challenge then does not tell whether the guess was right. It still
  ///     has the OPRF's answer to it, by which the guess can be tested against any true challenge of the account: count
  ///     it as you count the others, and make none at all for a client that has failed too often.
  /// - Throws: ``OPAQUEError`` `invalidElement` for a KE1 that is none, `invalidParameter` for an offer longer than a
  ///   context can be, `unavailable`.
  public consuming func challenge(
    with credential: OPAQUECredential?, keys: OPAQUEServerKeys, refusing refusal: String? = nil
  ) throws(OPAQUEError) -> OPAQUESASLServerChallenge {
    try challenge(with: credential, keys: keys, refusing: refusal, randomness: ServerLoginRandomness())
  }

  /// The seam where the randomness comes in, so that an example can be reproduced.
  consuming func challenge(
    with credential: OPAQUECredential?, keys: OPAQUEServerKeys, refusing refusal: String?,
    randomness: consuming ServerLoginRandomness
  ) throws(OPAQUEError) -> OPAQUESASLServerChallenge {
    let identifier = Array(user.utf8)
    let stretching = credential?.stretching ?? policy.decoyStretching
    let shown = try ShownRecord(
      of: credential.map { ($0.record, $0.keyID) }, identifier, keys, mechanism: "OPAQUE", refusing: refusal)
    let context = try OPAQUESASLContext.bytes(
      mechanism, clientFirst: clientFirst, stretching: stretching, binding: binding, offer: offer)
    let login = try OPAQUEServerLogin(
      ke1: ke1, record: shown.isNobody ? nil : shown.record, credentialIdentifier: identifier, setup: shown.setup,
      identities: .publicKeys, context: context, randomness: randomness)
    return OPAQUESASLServerChallenge(
      message: OPAQUESASLMessage.serverFirst(ke2: login.ke2, stretching), login: login, refusal: shown.refusal,
      user: user, authorizationIdentity: authorizationIdentity, mechanism: mechanism, bindingType: bindingType)
  }
}

/// A server that has made its challenge and waits for the client's proof. Once the challenge is sent, letting go of
/// this without ``receive(_:)`` is a failed login, and to be counted as one.
public struct OPAQUESASLServerChallenge: ~Copyable, Sendable {
  /// `server-first`, to be sent.
  public let message: [UInt8]

  let login: OPAQUEServerLogin
  let refusal: OPAQUEError?
  let user: String
  let authorizationIdentity: String?
  let mechanism: OPAQUEMechanism
  let bindingType: ChannelBindingType?

  /// Checks the client's proof.
  ///
  /// - Parameter clientFinal: `client-final`, as received.
  /// - Throws: ``OPAQUEError``: `clientAuthentication`, `unknownUser`, `unknownServerKey`, `refused`, or what is wrong
  ///   with the message.
  public consuming func receive(_ clientFinal: [UInt8]) throws(OPAQUEError) -> OPAQUESASLAcceptance {
    let final = try OPAQUESASLMessage.ClientFinal(parsing: clientFinal)
    let (refusal, user, authorizationIdentity) = (refusal, user, authorizationIdentity)
    let (mechanism, bindingType) = (mechanism, bindingType)
    let sessionKey: SecretBytes
    do throws(OPAQUEError) {
      sessionKey = try login.finish(ke3: final.ke3)
    } catch {
      throw refusal ?? error
    }
    if let refusal { throw refusal }
    return OPAQUESASLAcceptance(
      user: user, authorizationIdentity: authorizationIdentity, mechanism: mechanism, bindingType: bindingType,
      sessionKey: sessionKey)
  }
}

/// A login whose client proved itself. There is nothing more to send but the outer protocol's success.
public struct OPAQUESASLAcceptance: ~Copyable, Sendable {
  /// The user's name, normalised.
  public let user: String
  /// Whom the user wants to act as; nil means itself. Whether that is allowed is for the caller to say.
  public let authorizationIdentity: String?
  /// The mechanism.
  public let mechanism: OPAQUEMechanism
  /// What the login is bound by; nil where it is not bound.
  public let bindingType: ChannelBindingType?
  /// session_key, 64 bytes: shared with the client, another at each login.
  public let sessionKey: SecretBytes
}
