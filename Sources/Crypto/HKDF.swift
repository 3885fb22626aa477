// HKDF (RFC 5869), named as its section 2 names the two steps.

extension HashFunction {
  /// HKDF-Extract (RFC 5869 2.2): a pseudorandom key of ``digestCount`` bytes from input of uneven quality.
  ///
  /// - Parameters:
  ///   - salt: any number of bytes; none counts as ``digestCount`` zeros.
  ///   - inputKeyMaterial: any number of bytes.
  /// - Throws: ``CryptoError`` `unavailable` if OpenSSL's providers lack the hash.
  package func extract(salt: Span<UInt8>, inputKeyMaterial: Span<UInt8>) throws(CryptoError) -> SecretBytes {
    try hmac(key: salt, inputKeyMaterial)  // which pads a short key with zeros, so that none needs no case of its own
  }

  /// HKDF-Expand (RFC 5869 2.3): `count` bytes for the use that `info` names.
  ///
  /// - Parameters:
  ///   - pseudorandomKey: ``digestCount`` bytes or more, as `extract` makes them.
  ///   - info: any number of bytes.
  ///   - count: 1 to 255 * ``digestCount``.
  /// - Throws: ``CryptoError`` `invalidParameter`, or `unavailable` if OpenSSL's providers lack the hash.
  package func expand(
    _ pseudorandomKey: Span<UInt8>, info: Span<UInt8>, count: Int
  ) throws(CryptoError) -> SecretBytes {
    guard (1...255 * digestCount).contains(count) else {
      throw CryptoError(.invalidParameter, "HKDF gives 1 to \(255 * digestCount) bytes with this hash, not \(count)")
    }
    // T(i) = HMAC(PRK, T(i - 1) || info || i), where T(0) is empty. The first message leaves out the first
    // `digestCount`.
    var message = SecretBytes(count: digestCount + info.count + 1)
    var bytes = message.mutableSpan
    for i in 0..<info.count { bytes[digestCount + i] = info[i] }
    let end = bytes.count - 1
    bytes[end] = 1
    var block = try hmac(key: pseudorandomKey, message.span.extracting(digestCount...))
    if count == digestCount { return block }

    var out = SecretBytes(count: count)
    var written = 0
    while true {
      let taken = min(digestCount, count - written)
      var target = out.mutableSpan
      for i in 0..<taken { target[written + i] = block.span[i] }
      written += taken
      if written == count { return out }
      var bytes = message.mutableSpan
      for i in 0..<digestCount { bytes[i] = block.span[i] }
      bytes[end] += 1  // at most 255, since count is bounded
      block = try hmac(key: pseudorandomKey, message.span)
    }
  }
}
