internal import CPassBindOpenSSL

/// X.509 certificates (RFC 5280), the leaf first, as a peer shows them. Nothing is verified by that: see
/// ``CertificateTrust``.
@safe package final class CertificateChain: @unchecked Sendable {
  // Unchecked Sendable: nothing writes to the chain after it is made; OpenSSL's own caches in certificates are locked.
  let pointer: OpaquePointer
  /// The certificates in DER, as they were given; at least one.
  package let certificates: [[UInt8]]

  private init(_ pointer: OpaquePointer, _ certificates: [[UInt8]]) {
    unsafe self.pointer = pointer
    self.certificates = certificates
  }

  /// A chain of certificates in DER.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter` if there is none, or one of them is no certificate.
  package convenience init(der certificates: [[UInt8]]) throws(CryptoError) {
    guard !certificates.isEmpty, let pointer = unsafe passbind_chain_new() else {
      throw CryptoError(.invalidParameter, "a chain has at least one certificate")
    }
    for der in certificates {
      let isAdded = unsafe der.withUnsafeBufferPointer { unsafe passbind_chain_add(pointer, $0.baseAddress, $0.count) }
      guard isAdded == 1 else {
        unsafe passbind_chain_free(pointer)
        throw CryptoError(.invalidParameter, "this is no certificate: \(openSSLReason())")
      }
    }
    unsafe self.init(pointer, certificates)
  }

  /// All the certificates of a PEM text.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter` if there is none, or a damaged one.
  package convenience init(pem: Span<UInt8>) throws(CryptoError) {
    let read = unsafe pem.withUnsafeBufferPointer { unsafe passbind_chain_pem($0.baseAddress, $0.count) }
    try unsafe self.init(read, "memory")
  }

  /// All the certificates of a PEM file.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter` if there is none, or a damaged one.
  package convenience init(file path: String) throws(CryptoError) {
    try unsafe self.init(path.utf8.contains(0) ? nil : passbind_chain_file(path), path)
  }

  private convenience init(_ read: OpaquePointer?, _ source: String) throws(CryptoError) {
    guard let pointer = unsafe read else {
      throw CryptoError(.invalidParameter, "no certificates can be read from \(source): \(openSSLReason())")
    }
    let count = unsafe passbind_chain_count(pointer)
    let certificates = (0..<count).map { index in
      unsafe openSSLBytes { unsafe passbind_chain_certificate(pointer, index, $0, $1) }
    }
    unsafe self.init(pointer, certificates)
  }

  deinit { unsafe passbind_chain_free(pointer) }

  /// The subject of the leaf as in RFC 2253, fit for a log.
  package var subject: String {
    unsafe openSSLText(capacity: 512) { unsafe passbind_chain_subject(pointer, $0, $1) }
  }

  /// The names of who issued the certificates, in DER.
  package var issuers: [[UInt8]] {
    certificates.indices.map { index in
      unsafe openSSLBytes { unsafe passbind_chain_issuer(pointer, index, $0, $1) }
    }
  }

  /// Whether the leaf allows its key to sign (RFC 8446 section 4.4.2.2).
  package var maySign: Bool { unsafe passbind_chain_may_sign(pointer) == 1 }

  /// Whether the leaf is for this host name.
  package func matches(host: String) -> Bool {
    guard !host.utf8.contains(0) else { return false }
    return unsafe passbind_chain_matches_host(pointer, host) == 1
  }

  /// The leaf's public key.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter` if OpenSSL does not know its kind.
  package func leafKey() throws(CryptoError) -> VerifyingKey {
    guard let key = unsafe passbind_chain_key(pointer) else {
      throw CryptoError(.invalidParameter, "the certificate's key cannot be read: \(openSSLReason())")
    }
    return unsafe VerifyingKey(taking: key)
  }
}
