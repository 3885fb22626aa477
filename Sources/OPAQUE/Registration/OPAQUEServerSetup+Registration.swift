public import PassBindCrypto
internal import PassBindRistretto

extension OPAQUEServerSetup {
  /// Answers a registration request (RFC 9807 section 5.2.2, CreateRegistrationResponse).
  ///
  /// Whether somebody may register, and under which name, is the application's to decide first (section 10.9).
  ///
  /// - Parameters:
  ///   - request: the client's RegistrationRequest, 32 bytes.
  ///   - credentialIdentifier: what the server calls the account, 1 to 65,535 bytes: never two accounts by one
  ///     identifier, and the same one at each login (section 8).
  /// - Returns: RegistrationResponse, 64 bytes.
  /// - Throws: ``OPAQUEError`` `wrongLength`, `invalidElement` or `invalidParameter`.
  public func registrationResponse(
    to request: [UInt8], credentialIdentifier: [UInt8]
  ) throws(OPAQUEError) -> [UInt8] {
    try credentialIdentifier.mustBeCredentialIdentifier()
    let blinded = try Message<RegistrationRequest>(request).element(RegistrationRequest.blindedMessage)
    return (try oprfKey(credentialIdentifier) * blinded).encoded + publicKey
  }

  /// Makes a record from a password in one step, without a client: for an administrator who sets a password, or a
  /// migration. The server sees the password then, which otherwise it never does.
  ///
  /// - Parameters:
  ///   - password: 1 to 65,535 bytes.
  ///   - credentialIdentifier: what the server calls the account, 1 to 65,535 bytes.
  ///   - identities: who the two ends will be at each login.
  ///   - stretching: the key stretching that the client will use at each login.
  /// - Returns: the same as the client would have: the record and the export key.
  /// - Throws: ``OPAQUEError`` `invalidPassword`, `invalidParameter`, and what `stretching` throws.
  public func register(
    password: borrowing SecretBytes, credentialIdentifier: [UInt8], identities: OPAQUEIdentities = .publicKeys,
    stretching: some KeyStretching
  ) async throws(OPAQUEError) -> OPAQUERegistration {
    let client = try OPAQUEClientRegistration(password: password)
    let response = try registrationResponse(to: client.request, credentialIdentifier: credentialIdentifier)
    return try await client.finish(response: response, identities: identities, stretching: stretching)
  }
}

extension [UInt8] {
  package func mustBeCredentialIdentifier() throws(OPAQUEError) {
    guard count.isLengthInTwoBytes(from: 1) else {
      throw OPAQUEError(.invalidParameter, "a credential identifier has 1 to 65,535 bytes")
    }
  }
}
