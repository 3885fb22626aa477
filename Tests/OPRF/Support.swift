import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPRF

/// The bytes of a string of hexadecimal digits.
func bytes(_ hex: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var high: UInt8?
  for character in hex {
    guard let digit = character.hexDigitValue else { preconditionFailure("not a hexadecimal digit: \(character)") }
    if let first = high {
      bytes.append(first << 4 | UInt8(digit))
      high = nil
    } else {
      high = UInt8(digit)
    }
  }
  precondition(high == nil, "an odd number of digits")
  return bytes
}

extension SecretBytes {
  var array: [UInt8] { span.indices.map { span[$0] } }
}

extension RistrettoScalar {
  init(_ hex: String) throws { try self.init(decoding: bytes(hex).span) }

  /// The 32 bytes of the encoding.
  var encoded: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 32)
    var span = bytes.mutableSpan
    do { try encode(into: &span) } catch { Issue.record(error) }
    return bytes
  }
}
