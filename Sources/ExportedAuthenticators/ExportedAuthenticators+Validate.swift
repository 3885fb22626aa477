public import PassBindCrypto

/// Whom a valid authenticator proved the peer to be.
public struct AuthenticatedPeer: Sendable {
  /// The certificates in DER, leaf first.
  public let certificates: [[UInt8]]
  /// The subject of the leaf as in RFC 2253, fit for a log.
  public let subject: String
  /// What the peer sent with the leaf, of the kinds that were asked for.
  public let leafExtensions: [AuthenticatorExtension]
  /// How the peer signed.
  public let signatureScheme: SignatureScheme
  /// The context of the authenticator.
  public let context: [UInt8]
}

/// An authenticator whose Finished is right: it was made on this connection, by the other end, for this request. Whose
/// it is, the signature has yet to show.
package struct FinishedAuthenticator: ~Copyable, Sendable {
  package let context: [UInt8]
  /// At least one.
  package let entries: [CertificateEntry]
  package let signatureScheme: SignatureScheme
  private let signature: [UInt8]
  private let signedContent: [UInt8]

  fileprivate init(
    context: [UInt8], entries: [CertificateEntry], signatureScheme: SignatureScheme, signature: [UInt8],
    signedContent: [UInt8]
  ) {
    self.context = context
    self.entries = entries
    self.signatureScheme = signatureScheme
    self.signature = signature
    self.signedContent = signedContent
  }

  /// Verifies the signature by a key that the caller knows to be the peer's.
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `invalidSignature`.
  package consuming func verify(by key: VerifyingKey) throws(ExportedAuthenticatorError) {
    guard key.isValid(signature.span, of: signedContent.span, scheme: signatureScheme) else {
      throw ExportedAuthenticatorError(.invalidSignature, "the signature is not by the key of the certificate")
    }
  }
}

extension ExportedAuthenticators {
  /// Validates the answer to a request of this end (RFC 9261 section 7.4): its form, its context, its Finished, its
  /// signature, its certificates, in this order. The request is gone afterwards, whatever came of it.
  ///
  /// - Parameter bytes: at most ``authenticatorLimit`` bytes.
  /// - Throws: ``ExportedAuthenticatorError`` `refused` if the peer declines by an empty authenticator; `malformed`,
  ///   `limitExceeded`, `illegalParameter`, `wrongContext`, `notAuthentic`, `invalidSignature`, `untrustedPeer`;
  ///   `invalidConfiguration` if the check is for the other role, or the request of another connection.
  public func validate(
    _ bytes: [UInt8], for request: consuming AuthenticatorRequest, checking check: CertificateCheck
  ) throws(ExportedAuthenticatorError) -> AuthenticatedPeer {
    try require(check)
    return try open(bytes, for: request).peer(check)
  }

  /// Validates what a server sent without having been asked. Its context must not have been used on the connection.
  ///
  /// - Parameters:
  ///   - bytes: at most ``authenticatorLimit`` bytes.
  ///   - clientSchemes: what this end's ClientHello had in signature_algorithms, as far as the caller allows it.
  /// - Throws: ``ExportedAuthenticatorError`` `malformed`, `limitExceeded`, `illegalParameter`, `contextReused`,
  ///   `notAuthentic`, `invalidSignature`, `untrustedPeer`; `invalidConfiguration` on a server, since a client has to
  ///   be asked.
  public mutating func validateSpontaneous(
    _ bytes: [UInt8], clientSchemes: [SignatureScheme] = SignatureScheme.allCases,
    checking check: CertificateCheck
  ) throws(ExportedAuthenticatorError) -> AuthenticatedPeer {
    guard !isServer else {
      throw ExportedAuthenticatorError(.invalidConfiguration, "a client authenticates only when it is asked to")
    }
    try require(check)
    let terms = RequestTerms(spontaneous: clientSchemes)
    let finished = try open(AuthenticatorMessage(parsing: bytes), request: [], context: nil, terms: terms)
    // Only now: what is not authentic uses up nothing.
    try use(context: finished.context)
    return try finished.peer(check)
  }

  /// Opens the answer to a request as far as this connection's keys say. What the entries hold, and which key has to
  /// have signed, is the caller's to find out, at whatever cost: the bytes are the other end's.
  ///
  /// - Throws: as ``validate(_:for:checking:)``, but for what the signature and the certificates decide.
  package func open(
    _ bytes: [UInt8], for request: consuming AuthenticatorRequest
  ) throws(ExportedAuthenticatorError) -> FinishedAuthenticator {
    try require(request.connection)
    return try open(
      AuthenticatorMessage(parsing: bytes), request: request.bytes, context: request.context, terms: request.terms)
  }

  /// - Parameter context: that of the request; nil if there was none, and no empty authenticator can come.
  private func open(
    _ message: AuthenticatorMessage, request: [UInt8], context: [UInt8]?, terms: RequestTerms
  ) throws(ExportedAuthenticatorError) -> FinishedAuthenticator {
    switch message {
    case .empty(let finished):
      guard let context else {
        throw ExportedAuthenticatorError(.illegalParameter, "an empty authenticator answers nothing")
      }
      let certificate = try CertificateMessage(context: context, entries: []).bytes()
      try compare(finished, peer.finished(request: request, certificate: certificate))
      throw ExportedAuthenticatorError(.refused, "the peer declines to authenticate")
    case .full(let certificate, let verify, let finished):
      guard context == nil || certificate.message.context == context else {
        throw ExportedAuthenticatorError(.wrongContext, "the authenticator answers another request")
      }
      try terms.check(certificate.message)
      let scheme = try terms.scheme(of: verify.message)
      try compare(
        finished,
        peer.finished(request: request, certificate: certificate.bytes, certificateVerify: verify.bytes))
      return FinishedAuthenticator(
        context: certificate.message.context, entries: certificate.message.entries, signatureScheme: scheme,
        signature: verify.message.signature,
        signedContent: try peer.signedContent(request: request, certificate: certificate.bytes))
    }
  }

  private func compare(
    _ finished: FinishedMessage, _ expected: consuming SecretBytes
  ) throws(ExportedAuthenticatorError) {
    guard constantTimeEqual(finished.verifyData.span, expected.span) else {
      throw ExportedAuthenticatorError(
        .notAuthentic, "Finished is wrong: another connection, role or request, or bytes that were changed")
    }
  }

  private func require(_ check: CertificateCheck) throws(ExportedAuthenticatorError) {
    guard (check.host == nil) == isServer else {
      throw ExportedAuthenticatorError(
        .invalidConfiguration, isServer ? "the peer is a client" : "the peer is a server: say its host name")
    }
  }
}

extension FinishedAuthenticator {
  /// The peer, if it has the key of its certificate, and the certificate is what it has to be.
  fileprivate consuming func peer(_ check: CertificateCheck) throws(ExportedAuthenticatorError) -> AuthenticatedPeer {
    let chain: CertificateChain
    let key: VerifyingKey
    do throws(CryptoError) {
      chain = try CertificateChain(der: entries.map(\.data))
      key = try chain.leafKey()
    } catch {
      throw ExportedAuthenticatorError(.malformed, error.reason)
    }
    let peer = AuthenticatedPeer(
      certificates: chain.certificates, subject: chain.subject, leafExtensions: entries.first?.extensions ?? [],
      signatureScheme: signatureScheme, context: context)
    try verify(by: key)
    guard chain.maySign else {
      throw ExportedAuthenticatorError(.untrustedPeer, "the certificate does not allow its key to sign")
    }
    try check.trust.check(chain, host: check.host)
    return peer
  }
}
