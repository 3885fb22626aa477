internal import PassBindCrypto
public import PassBindOPAQUE
internal import PassBindRistretto
public import PassBindSASL

/// A server that waits for a client's first message of `OPAQUE-EA` (OPAQUE-EA.md). It keeps no accounts: it says whose
/// credential it needs. Each step consumes the state before it:
///
/// ```swift
/// let lookup = try OPAQUEEAServer(offer: offer, authenticators: authenticators).receive(clientFirst)
/// let challenge = try lookup.challenge(with: accounts[lookup.user], keys: keys)
/// send(challenge.message)
/// let login = try challenge.receive(clientFinal)
/// ```
///
/// Once the challenge is sent, the client knows whether its guess at the password was right. A login that is let go of
/// after that counts as a failed one (RFC 9807 section 9.2).
///
/// Whatever step throws, the error is for the log, and the peer gets the outer protocol's failure, the same for every
/// cause.
public struct OPAQUEEAServer: ~Copyable, Sendable {
  private let authenticators: ConnectionAuthenticators
  private let policy: OPAQUESASLServerPolicy
  private let isOffered: Bool

  /// A login that a client has begun.
  ///
  /// - Parameters:
  ///   - offer: what this server offered on this connection.
  ///   - authenticators: those of this end's own connection, one object for all its logins.
  ///   - policy: the options, of which the key stretching for accounts that do not exist counts here: a login by
  ///     OPAQUE-EA is always bound.
  public init(
    offer: SASLOffer, authenticators: ConnectionAuthenticators,
    policy: OPAQUESASLServerPolicy = OPAQUESASLServerPolicy()
  ) {
    self.authenticators = authenticators
    self.policy = policy
    isOffered = offer.mechanisms.contains(OPAQUEEAMechanism.name)
  }

  /// Reads the client's first message.
  ///
  /// - Parameter clientFirst: `m1`, as received.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `mechanismNotOffered`, `invalidName`, `invalidElement`, `contextReused`,
  ///   or what is wrong with the message.
  public consuming func receive(_ clientFirst: [UInt8]) throws(OPAQUEError) -> OPAQUEEAServerLookup {
    guard isOffered else {
      throw OPAQUEError(.mechanismNotOffered, "\(OPAQUEEAMechanism.name) was not offered on this connection")
    }
    try clientFirst.mustFit()
    let request = try authenticators.receiveRequest(clientFirst)
    let message = try OPAQUEEAClientFirst(request)
    let user = try OPAQUESASLMessage.prepare(user: eaName(message.user))
    let blinded = try Message<RegistrationRequest>(message.blinded).element(RegistrationRequest.blindedMessage)
    return OPAQUEEAServerLookup(
      user: user, authorizationIdentity: message.authorizationIdentity, request: request, message: message,
      blinded: blinded, authenticators: authenticators, policy: policy)
  }
}

/// A server that knows who wants to log in and needs the account's credential.
public struct OPAQUEEAServerLookup: ~Copyable, Sendable {
  /// The user's name, normalised; unproved as yet. Its UTF-8 is the credential_identifier that the account is
  /// registered by.
  public let user: String
  /// Whom the user wants to act as; nil means itself. To be allowed or refused once the proof is in.
  public let authorizationIdentity: String?

  let request: ReceivedAuthenticatorRequest
  let message: OPAQUEEAClientFirst
  let blinded: RistrettoPoint
  let authenticators: ConnectionAuthenticators
  let policy: OPAQUESASLServerPolicy

  /// The challenge for an account, or for one that does not exist, which looks and takes the same and ends in refusal.
  ///
  /// - Parameters:
  ///   - credential: the account's; nil where there is none. One whose server key is not among `keys` can't be used,
  ///     and ends in refusal.
  ///   - keys: the server's.
  ///   - refusal: why the login is to end in refusal whatever the proof: an account that is locked, a token that has
  ///     expired. The challenge then does not tell whether the guess was right. It still has the OPRF's answer to it,
  ///     by which the guess can be tested against any true challenge of the account: count it as you count the others,
  ///     and make none at all for a client that has failed too often.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `unavailable`; `messageTooLong` where too many contexts were used on the
  ///   connection.
  public consuming func challenge(
    with credential: OPAQUEEACredential?, keys: OPAQUEEAServerKeys, refusing refusal: String? = nil
  ) throws(OPAQUEError) -> OPAQUEEAServerChallenge {
    try challenge(
      with: credential, keys: keys, refusing: refusal, maskingNonce: randomBytes(count: 32),
      context: randomBytes(count: OPAQUEEAMechanism.contextCount))
  }

