internal import CPassBindOpenSSL
internal import PassBindCrypto
public import PassBindSASL

/// What a client's connections have in common: whom to trust, which versions. Immutable.
///
/// TLS 1.2 and 1.3 with forward secrecy and AEAD; no renegotiation, early data or compression. The server's certificate
/// is verified, its host name or IP address too, unless the configuration says ``TLSTrust/dangerouslyUnverified``.
public final class TLSClientContext: Sendable {
  /// The settings of a context.
  public struct Configuration: Sendable {
    /// Whose certificates to believe.
    public var trust: TLSTrust
    /// The versions on offer.
    public var versions: ClosedRange<TLSVersion> = .tls12 ... .tls13
    package var tests = TLSTestSettings()

    /// The defaults, with this trust.
    public init(trust: TLSTrust = .system) { self.trust = trust }
  }

  let owner: ContextOwner
  let isVerified: Bool
  // What makes this context's sessions its own: a resumed connection verifies no certificate, so a session is only as
  // trustworthy as the context that it was made in.
  private let identifier = randomBytes(count: 32)

  /// Reads the trust roots and makes a context.
  ///
  /// - Throws: ``TLSError`` `invalidConfiguration`.
  public init(_ configuration: Configuration = Configuration()) throws(TLSError) {
    owner = try ContextOwner(
      isServer: false, passbind_tls_settings(versions: configuration.versions, tests: configuration.tests))
    if let names = configuration.tests.signatures {
      guard unsafe passbind_tls_context_limit_signatures(owner.pointer, names) == 1 else {
        throw TLSError(.invalidConfiguration, "cannot ask for the signatures \(names)")
      }
    }
    isVerified = configuration.trust.isVerified
    try unsafe configuration.trust.apply(to: owner.pointer)
  }

  /// The 32 bytes that a session with this host, made in this context, is marked with.
  func sessionPurpose(host: String) throws(TLSError) -> [UInt8] {
    do {
      return try HashFunction.sha256.digest(of: (identifier + Array(host.utf8)).span)
    } catch {
      throw TLSError(.invalidConfiguration, error.reason)
    }
  }
}
