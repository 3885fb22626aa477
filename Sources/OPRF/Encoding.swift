internal import PassBindCrypto
internal import PassBindRistretto

extension OPRFError {
  init(_ error: RistrettoError, in field: String) { self.init(.invalidEncoding, "\(field): \(error.reason)") }
}

/// Inputs are hashed behind their length, which has two bytes (RFC 9497 section 5.1).
func checkLength(_ input: Span<UInt8>, of field: String) throws(OPRFError) {
  guard input.count <= 65_535 else {
    throw OPRFError(.invalidInput, "\(field) has \(input.count) bytes where 65535 are allowed")
  }
}

/// DeserializeScalar (RFC 9497 section 4.1).
func decodeScalar(_ bytes: Span<UInt8>, _ field: String) throws(OPRFError) -> RistrettoScalar {
  do { return try RistrettoScalar(decoding: bytes) } catch { throw OPRFError(error, in: field) }
}

/// SerializeScalar, of a scalar that is not secret.
func encode(_ scalar: borrowing RistrettoScalar) throws(OPRFError) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: RistrettoScalar.encodedByteCount)
  var span = bytes.mutableSpan
  do { try scalar.encode(into: &span) } catch { throw OPRFError(error, in: "the scalar") }
  return bytes
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
