internal import PassBindCrypto
public import PassBindTLS

/// Authorities whose certificates are believed in authenticators; read once, used on any number of connections.
public struct AuthenticatorTrust: Sendable {
  /// Nil: certificates are not verified.
  private let authorities: CertificateTrust?

  /// Reads the authorities. With ``TLSTrust/dangerouslyUnverified``, an authenticator proves that the peer has the
  /// certificate's key, and nothing about the certificate: look at ``AuthenticatedPeer/certificates`` yourself.
  ///
  /// - Throws: ``ExportedAuthenticatorError`` `invalidConfiguration`.
  public init(_ trust: TLSTrust) throws(ExportedAuthenticatorError) {
    do {
      authorities =
        switch trust {
        case .system: try .system()
        case .file(let path): try .file(path)
        case .pem(let text): try .pem(text.span)
        case .dangerouslyUnverified: nil
        }
    } catch {
      throw ExportedAuthenticatorError(.invalidConfiguration, error.reason)
    }
  }

  func check(_ chain: CertificateChain, host: String?) throws(ExportedAuthenticatorError) {
    guard let authorities else { return }
    do {
      try authorities.verify(chain, host: host)
    } catch {
      throw ExportedAuthenticatorError(.untrustedPeer, error.reason)
    }
  }
}

/// What a peer's certificate has to be.
public struct CertificateCheck: Sendable {
  let trust: AuthenticatorTrust
  /// Nil for a client's certificate.
  let host: String?

  /// A server's certificate for this host name (in ASCII) or IP address.
  public static func server(_ host: String, by trust: AuthenticatorTrust) -> CertificateCheck {
    CertificateCheck(trust: trust, host: host)
  }

  /// A client's certificate. Who the client is, the certificate says: see ``AuthenticatedPeer``.
  public static func client(by trust: AuthenticatorTrust) -> CertificateCheck {
    CertificateCheck(trust: trust, host: nil)
  }
}
