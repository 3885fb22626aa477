public import PassBindCrypto
internal import PassBindOPRF
internal import PassBindRistretto

/// The client's end of a registration (RFC 9807 section 5): it makes a record without telling the server the password.
/// The two messages and the record travel over a channel that is confidential and authenticates both ends; OPAQUE
/// itself protects nothing yet.
///
///     let registration = try OPAQUEClientRegistration(password: password)
///     send(registration.request)
///     let account = try await registration.finish(
///       response: receive(), stretching: KeyStretchingParameters.default)
///     send(account.record.bytes)
public struct OPAQUEClientRegistration: ~Copyable, Sendable, OPAQUERecordMaker {
  private let oprf: OPRFClient

  /// RegistrationRequest (section 5.1), 32 bytes: the password, blinded.
  public var request: [UInt8] { oprf.blindedElement }

  /// Starts a registration (section 5.2.1, CreateRegistrationRequest).
  ///
  /// - Parameter password: 1 to 65,535 bytes. OPAQUE takes them as they are: prepare text first, the same way each
  ///   time.
  /// - Throws: ``OPAQUEError`` `invalidPassword`.
  public init(password: borrowing SecretBytes) throws(OPAQUEError) {
    try self.init(password: password, blind: nil)
  }

  init(password: borrowing SecretBytes, blind: consuming RistrettoScalar?) throws(OPAQUEError) {
    oprf = try OPRFClient(password: password, blind: blind)
  }

  /// Makes the record (section 5.2.3, FinalizeRegistrationRequest).
  ///
  /// - Parameters:
  ///   - response: the server's RegistrationResponse, 64 bytes.
  ///   - identities: who the two ends are; each login must say the same.
  ///   - stretching: the key stretching; each login must use the same.
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidElement`, `reflectedValue`, and what `stretching` throws.
  public consuming func finish(
    response: [UInt8], identities: OPAQUEIdentities = .publicKeys, stretching: some KeyStretching
  ) async throws(OPAQUEError) -> OPAQUERegistration {
    let nonce = randomBytes(count: 32)
    return try await finish(response: response, identities: identities, stretching: stretching, envelopeNonce: nonce)
  }

  consuming func finish(
    response: [UInt8], identities: OPAQUEIdentities, stretching: some KeyStretching, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUERegistration {
    let made = try await record(
      response: response, identities: identities, stretching: stretching, envelopeNonce: envelopeNonce)
    return OPAQUERegistration(
      record: OPAQUERecord(made), exportKey: made.exportKey.copy(), serverPublicKey: made.serverPublicKey)
  }

  package consuming func record(
    response: [UInt8], identities: OPAQUEIdentities, stretching: some KeyStretching, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEMadeRecord {
    let response = try Message<RegistrationResponse>(response)
    _ = try response.element(RegistrationResponse.serverPublicKey)
    return try await oprf.makeRecord(
      of: DiffieHellmanKeys.self, response, identities: identities, stretching: stretching,
      envelopeNonce: envelopeNonce)
  }
}

/// What a client has after a registration.
public struct OPAQUERegistration: ~Copyable, Sendable {
  /// What the server keeps, 192 bytes; see ``OPAQUERecord``.
  public let record: OPAQUERecord
  /// A key that only the password gives, the same at each login and never seen by the server (section 10.4), 64 bytes.
  public let exportKey: SecretBytes
  /// The server's public key, 32 bytes, if the application wants to remember it.
  public let serverPublicKey: [UInt8]
}
