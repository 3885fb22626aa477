public import PassBindCrypto
public import PassBindOPAQUE
internal import PassBindOPRF
internal import PassBindRistretto

/// The client's end of a registration for OPAQUE-EA (RFC 9807 section 5): it makes a record without telling the server
/// the password. The two messages and the record travel over a channel that is confidential and authenticates both
/// ends.
///
///     let registration = try OPAQUEEAClientRegistration(password: password)
///     send(registration.request)
///     let account = try await registration.finish(response: receive(), stretching: KeyStretchingParameters.default)
///     send(account.record.bytes)
public struct OPAQUEEAClientRegistration: ~Copyable, Sendable, OPAQUERecordMaker {
  private let oprf: OPRFClient

  /// RegistrationRequest (section 5.1), 32 bytes: the password, blinded.
  public var request: [UInt8] { oprf.blindedElement }

  /// Starts a registration (section 5.2.1, CreateRegistrationRequest).
  ///
  /// - Parameter password: 1 to 65,535 bytes. They are taken as they are: prepare text first, as ``OPAQUEEAClient``
  ///   does at each login.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `invalidPassword`.
  public init(password: borrowing SecretBytes) throws(OPAQUEError) { try self.init(password: password, blind: nil) }

  init(password: borrowing SecretBytes, blind: consuming RistrettoScalar?) throws(OPAQUEError) {
    oprf = try OPRFClient(password: password, blind: blind)
  }

  /// Makes the record (section 5.2.3, FinalizeRegistrationRequest).
  ///
  /// - Parameters:
  ///   - response: the server's RegistrationResponse, 64 bytes.
  ///   - stretching: the key stretching; each login must use the same.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `wrongLength`, `invalidElement`, `reflectedValue`, and what `stretching`
  ///   throws.
  public consuming func finish(
    response: [UInt8], stretching: some KeyStretching
  ) async throws(OPAQUEError) -> OPAQUEEARegistration {
    try await finish(response: response, stretching: stretching, envelopeNonce: randomBytes(count: 32))
  }

  consuming func finish(
    response: [UInt8], identities: OPAQUEIdentities = .publicKeys, stretching: some KeyStretching,
    envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEEARegistration {
    let made = try await record(
      response: response, identities: identities, stretching: stretching, envelopeNonce: envelopeNonce)
    return OPAQUEEARegistration(
      record: try OPAQUEEARecord(made.bytes), exportKey: made.exportKey.copy(), serverPublicKey: made.serverPublicKey)
  }

  package consuming func record(
    response: [UInt8], identities: OPAQUEIdentities, stretching: some KeyStretching, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEMadeRecord {
    try await oprf.makeRecord(
      of: Ed25519Keys.self, Message(response), identities: identities, stretching: stretching,
      envelopeNonce: envelopeNonce)
  }
}

/// What a client has after a registration.
public struct OPAQUEEARegistration: ~Copyable, Sendable {
  /// What the server keeps, 192 bytes.
  public let record: OPAQUEEARecord
  /// A key that only the password gives, the same at each login and never seen by the server (RFC 9807 section 10.4),
  /// 64 bytes.
  public let exportKey: SecretBytes
  /// The server's public key, 32 bytes.
  public let serverPublicKey: [UInt8]
}

extension OPAQUEEAServerSetup {
  /// Answers a registration request (RFC 9807 section 5.2.2, CreateRegistrationResponse).
  ///
  /// - Parameters:
  ///   - request: the client's RegistrationRequest, 32 bytes.
  ///   - credentialIdentifier: what the server calls the account, 1 to 65,535 bytes: the user name in SASLprep's form.
  /// - Returns: RegistrationResponse, 64 bytes.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `wrongLength`, `invalidElement` or `invalidParameter`.
  public func registrationResponse(
    to request: [UInt8], credentialIdentifier: [UInt8]
  ) throws(OPAQUEError) -> [UInt8] {
    try credentialIdentifier.mustBeCredentialIdentifier()
    let blinded = try Message<RegistrationRequest>(request).element(RegistrationRequest.blindedMessage)
    return try evaluate(blinded, credentialIdentifier) + publicKey
  }

  /// Makes a record from a password in one step, without a client: for an administrator who sets a password. The server
  /// sees the password then, which otherwise it never does.
  ///
  /// - Parameters:
  ///   - password: 1 to 65,535 bytes.
  ///   - credentialIdentifier: what the server calls the account, 1 to 65,535 bytes.
  ///   - stretching: the key stretching that the client will use at each login.
  /// - Throws: ``PassBindOPAQUE/OPAQUEError`` `invalidPassword`, `invalidParameter`, and what `stretching` throws.
  public func register(
    password: borrowing SecretBytes, credentialIdentifier: [UInt8], stretching: some KeyStretching
  ) async throws(OPAQUEError) -> OPAQUEEARegistration {
    let client = try OPAQUEEAClientRegistration(password: password)
    let response = try registrationResponse(to: client.request, credentialIdentifier: credentialIdentifier)
    return try await client.finish(response: response, stretching: stretching)
  }
}
