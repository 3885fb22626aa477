internal import CPassBindOpenSSL

/// A public key that checks signatures.
@safe package final class VerifyingKey: @unchecked Sendable {
  // Unchecked Sendable: nothing writes to the key after it is made, and OpenSSL verifies by it on any thread.
  let pointer: OpaquePointer

  /// Takes the key over.
  init(taking pointer: OpaquePointer) { unsafe self.pointer = pointer }

  /// The key in a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), DER.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter`.
  package convenience init(subjectPublicKeyInfo der: Span<UInt8>) throws(CryptoError) {
    let key = unsafe der.withUnsafeBufferPointer { unsafe passbind_public_key($0.baseAddress, $0.count) }
    guard let key = unsafe key else {
      throw CryptoError(.invalidParameter, "no public key can be read: \(openSSLReason())")
    }
    unsafe self.init(taking: key)
  }

  deinit { unsafe passbind_key_free(pointer) }

  /// The key as a SubjectPublicKeyInfo in DER.
  package var subjectPublicKeyInfo: [UInt8] {
    unsafe openSSLBytes { unsafe passbind_key_spki(pointer, $0, $1) }
  }

  /// Whether the key checks signatures of this scheme.
  package func fits(_ scheme: SignatureScheme) -> Bool { unsafe passbind_key_fits(pointer, scheme.rawValue) == 1 }

  /// Whether this is the signature of the message; never for a scheme that the key does not fit.
  package func isValid(_ signature: Span<UInt8>, of message: Span<UInt8>, scheme: SignatureScheme) -> Bool {
    unsafe message.withUnsafeBufferPointer { message in
      unsafe signature.withUnsafeBufferPointer { signature in
        unsafe passbind_verify(
          pointer, scheme.rawValue, message.baseAddress, message.count, signature.baseAddress, signature.count) == 1
      }
    }
  }
}
