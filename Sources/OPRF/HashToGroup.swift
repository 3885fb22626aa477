internal import PassBindCrypto
package import PassBindRistretto

/// HashToGroup (RFC 9497 section 4.1): an element that depends on the input and has no known discrete logarithm.
///
/// - Throws: `invalidInput` for the identity element, which no known input gives; `unavailable`.
package func hashToGroup(_ input: Span<UInt8>, mode: OPRFMode) throws(OPRFError) -> RistrettoPoint {
  let uniform = try expandMessage(input, tag: mode.tag("HashToGroup-").span, count: 64)
  return try elementOtherThanIdentity(mapping: uniform.span)
}

/// The element that 64 uniform bytes map to, unless it is the identity: blinded, it would stay what it is.
func elementOtherThanIdentity(mapping uniform: Span<UInt8>) throws(OPRFError) -> RistrettoPoint {
  let element: RistrettoPoint
  do { element = try RistrettoPoint(mapping: uniform) } catch { throw OPRFError(error, in: "the uniform bytes") }
  guard !element.isIdentity else { throw OPRFError(.invalidInput, "the input hashes to the identity element") }
  return element
}

/// HashToScalar (RFC 9497 section 4.1).
///
/// - Throws: `unavailable`.
package func hashToScalar(_ input: Span<UInt8>, mode: OPRFMode) throws(OPRFError) -> RistrettoScalar {
  try hashToScalar(input, tag: mode.tag("HashToScalar-").span)
}

/// HashToScalar with a domain separation tag of its own.
func hashToScalar(_ input: Span<UInt8>, tag: Span<UInt8>) throws(OPRFError) -> RistrettoScalar {
  let uniform = try expandMessage(input, tag: tag, count: 64)
  return try reduce(uniform.span)
}

/// The scalar that 64 uniform bytes are modulo the group order.
func reduce(_ uniform: Span<UInt8>) throws(OPRFError) -> RistrettoScalar {
  do { return try RistrettoScalar(reducing: uniform) } catch { throw OPRFError(error, in: "the uniform bytes") }
}
