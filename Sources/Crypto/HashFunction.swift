internal import CPassBindOpenSSL

/// The hash functions that the mechanisms name, each from OpenSSL and fetched once a process.
public enum HashFunction: Int32, CaseIterable, Sendable {
  /// SHA-1 (FIPS 180-4), 20 bytes. Here for SCRAM-SHA-1 alone; HMAC-SHA-1 is not broken, but its time is over.
  case sha1 = 0
  /// SHA-256 (FIPS 180-4), 32 bytes.
  case sha256 = 1
  /// SHA-384 (FIPS 180-4), 48 bytes.
  case sha384 = 2
  /// SHA-512 (FIPS 180-4), 64 bytes.
  case sha512 = 3
  /// SHA3-512 (FIPS 202), 64 bytes.
  case sha3_512 = 4

  /// The length of a digest, in bytes.
  public var digestCount: Int {
    switch self {
    case .sha1: 20
    case .sha256: 32
    case .sha384: 48
    case .sha512, .sha3_512: 64
    }
  }

  /// The digest of `data`: ``digestCount`` bytes.
  ///
  /// - Throws: ``CryptoError`` `unavailable` if OpenSSL's providers lack the hash.
  public func digest(of data: Span<UInt8>) throws(CryptoError) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: digestCount)
    var span = out.mutableSpan
    let ok = unsafe span.withUnsafeMutableBufferPointer { out in
      unsafe data.withUnsafeBufferPointer { data in
        unsafe passbind_digest(rawValue, data.baseAddress, data.count, out.baseAddress, out.count)
      }
    }
    guard ok == 1 else { throw missing }
    return out
  }

  /// HMAC (RFC 2104) of `message` under `key`: ``digestCount`` bytes, secret until the caller says otherwise.
  ///
  /// - Throws: ``CryptoError`` `unavailable` if OpenSSL's providers lack the hash.
  public func hmac(key: Span<UInt8>, _ message: Span<UInt8>) throws(CryptoError) -> SecretBytes {
    var out = SecretBytes(count: digestCount)
    var span = out.mutableSpan
    let ok = unsafe span.withUnsafeMutableBufferPointer { out in
      unsafe key.withUnsafeBufferPointer { key in
        unsafe message.withUnsafeBufferPointer { message in
          unsafe passbind_hmac(
            rawValue, key.baseAddress, key.count, message.baseAddress, message.count, out.baseAddress, out.count)
        }
      }
    }
    guard ok == 1 else { throw missing }
    return out
  }

  var missing: CryptoError { CryptoError(.unavailable, "OpenSSL does not offer \(self) here") }
}
