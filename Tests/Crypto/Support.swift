import PassBindCrypto

/// The bytes of a hexadecimal string; a malformed one gives fewer bytes, and so a failing comparison.
func bytes(_ hex: String) -> [UInt8] {
  var out: [UInt8] = []
  var rest = Substring(hex)
  while rest.count >= 2, let byte = UInt8(rest.prefix(2), radix: 16) {
    out.append(byte)
    rest = rest.dropFirst(2)
  }
  return out
}

/// A secret as an array, which only tests may do.
func array(_ secret: borrowing SecretBytes) -> [UInt8] {
  let span = secret.span
  return span.indices.map { span[$0] }
}
