public import PassBindCrypto

/// A certificate chain, leaf first, and the private key of the leaf: what an end can authenticate as. The key stays in
/// OpenSSL's memory.
public struct AuthenticatorIdentity: Sendable {
  let chain: CertificateChain
  let key: SigningKey
  /// What goes with the leaf where the request asks for its kind: an OCSP response, certificate timestamps.
  public var leafExtensions: [AuthenticatorExtension] = []

  /// The subject of the leaf as in RFC 2253, fit for a log.
  public var subject: String { chain.subject }

  /// An identity in two PEM files, which may be the same file. The key is not encrypted.
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `invalidConfiguration`.
  public static func files(chain: String, key: String) throws(ExportedAuthenticatorError) -> AuthenticatorIdentity {
    try AuthenticatorIdentity { () throws(CryptoError) in
      (try CertificateChain(file: chain), try SigningKey(file: key))
    }
  }

  /// An identity in memory, both in PEM. The key is not encrypted.
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `invalidConfiguration`.
  public static func pem(
    chain: [UInt8], key: borrowing SecretBytes
  ) throws(ExportedAuthenticatorError) -> AuthenticatorIdentity {
    try AuthenticatorIdentity { () throws(CryptoError) in
      (try CertificateChain(pem: chain.span), try SigningKey(pem: key.span))
    }
  }

  private init(
    _ read: () throws(CryptoError) -> (CertificateChain, SigningKey)
  ) throws(ExportedAuthenticatorError) {
    let isPair: Bool
    do {
      (chain, key) = try read()
      isPair = key.isPair(of: try chain.leafKey())
    } catch {
      throw ExportedAuthenticatorError(.invalidConfiguration, error.reason)
    }
    guard isPair else {
      throw ExportedAuthenticatorError(.invalidConfiguration, "the key is not that of \(chain.subject)")
    }
    guard chain.maySign, SignatureScheme.allCases.contains(where: key.fits) else {
      throw ExportedAuthenticatorError(
        .invalidConfiguration, "the key of \(chain.subject) makes no signature that TLS 1.3 knows")
    }
    guard chain.certificates.count <= ExportedAuthenticators.certificateLimit else {
      throw ExportedAuthenticatorError(
        .invalidConfiguration, "more than \(ExportedAuthenticators.certificateLimit) certificates")
    }
  }

  /// Whether the request would have this identity (RFC 9261 section 5.2.1): it can sign as asked, it is for the name
  /// asked for, and an authority asked for stands behind it.
  func suits(_ terms: RequestTerms) -> Bool {
    guard terms.signatureSchemes.contains(where: key.fits) else { return false }
    if let name = terms.serverName, !chain.matches(host: name) { return false }
    return terms.certificateAuthorities.isEmpty || chain.issuers.contains(where: terms.certificateAuthorities.contains)
  }

  /// The chain as Certificate holds it.
  func entries(for terms: RequestTerms) -> [CertificateEntry] {
    chain.certificates.enumerated().map { index, certificate in
      CertificateEntry(
        data: certificate, extensions: index == 0 ? leafExtensions.filter { terms.kinds.contains($0.kind) } : [])
    }
  }
}
