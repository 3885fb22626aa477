internal import PassBindCrypto
internal import PassBindRistretto

/// Bytes on their way into a hash. All are treated as secret: the memory is wiped when it is given back, also when the
/// transcript has outgrown it.
struct Transcript: ~Copyable {
  private var bytes = SecretBytes(count: 512)
  private var count = 0

  mutating func append(_ part: Span<UInt8>) {
    makeRoom(for: part.count)
    let start = count
    var span = bytes.mutableSpan
    for i in part.indices { span[start + i] = part[i] }
    count += part.count
  }

  /// A label of the RFC's.
  mutating func append(_ text: String) { append(Array(text.utf8).span) }

  /// I2OSP: a number in big-endian order (RFC 8017 section 4.1).
  mutating func append(_ number: Int, byteCount: Int) {
    for i in (0..<byteCount).reversed() { append([UInt8(truncatingIfNeeded: number >> (8 * i))].span) }
  }

  mutating func appendZeros(_ zeroCount: Int) {
    makeRoom(for: zeroCount)
    count += zeroCount
  }

  /// I2OSP(len(part), 2) || part. The caller has seen to it that two bytes are enough.
  mutating func appendPrefixed(_ part: Span<UInt8>) {
    append(part.count, byteCount: 2)
    append(part)
  }

  mutating func appendPrefixed(_ element: GroupElement) { appendPrefixed(element.encoding.span) }

  /// SHA-512 of all that.
  borrowing func digest() throws(OPRFError) -> SecretBytes {
    do {
      var digest = try HashFunction.sha512.digest(of: bytes.span.extracting(0..<count))
      return SecretBytes(taking: &digest)
    } catch {
      throw OPRFError(.unavailable, error.reason)
    }
  }

  /// HashToScalar of all that (RFC 9497 section 4.1).
  borrowing func hashedToScalar(tag: Span<UInt8>) throws(OPRFError) -> RistrettoScalar {
    try hashToScalar(bytes.span.extracting(0..<count), tag: tag)
  }

  private mutating func makeRoom(for more: Int) {
    guard bytes.count - count < more else { return }
    var larger = SecretBytes(count: 2 * (count + more))
    var span = larger.mutableSpan
    for i in 0..<count { span[i] = bytes.span[i] }
    bytes = larger
  }
}
