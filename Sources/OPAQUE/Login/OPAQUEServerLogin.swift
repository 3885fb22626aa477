public import PassBindCrypto
internal import PassBindRistretto

/// The server's end of a login (RFC 9807 section 6): KE1 in, KE2 out, KE3 in. The last step uses it up, so one KE2
/// takes one KE3, and no more.
///
///     let login = try OPAQUEServerLogin(
///       ke1: receive(), record: record, credentialIdentifier: name, setup: setup, context: context)
///     send(login.ke2)
///     let sessionKey = try login.finish(ke3: receive())
///
/// Once KE2 is sent, the client knows whether its guess was right: a login that is never finished counts as a failed
/// one (section 9.2). What is thrown is for the log; all that the peer may learn is that the login failed.
public struct OPAQUEServerLogin: ~Copyable, Sendable {
  /// KE2 (section 6.1), 320 bytes.
  public let ke2: [UInt8]
  private let clientMAC: SecretBytes
  private let sessionKey: SecretBytes
  /// Why the login is refused whatever the proof, for the log.
  private let refusal: OPAQUEError?

  /// Answers KE1 (section 6.2.2, GenerateKE2).
  ///
  /// - Parameters:
  ///   - ke1: the client's KE1, 96 bytes.
  ///   - record: the account's record; nil where there is no such account, and the client gets an answer that it can't
  ///     tell from a true one, after the same work.
  ///   - credentialIdentifier: what the server calls the account, 1 to 65,535 bytes, as at the registration; for an
  ///     account that does not exist, what it would be called.
  ///   - setup: the server's keys, those that the account was registered under.
  ///   - identities: who the two ends are, as at the registration.
  ///   - context: what both ends know of the connection and the application, 0 to 65,535 bytes; channel binding goes
  ///     here.
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidElement` or `invalidParameter`.
  public init(
    ke1: [UInt8], record: OPAQUERecord?, credentialIdentifier: [UInt8], setup: OPAQUEServerSetup,
    identities: OPAQUEIdentities = .publicKeys, context: [UInt8] = []
  ) throws(OPAQUEError) {
    try self.init(
      ke1: ke1, record: record, credentialIdentifier: credentialIdentifier, setup: setup, identities: identities,
      context: context, randomness: ServerLoginRandomness())
  }

  init(
    ke1: [UInt8], record: OPAQUERecord?, credentialIdentifier: [UInt8], setup: OPAQUEServerSetup,
    identities: OPAQUEIdentities, context: [UInt8], randomness: consuming ServerLoginRandomness,
    refusal: OPAQUEError = noSuchAccount
  ) throws(OPAQUEError) {
    try credentialIdentifier.mustBeCredentialIdentifier()
    let answer = try ServerAnswer(ke1, record, credentialIdentifier, setup.decoys, randomness)
    // Both keys are derived and one is taken, so that the time tells nothing.
    let real = try setup.oprfKey(credentialIdentifier)
    let decoy = try setup.decoys.oprfKey(credentialIdentifier)
    let group = try answer.group(
      oprfKey: record == nil ? decoy : real, privateKey: setup.secrets.privateKey)
    try self.init(answer, group, serverPublicKey: setup.publicKey, identities, context, refusal: refusal)
  }

  init(
    _ answer: borrowing ServerAnswer, _ group: borrowing ServerGroupWork, serverPublicKey: [UInt8],
    _ identities: OPAQUEIdentities, _ context: [UInt8], refusal: OPAQUEError = noSuchAccount
  ) throws(OPAQUEError) {
    let unauthenticated = try answer.ke2(group, serverPublicKey: serverPublicKey)
    let keys = try answer.keys(group, unauthenticated, serverPublicKey: serverPublicKey, identities, context)
    ke2 = unauthenticated + keys.serverMAC.publicBytes()
    clientMAC = keys.clientMAC.copy()
    sessionKey = keys.sessionKey.copy()
    self.refusal = answer.isDecoy ? refusal : nil
  }

  static let noSuchAccount = OPAQUEError(.clientAuthentication, "there is no account of that name")

  /// Checks the client's proof (section 6.2.4, ServerFinish): explicit authentication of the user.
  ///
  /// - Parameter ke3: the client's KE3, 64 bytes.
  /// - Returns: session_key, 64 bytes, shared with the client, another at each login.
  /// - Throws: ``OPAQUEError`` `wrongLength`; `clientAuthentication` for a wrong password, another context, and an
  ///   account that does not exist; `unknownServerKey` for an account whose server keys are gone.
  public consuming func finish(ke3: [UInt8]) throws(OPAQUEError) -> SecretBytes {
    let ke3 = try Message<KE3>(ke3)
    let isProof = constantTimeEqual(clientMAC.span, ke3.bytes.span)
    if let refusal { throw refusal }
    guard isProof else {
      throw OPAQUEError(.clientAuthentication, "client_mac of KE3 does not verify")
    }
    return sessionKey.copy()
  }
}

/// What a server draws at random for one login.
struct ServerLoginRandomness: ~Copyable {
  var maskingNonce = randomBytes(count: 32)
  var serverNonce = randomBytes(count: 32)
  var serverKeyshareSeed = SecretBytes.random(count: 32)
}
