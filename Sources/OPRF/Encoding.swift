internal import PassBindCrypto
internal import PassBindRistretto

extension OPRFError {
  init(_ error: RistrettoError, in field: String) { self.init(.invalidEncoding, "\(field): \(error.reason)") }
}

/// Inputs are hashed behind their length, which has two bytes (RFC 9497 section 1.2).
func checkLength(_ input: Span<UInt8>, of field: String) throws(OPRFError) {
  guard input.count <= 65_535 else {
    throw OPRFError(.invalidInput, "\(field) has \(input.count) bytes where 65535 are allowed")
  }
}

/// DeserializeElement (RFC 9497 section 4.1), which refuses the identity element.
func decodeElement(_ bytes: Span<UInt8>, _ field: String) throws(OPRFError) -> RistrettoPoint {
  do { return try RistrettoPoint(decoding: bytes) } catch { throw OPRFError(error, in: field) }
}

extension RistrettoProducts {
  /// SerializeElement of each product, 32 bytes, in their order.
  consuming func serialized() throws(OPRFError) -> SecretBytes {
    var bytes = SecretBytes(count: 32 * count)
    var span = bytes.mutableSpan
    do { try encode(into: &span) } catch { throw OPRFError(error, in: "the products") }
    return bytes
  }
}
