internal import CPassBindOpenSSL
internal import PassBindCrypto
public import PassBindSASL

/// What a finished handshake established. Made once, immutable.
public struct TLSHandshake: Sendable {
  /// TLS 1.2 or 1.3.
  public let version: TLSVersion
  /// The cipher suite's IANA name, such as `TLS_AES_256_GCM_SHA384`.
  public let cipherSuite: String
  /// Whether an earlier session was resumed.
  public let isResumed: Bool
  /// The peer's certificate in DER, also on a resumed connection; nil on the server, which asks clients for none.
  public let peerCertificate: [UInt8]?
  /// The subject of the peer's certificate as in RFC 2253, fit for a log.
  public let peerSubject: String?
  /// What the connection can be bound by, and why it cannot be by the rest.
  public let bindings: ChannelBindings

  init(finished tls: OpaquePointer, isServer: Bool) throws(TLSError) {
    guard let version = unsafe TLSVersion(rawValue: UInt16(clamping: passbind_tls_version(tls))),
      let suite = unsafe passbind_tls_cipher_suite(tls)
    else { throw TLSError(.handshakeFailed, "the negotiated TLS version is not known here") }
    self.version = version
    cipherSuite = unsafe String(cString: suite)
    isResumed = unsafe passbind_tls_is_resumed(tls) == 1
    let certificate = unsafe openSSLBytes { unsafe passbind_tls_peer_certificate(tls, $0, $1) }
    let subject = unsafe openSSLText(capacity: 512) { unsafe passbind_tls_peer_subject(tls, $0, $1) }
    peerCertificate = certificate.isEmpty ? nil : certificate
    peerSubject = certificate.isEmpty ? nil : subject
    bindings = unsafe ChannelBindings(finished: tls, isServer: isServer, version: version, isResumed: isResumed)
  }
}
