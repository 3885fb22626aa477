internal import PassBindCrypto

/// expand_message_xmd of RFC 9380 section 5.3.1 with SHA-512: `count` bytes that look random, from a message and a
/// domain separation tag. A tag longer than 255 bytes is hashed first (section 5.3.3).
///
/// - Throws: `invalidInput` if more than 255 digests, 16,320 bytes, are asked for; `unavailable`.
func expandMessage(_ message: Span<UInt8>, tag: Span<UInt8>, count: Int) throws(OPRFError) -> SecretBytes {
  let digestCount = 64
  let blockCount = 128
  guard 0...255 * digestCount ~= count else {
    throw OPRFError(.invalidInput, "\(count) bytes cannot be expanded to")
  }
  guard tag.count <= 255 else {
    var long = Transcript()
    long.append("H2C-OVERSIZE-DST-")
    long.append(tag)
    let short = try long.digest()
    return try expandMessage(message, tag: short.span, count: count)
  }

  func appendTag(to transcript: inout Transcript) {
    transcript.append(tag)
    transcript.append(tag.count, byteCount: 1)
  }
  var first = Transcript()
  first.appendZeros(blockCount)
  first.append(message)
  first.append(count, byteCount: 2)
  first.append(0, byteCount: 1)
  appendTag(to: &first)
  let b0 = try first.digest()

  var expanded = SecretBytes(count: count)
  var previous = SecretBytes(count: digestCount)
  for start in stride(from: 0, to: count, by: digestCount) {
    // b_1 is the hash of b_0 itself, which is b_0 xor zeros.
    var mixed = previous.mutableSpan
    for i in b0.span.indices { mixed[i] ^= b0.span[i] }
    var next = Transcript()
    next.append(previous.span)
    next.append(start / digestCount + 1, byteCount: 1)
    appendTag(to: &next)
    previous = try next.digest()
    var out = expanded.mutableSpan
    for i in 0..<min(digestCount, count - start) { out[start + i] = previous.span[i] }
  }
  return expanded
}
