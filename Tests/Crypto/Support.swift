import PassBindCrypto

/// A secret as an array, which only tests may do.
func array(_ secret: borrowing SecretBytes) -> [UInt8] {
  let span = secret.span
  return span.indices.map { span[$0] }
}
