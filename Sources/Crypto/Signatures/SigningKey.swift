internal import CPassBindOpenSSL

/// A private key in OpenSSL's memory. It signs, and nothing reads it.
@safe package final class SigningKey: @unchecked Sendable {
  // Unchecked Sendable: nothing writes to the key after the initialisers, and OpenSSL signs by it on any thread.
  private let pointer: OpaquePointer

  private init(_ read: OpaquePointer?, _ source: String) throws(CryptoError) {
    guard let read = unsafe read else {
      throw CryptoError(.invalidParameter, "no private key can be read from \(source): \(openSSLReason())")
    }
    unsafe pointer = read
  }

  /// The private key in a PEM text, not encrypted.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter`.
  package convenience init(pem: Span<UInt8>) throws(CryptoError) {
    let read = unsafe pem.withUnsafeBufferPointer { unsafe passbind_private_key_pem($0.baseAddress, $0.count) }
    try unsafe self.init(read, "memory")
  }

  /// The private key in a PEM file, not encrypted.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter`.
  package convenience init(file path: String) throws(CryptoError) {
    // C would take a path with a NUL for a shorter one.
    try unsafe self.init(path.utf8.contains(0) ? nil : passbind_private_key_file(path), path)
  }

  /// The Ed25519 key of a seed of 32 bytes (RFC 8032 section 5.1.5).
  ///
  /// - Throws: ``CryptoError`` `invalidParameter` for another count, `unavailable` if OpenSSL's providers lack Ed25519.
  package init(ed25519Seed seed: Span<UInt8>) throws(CryptoError) {
    guard seed.count == 32 else {
      throw CryptoError(.invalidParameter, "an Ed25519 seed has 32 bytes, not \(seed.count)")
    }
    let key = unsafe seed.withUnsafeBufferPointer { unsafe passbind_private_key_ed25519($0.baseAddress) }
    guard let key = unsafe key else { throw CryptoError(.unavailable, "OpenSSL does not offer Ed25519 here") }
    unsafe pointer = key
  }

  deinit { unsafe passbind_key_free(pointer) }

  /// The public half, as a SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7).
  package var subjectPublicKeyInfo: [UInt8] {
    unsafe openSSLBytes { unsafe passbind_key_spki(pointer, $0, $1) }
  }

  /// Whether the key makes signatures of this scheme.
  package func fits(_ scheme: SignatureScheme) -> Bool { unsafe passbind_key_fits(pointer, scheme.rawValue) == 1 }

  /// Whether `key` checks what this key signs.
  package func isPair(of key: VerifyingKey) -> Bool { unsafe passbind_key_equal(pointer, key.pointer) == 1 }

  /// The signature of a message.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter` if the key does not fit the scheme, `unavailable` if OpenSSL refuses.
  package func signature(of message: Span<UInt8>, scheme: SignatureScheme) throws(CryptoError) -> [UInt8] {
    guard fits(scheme) else { throw CryptoError(.invalidParameter, "the key makes no signatures of \(scheme)") }
    var count = 0
    var isSigned: Int32 = 0
    let signature = unsafe [UInt8](unsafeUninitializedCapacity: Int(PASSBIND_SIGNATURE_CAPACITY)) { out, written in
      isSigned = unsafe message.withUnsafeBufferPointer {
        unsafe passbind_sign(pointer, scheme.rawValue, $0.baseAddress, $0.count, out.baseAddress, &count)
      }
      written = isSigned == 1 ? count : 0
    }
    guard isSigned == 1 else { throw CryptoError(.unavailable, "OpenSSL does not sign: \(openSSLReason())") }
    return signature
  }
}
