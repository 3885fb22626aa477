public import PassBindCrypto

/// What answers a request: an authenticator, or an empty one.
public struct AuthenticatorAnswer: Sendable {
  /// The authenticator, to send.
  public let bytes: [UInt8]
  /// As whom this end authenticates; nil if it declines.
  public let identity: AuthenticatorIdentity?
}

extension ExportedAuthenticators {
  /// Answers a request as the first identity that suits it; if none does, with an empty authenticator (RFC 9261 section
  /// 7.3). An identity suits if its key makes a signature that is asked for, its certificate is for the name that is
  /// asked for, and one of the authorities asked for issued a certificate of its chain. oid_filters and
  /// signature_algorithms_cert are left to the caller, who sees them in the request.
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `invalidConfiguration` if the extensions of an identity fit in no
  ///   message, `unavailable` if OpenSSL does not sign.
  public func authenticate(
    _ request: consuming ReceivedAuthenticatorRequest, as identities: [AuthenticatorIdentity]
  ) throws(ExportedAuthenticatorError) -> AuthenticatorAnswer {
    guard let identity = identities.first(where: { $0.suits(request.terms) }) else {
      return AuthenticatorAnswer(bytes: try refuse(request), identity: nil)
    }
    let entries = identity.entries(for: request.terms)
    return AuthenticatorAnswer(bytes: try authenticate(request, entries, signing: identity.key), identity: identity)
  }

  /// Declines a request: an empty authenticator (RFC 9261 section 6).
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `unavailable` if OpenSSL lacks the hash.
  public func refuse(_ request: consuming ReceivedAuthenticatorRequest) throws(ExportedAuthenticatorError) -> [UInt8] {
    try require(request.connection)
    let certificate = try CertificateMessage(context: request.context, entries: []).bytes()
    return try own.finished(request: request.bytes, certificate: certificate).message()
  }

  /// Authenticates without having been asked, which only servers may (RFC 9261 section 3).
  ///
  /// - Parameters:
  ///   - clientSchemes: what the client's ClientHello has in signature_algorithms; one of PassBindTLS, or of OpenSSL as
  ///     it comes, has them all.
  ///   - context: 0 to 255 bytes, never used on the connection before and not foreseen by the client.
  /// - Throws: ``ExportedAuthenticatorError`` `contextReused`, `limitExceeded`; `invalidConfiguration` on a client, and
  ///   for an identity whose key makes no such signature; `unavailable` if OpenSSL does not sign.
  public mutating func authenticateSpontaneously(
    as identity: AuthenticatorIdentity, clientSchemes: [SignatureScheme] = SignatureScheme.allCases,
    context: [UInt8] = randomBytes(count: 32)
  ) throws(ExportedAuthenticatorError) -> [UInt8] {
    guard isServer else {
      throw ExportedAuthenticatorError(.invalidConfiguration, "a client authenticates only when it is asked to")
    }
    let terms = RequestTerms(spontaneous: clientSchemes)
    try use(context: context)
    return try authenticator(
      context: context, request: [], terms: terms, entries: identity.entries(for: terms), key: identity.key)
  }

  /// Answers a request with these entries, whatever they hold, and a signature by this key.
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `invalidConfiguration` if the request forbids it, `unavailable` if
  ///   OpenSSL does not sign.
  package func authenticate(
    _ request: consuming ReceivedAuthenticatorRequest, _ entries: [CertificateEntry], signing key: SigningKey
  ) throws(ExportedAuthenticatorError) -> [UInt8] {
    try require(request.connection)
    return try authenticator(
      context: request.context, request: request.bytes, terms: request.terms, entries: entries, key: key)
  }

  private func authenticator(
    context: [UInt8], request: [UInt8], terms: RequestTerms, entries: [CertificateEntry], key: SigningKey
  ) throws(ExportedAuthenticatorError) -> [UInt8] {
    guard let scheme = terms.signatureSchemes.first(where: key.fits) else {
      throw ExportedAuthenticatorError(.invalidConfiguration, "the key makes no signature that the peer understands")
    }
    let message = CertificateMessage(context: context, entries: entries)
    do {
      try terms.check(message)
    } catch {
      throw ExportedAuthenticatorError(.invalidConfiguration, error.reason)
    }
    let certificate = try message.bytes()
    let content = try own.signedContent(request: request, certificate: certificate)
    let signature: [UInt8]
    do {
      signature = try key.signature(of: content.span, scheme: scheme)
    } catch {
      throw ExportedAuthenticatorError(.unavailable, error.reason)
    }
    let verify = try CertificateVerifyMessage(algorithm: scheme.rawValue, signature: signature).bytes()
    let finished = try own.finished(request: request, certificate: certificate, certificateVerify: verify)
    let bytes = try certificate + verify + finished.message()
    guard bytes.count <= Self.authenticatorLimit else {
      throw ExportedAuthenticatorError(.invalidConfiguration, "an authenticator of \(bytes.count) bytes is too long")
    }
    return bytes
  }
}

extension SecretBytes {
  /// A Finished message with these bytes, which are no secret once they are sent.
  fileprivate consuming func message() throws(ExportedAuthenticatorError) -> [UInt8] {
    try FinishedMessage(verifyData: span.indices.map { span[$0] }).bytes()
  }
}