  /// The seam where the randomness comes in, so that an example can be reproduced.
  consuming func challenge(
    with credential: OPAQUEEACredential?, keys: OPAQUEEAServerKeys, refusing refusal: String?, maskingNonce: [UInt8],
    context: [UInt8]
  ) throws(OPAQUEError) -> OPAQUEEAServerChallenge {
    let (user, message, authenticators) = (user, message, authenticators)
    let authorizationIdentity = authorizationIdentity
    let identifier = Array(user.utf8)
    let stretching = credential?.stretching ?? policy.decoyStretching
    let shown = try ShownRecord(
      of: credential.map { ($0.record, $0.keyID) }, identifier, keys, mechanism: "OPAQUE-EA", refusing: refusal)
    let response = try shown.setup.credentialResponse(
      evaluated: shown.setup.evaluate(blinded, identifier, isDecoy: shown.isNobody), record: shown.record,
      maskingNonce: maskingNonce)
    let share = try authenticating { () throws(ExportedAuthenticatorError) in
      try PAKEShareServer(credentialResponse: response).inExtension()
    }
    let authenticator = try authenticators.authenticate(
      request,
      CertificateEntry(
        data: Ed25519PublicKeyInfo.bytes(shown.setup.publicKey),
        extensions: [
          share, AuthenticatorExtension(.opaqueKeyStretching, data: Array(stretching.description.utf8)),
        ]),
      signing: shown.setup.signingKey)

    var extensions = [
      try authenticating { () throws(ExportedAuthenticatorError) in
        try AuthenticatorExtension(.opaqueClientAuth, name: message.user)
      }
    ]
    if let authorizationIdentity { extensions.append(try .authorizationIdentity(authorizationIdentity)) }
    let parameters = AuthenticatorRequest.Parameters(opaque: extensions, context: context)
    let request = try authenticating { () throws(ExportedAuthenticatorError) in
      try authenticators.use { value throws(ExportedAuthenticatorError) in try value.request(parameters) }
    }
    return OPAQUEEAServerChallenge(
      message: authenticator + request.bytes, request: request,
      clientPublicKey: shown.record[RegistrationRecord.clientPublicKey], refusal: shown.refusal, name: message.user,
      user: user, authorizationIdentity: authorizationIdentity, authenticators: authenticators)
  }
}

/// A server that has made its challenge and waits for the client's proof. Once the challenge is sent, letting go of
/// this without ``receive(_:)`` is a failed login, and to be counted as one.
public struct OPAQUEEAServerChallenge: ~Copyable, Sendable {
  /// `m2`, to be sent.
  public let message: [UInt8]

  let request: AuthenticatorRequest
  let clientPublicKey: [UInt8]
  let refusal: OPAQUEError?
  /// The user's name as the client wrote it.
  let name: [UInt8]
  let user: String
  let authorizationIdentity: String?
  let authenticators: ConnectionAuthenticators

  /// Checks the client's proof.
  ///
  /// - Parameter clientFinal: `m3`, as received.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError``: `notAuthentic`, `wrongContext`, `clientAuthentication`, `declined`,
  ///   `unknownUser`, `unknownServerKey`, `refused`, or what is wrong with the message.
  public consuming func receive(_ clientFinal: [UInt8]) throws(OPAQUEError) -> OPAQUEEAAcceptance {
    try clientFinal.mustFit()
    let (clientPublicKey, refusal, name, authenticators) = (clientPublicKey, refusal, name, authenticators)
    let (user, authorizationIdentity) = (user, authorizationIdentity)
    let proof = try authenticators.open(clientFinal, for: request)
    guard let entry = proof.entries.first, proof.entries.count == 1, entry.extensions.count == 1 else {
      throw OPAQUEError(.malformedMessage, "the client's certificate is not one entry with one extension")
    }
    let claimed = try authenticating { () throws(ExportedAuthenticatorError) in
      try entry.extensions.required(.opaqueClientAuth).name()
    }
    guard claimed == name else { throw OPAQUEError(.malformedMessage, "the client proves to be somebody else") }
    let publicKeyInfo = Ed25519PublicKeyInfo.bytes(clientPublicKey)
    // A login that is refused anyway goes through the same checks, against a key that is as good as any.
    let failure: OPAQUEError?
    do throws(OPAQUEError) {
      try proof.verify(by: publicKeyInfo, elseThrow: .clientAuthentication)
      failure = nil
    } catch {
      failure = error
    }
    let isKey = constantTimeEqual(entry.data.span, publicKeyInfo.span)
    if let refusal { throw refusal }
    guard isKey else { throw OPAQUEError(.clientAuthentication, "the client's key is not that of the record") }
    if let failure { throw failure }
    return OPAQUEEAAcceptance(user: user, authorizationIdentity: authorizationIdentity)
  }
}

/// A login whose client proved itself. There is nothing more to send but the outer protocol's success.
public struct OPAQUEEAAcceptance: Hashable, Sendable {
  /// The user's name, normalised.
  public let user: String
  /// Whom the user wants to act as; nil means itself. Whether that is allowed is for the caller to say.
  public let authorizationIdentity: String?
}
