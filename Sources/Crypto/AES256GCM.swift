internal import CPassBindOpenSSL

/// AES-256-GCM (NIST SP 800-38D) with the nonce and the tag of RFC 5116 5.2: 12 and 16 bytes.
package enum AES256GCM {
  package static let keyCount = 32
  package static let nonceCount = 12
  package static let tagCount = 16

  /// The ciphertext of `plaintext`, then the tag.
  ///
  /// - Parameters:
  ///   - plaintext: fewer than 2^31 bytes.
  ///   - key: 32 bytes.
  ///   - nonce: 12 bytes, never twice under one key: that would give both messages away.
  ///   - associatedData: what else the tag covers; fewer than 2^31 bytes.
  /// - Throws: ``CryptoError`` `invalidParameter` for a wrong length, `unavailable` if OpenSSL's providers lack the
  ///   cipher.
  package static func seal(
    _ plaintext: Span<UInt8>, key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>
  ) throws(CryptoError) -> [UInt8] {
    try check(key, nonce, plaintext.count, associatedData.count)
    var sealed = [UInt8](repeating: 0, count: plaintext.count + tagCount)
    var span = sealed.mutableSpan
    let ok = unsafe span.withUnsafeMutableBufferPointer { sealed in
      unsafe plaintext.withUnsafeBufferPointer { plaintext in
        unsafe key.withUnsafeBufferPointer { key in
          unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe associatedData.withUnsafeBufferPointer { associated in
              unsafe passbind_aes256gcm_seal(
                key.baseAddress, nonce.baseAddress, associated.baseAddress, associated.count, plaintext.baseAddress,
                plaintext.count, sealed.baseAddress)
            }
          }
        }
      }
    }
    guard ok == 1 else { throw CryptoError(.unavailable, "OpenSSL does not offer AES-256-GCM here") }
    return sealed
  }

  /// The plaintext of what `seal` gave, or nothing of it.
  ///
  /// - Throws: ``CryptoError`` `notAuthentic`, one and the same whether the key, the nonce, the associated data or the
  ///   bytes are not those of the sealing; `invalidParameter` if the key or the nonce has a wrong length.
  package static func open(
    _ sealed: Span<UInt8>, key: Span<UInt8>, nonce: Span<UInt8>, associatedData: Span<UInt8>
  ) throws(CryptoError) -> SecretBytes {
    try check(key, nonce, sealed.count, associatedData.count)
    guard sealed.count >= tagCount else { throw notAuthentic }
    var plaintext = SecretBytes(count: sealed.count - tagCount)
    var span = plaintext.mutableSpan
    let ok = unsafe span.withUnsafeMutableBufferPointer { plaintext in
      unsafe sealed.withUnsafeBufferPointer { sealed in
        unsafe key.withUnsafeBufferPointer { key in
          unsafe nonce.withUnsafeBufferPointer { nonce in
            unsafe associatedData.withUnsafeBufferPointer { associated in
              unsafe passbind_aes256gcm_open(
                key.baseAddress, nonce.baseAddress, associated.baseAddress, associated.count, sealed.baseAddress,
                sealed.count, plaintext.baseAddress)
            }
          }
        }
      }
    }
    guard ok == 1 else { throw notAuthentic }
    return plaintext
  }

  private static var notAuthentic: CryptoError {
    CryptoError(.notAuthentic, "the key is another one, or the bytes were changed")
  }

  private static func check(
    _ key: Span<UInt8>, _ nonce: Span<UInt8>, _ count: Int, _ associatedCount: Int
  ) throws(CryptoError) {
    let most = Int(Int32.max) - tagCount
    guard key.count == keyCount, nonce.count == nonceCount, count <= most, associatedCount <= most else {
      throw CryptoError(.invalidParameter, "AES-256-GCM takes a key of 32 bytes, a nonce of 12, and less than 2 GiB")
    }
  }
}
