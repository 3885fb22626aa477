internal import CPassBindOpenSSL

/// PBKDF2 (RFC 8018 5.2) of one block, which is `Hi(str, salt, i)` of RFC 5802 2.2.
///
/// It blocks for as long as it takes (about 0.35 us an iteration with SHA-512): call ``stretchingKeys(_:)`` around it
/// in asynchronous code. Every few thousand iterations it looks whether the current task was cancelled.
///
/// - Parameters:
///   - password: the password's bytes, any number.
///   - salt: any number of bytes.
///   - iterations: 1 to 4,294,967,295; the caller bounds it before calling.
///   - hash: the hash under HMAC.
/// - Returns: as many bytes as the hash has.
/// - Throws: ``CryptoError`` `invalidParameter`, `unavailable` or `cancelled`.
public func pbkdf2(
  password: Span<UInt8>, salt: Span<UInt8>, iterations: Int, hash: HashFunction
) throws(CryptoError) -> SecretBytes {
  try pbkdf2(password: password, salt: salt, iterations: iterations, hash: hash, path: .default)
}

/// How the iterations are computed; the tests and benchmarks compare the three.
package enum PBKDF2Path: Int32 {
  /// The fastest that this build allows.
  case `default` = 0
  /// EVP contexts alone, which obey a FIPS provider.
  case evp = 1
  /// OpenSSL's own PKCS5_PBKDF2_HMAC: the yardstick.
  case reference = 2
}

package func pbkdf2(
  password: Span<UInt8>, salt: Span<UInt8>, iterations: Int, hash: HashFunction, path: PBKDF2Path
) throws(CryptoError) -> SecretBytes {
  guard let count = UInt32(exactly: iterations), count > 0 else {
    throw CryptoError(.invalidParameter, "an iteration count must be 1 or more, and fit in 32 bits")
  }
  if path == .reference { return try reference(password, salt, count, hash) }

  let started = unsafe password.withUnsafeBufferPointer { password in
    unsafe salt.withUnsafeBufferPointer { salt in
      unsafe passbind_pbkdf2_new(
        hash.rawValue, path.rawValue, password.baseAddress, password.count, salt.baseAddress, salt.count)
    }
  }
  guard let state = unsafe started else { throw hash.missing }
  defer { unsafe passbind_pbkdf2_free(state) }

  var left = count - 1  // the first iteration is done
  while left > 0 {
    if Task.isCancelled { throw CryptoError(.cancelled, "the task was cancelled during key stretching") }
    let step = min(left, 4096)  // 1.5 ms with SHA-512
    guard unsafe passbind_pbkdf2_advance(state, step) == 1 else { throw hash.missing }
    left -= step
  }
  var out = SecretBytes(count: hash.digestCount)
  var span = out.mutableSpan
  let ok = unsafe span.withUnsafeMutableBufferPointer { unsafe passbind_pbkdf2_output(state, $0.baseAddress, $0.count) }
  guard ok == 1 else { throw hash.missing }
  return out
}

private func reference(
  _ password: Span<UInt8>, _ salt: Span<UInt8>, _ iterations: UInt32, _ hash: HashFunction
) throws(CryptoError) -> SecretBytes {
  var out = SecretBytes(count: hash.digestCount)
  var span = out.mutableSpan
  let ok = unsafe span.withUnsafeMutableBufferPointer { out in
    unsafe password.withUnsafeBufferPointer { password in
      unsafe salt.withUnsafeBufferPointer { salt in
        unsafe passbind_pbkdf2_reference(
          hash.rawValue, password.baseAddress, password.count, salt.baseAddress, salt.count, iterations,
          out.baseAddress, out.count)
      }
    }
  }
  guard ok == 1 else { throw hash.missing }
  return out
}
