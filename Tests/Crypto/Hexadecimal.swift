/// The bytes of a string of hexadecimal digits. Other folders of Tests have this file by symbolic link.
func bytes(_ hex: some StringProtocol) -> [UInt8] {
  let digits = hex.compactMap { $0.hexDigitValue }
  precondition(digits.count == hex.count && digits.count % 2 == 0, "not hexadecimal: \(hex)")
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
