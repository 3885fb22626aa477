internal import CPassBindOpenSSL

/// scrypt (RFC 7914). It blocks for as long as it takes: call ``stretchingKeys(_:)`` around it in asynchronous code.
///
/// - Parameters:
///   - password: the password's bytes, any number.
///   - salt: any number of bytes.
///   - n: the cost, a power of two above 1.
///   - r: the block size; memory use is 128 * n * r bytes.
///   - p: the parallelisation; r * p stays below 2^30.
///   - count: how many bytes to derive, 1 to 1,024.
///   - maxMemory: the most memory it may take, in bytes; by default 1 GiB.
/// - Throws: ``CryptoError`` `invalidParameter`, also where the memory would not suffice.
package func scrypt(
  password: Span<UInt8>, salt: Span<UInt8>, n: Int, r: Int, p: Int, count: Int, maxMemory: Int = 1 << 30
) throws(CryptoError) -> SecretBytes {
  guard n > 1, n & (n - 1) == 0, let n = UInt64(exactly: n), let r = UInt32(exactly: r), r > 0,
    let p = UInt32(exactly: p), p > 0, (1...1024).contains(count), let maxMemory = UInt64(exactly: maxMemory)
  else { throw CryptoError(.invalidParameter, "scrypt parameters out of range") }
  var out = SecretBytes(count: count)
  var span = out.mutableSpan
  let ok = unsafe span.withUnsafeMutableBufferPointer { out in
    unsafe password.withUnsafeBufferPointer { password in
      unsafe salt.withUnsafeBufferPointer { salt in
        unsafe passbind_scrypt(
          password.baseAddress, password.count, salt.baseAddress, salt.count, n, r, p, maxMemory, out.baseAddress,
          out.count)
      }
    }
  }
  guard ok == 1 else {
    throw CryptoError(.invalidParameter, "OpenSSL refuses these scrypt parameters")
  }
  return out
}
