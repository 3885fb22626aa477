public import PassBindCrypto
internal import PassBindOPRF
internal import PassBindRistretto

/// The client's end of a login (RFC 9807 section 6): KE1 out, KE2 in, KE3 out. Using it up is the only way on: a second
/// KE2 for one KE1 does not compile.
///
///     let login = try OPAQUEClientLogin(password: password)
///     send(login.ke1)
///     let session = try await login.finish(
///       ke2: receive(), context: context, stretching: KeyStretchingParameters.default)
///     send(session.ke3)
public struct OPAQUEClientLogin: ~Copyable, Sendable {
  /// KE1 (section 6.1), 96 bytes.
  public let ke1: [UInt8]
  private let oprf: OPRFClient
  private let keyshareSecret: RistrettoScalar

  /// Starts a login (section 6.2.1, GenerateKE1).
  ///
  /// - Parameter password: 1 to 65,535 bytes, prepared as at the registration.
  /// - Throws: ``OPAQUEError`` `invalidPassword`.
  public init(password: borrowing SecretBytes) throws(OPAQUEError) {
    try self.init(
      password: password, clientNonce: randomBytes(count: 32), clientKeyshareSeed: SecretBytes.random(count: 32))
  }

  init(
    password: borrowing SecretBytes, blind: consuming RistrettoScalar? = nil, clientNonce: [UInt8],
    clientKeyshareSeed: borrowing SecretBytes
  ) throws(OPAQUEError) {
    let oprf = try OPRFClient(password: password, blind: blind)
    let keyshareSecret = try deriveDiffieHellmanKey(seed: clientKeyshareSeed)
    ke1 = oprf.blindedElement + clientNonce + RistrettoPoint(generatorTimes: keyshareSecret).encoded
    self.oprf = oprf
    self.keyshareSecret = keyshareSecret
  }

  /// Checks the server's answer and proves the password (section 6.2.3, GenerateKE3).
  ///
  /// - Parameters:
  ///   - ke2: the server's KE2, 320 bytes.
  ///   - context: what both ends know of the connection and the application, 0 to 65,535 bytes; channel binding goes
  ///     here.
  ///   - identities: who the two ends are, as at the registration.
  ///   - stretching: the key stretching, as at the registration. Parameters that the server sent along go through
  ///     ``PassBindCrypto/KeyStretchingLimits/permits(_:)`` first: they are used before it has proved anything.
  /// - Returns: what to send, and the keys of the session. The server is authenticated.
  /// - Throws: ``OPAQUEError`` `wrongLength`, `reflectedValue`; `envelopeRecovery` for a wrong password and all that
  ///   can't be told from it, `serverAuthentication` if the server did not prove itself: send nothing then.
  ///   `invalidParameter` for too long a context; and what `stretching` throws.
  public consuming func finish(
    ke2: [UInt8], context: [UInt8] = [], identities: OPAQUEIdentities = .publicKeys, stretching: some KeyStretching
  ) async throws(OPAQUEError) -> OPAQUESession {
    try context.mustBeContext()
    let ke2 = try Message<KE2>(ke2)
    let ke1 = ke1
    let keyshareSecret = keyshareSecret.copy()
    // What can be refused without the password is refused before the key stretching.
    _ = try ke2.element(KE2.evaluatedMessage, elseThrow: .envelopeRecovery)
    let serverKeyshare = try ke2.element(KE2.serverPublicKeyshare, elseThrow: .serverAuthentication)
    try refuseReflection(of: oprf.blindedElement, in: ke2[KE2.evaluatedMessage])

    let oprfOutput = try oprf.output(ke2[KE2.evaluatedMessage], elseThrow: .envelopeRecovery)
    let randomized = try await randomizedPassword(oprfOutput, stretching: stretching)
    let credentials = try RecoveredCredentials(ke2, randomizedPassword: randomized, identities: identities)

    let keys = try credentials.agree(ke1: ke1, ke2: ke2, keyshareSecret, serverKeyshare, context, identities)
    guard constantTimeEqual(keys.serverMAC.span, ke2[KE2.serverMAC].span) else {
      throw OPAQUEError(.serverAuthentication, "server_mac of KE2 does not verify")
    }
    return OPAQUESession(
      ke3: keys.clientMAC.publicBytes(), sessionKey: keys.sessionKey.copy(),
      exportKey: credentials.envelope.exportKey.copy(), serverPublicKey: credentials.envelope.serverPublicKey)
  }
}

/// What a client has after a login in which the server proved itself.
public struct OPAQUESession: ~Copyable, Sendable {
  /// KE3 (section 6.1), 64 bytes: to be sent.
  public let ke3: [UInt8]
  /// session_key, 64 bytes: shared with the server, another at each login.
  public let sessionKey: SecretBytes
  /// export_key, 64 bytes: the same at each login, and never seen by the server (section 10.4).
  public let exportKey: SecretBytes
  /// The server's public key, 32 bytes: the one the client registered with.
  public let serverPublicKey: [UInt8]
}

extension [UInt8] {
  func mustBeContext() throws(OPAQUEError) {
    guard count.isLengthInTwoBytes(from: 0) else {
      throw OPAQUEError(.invalidParameter, "a context has 65,535 bytes at most")
    }
  }
}
