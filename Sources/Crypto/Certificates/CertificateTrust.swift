internal import CPassBindOpenSSL

/// Authorities whose certificates are believed.
@safe package final class CertificateTrust: @unchecked Sendable {
  // Unchecked Sendable: nothing writes to the store after the initialisers, and OpenSSL locks what it caches in it.
  private let pointer: OpaquePointer

  private init(_ pointer: OpaquePointer?, _ what: String) throws(CryptoError) {
    guard let pointer = unsafe pointer else {
      throw CryptoError(.invalidParameter, "cannot load \(what): \(openSSLReason())")
    }
    unsafe self.pointer = pointer
  }

  /// The system's authorities.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter`.
  package static func system() throws(CryptoError) -> CertificateTrust {
    try unsafe CertificateTrust(passbind_trust_system(), "the system's authorities")
  }

  /// The authorities in a PEM file.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter`.
  package static func file(_ path: String) throws(CryptoError) -> CertificateTrust {
    // C would take a path with a NUL for a shorter one.
    try unsafe CertificateTrust(path.utf8.contains(0) ? nil : passbind_trust_file(path), "authorities from \(path)")
  }

  /// The authorities in a PEM text.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter`.
  package static func pem(_ text: Span<UInt8>) throws(CryptoError) -> CertificateTrust {
    let read = unsafe text.withUnsafeBufferPointer { unsafe passbind_trust_pem($0.baseAddress, $0.count) }
    return try unsafe CertificateTrust(read, "authorities from memory")
  }

  deinit { unsafe passbind_trust_free(pointer) }

  /// Verifies that a trusted authority vouches for the chain, now: for a server of this host name or IP address, or,
  /// without one, for a client.
  ///
  /// - Throws: ``CryptoError`` `notAuthentic` with the reason.
  package func verify(_ chain: CertificateChain, host: String?) throws(CryptoError) {
    guard host?.utf8.contains(0) != true else { throw CryptoError(.notAuthentic, "a host name has no NUL") }
    let result =
      if let host { unsafe passbind_trust_verify(pointer, chain.pointer, host) } else {
        unsafe passbind_trust_verify(pointer, chain.pointer, nil)
      }
    if let refusal = certificateRefusal(result, host: host) { throw CryptoError(.notAuthentic, refusal) }
  }
}

/// Why a certificate was refused, and what to do; nil if it was not.
///
/// - Parameters:
///   - result: what OpenSSL says came of its verification.
///   - host: whom the certificate had to be for.
package func certificateRefusal(_ result: Int32, host: String?) -> String? {
  let words = unsafe passbind_certificate_verdict_text(result).map { unsafe String(cString: $0) } ?? "refused"
  switch UInt32(clamping: passbind_certificate_verdict(result)) {
  case PASSBIND_VERDICT_OK.rawValue: return nil
  case PASSBIND_VERDICT_WRONG_HOST.rawValue:
    return "the certificate is not for host \(host ?? "") (\(words)); connect by a name that is in it"
  case PASSBIND_VERDICT_UNKNOWN_ISSUER.rawValue:
    return "no trusted authority issued the certificate (\(words)); give the authority's certificate as a trust root"
  case PASSBIND_VERDICT_EXPIRED.rawValue:
    return "the certificate has expired (\(words)); its owner needs a new one"
  case PASSBIND_VERDICT_NOT_YET_VALID.rawValue:
    return "the certificate is not valid yet (\(words)); compare this machine's clock with the peer's"
  default: return "the certificate was refused: \(words)"
  }
}
