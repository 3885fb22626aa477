internal import PassBindRistretto

/// An element together with its encoding, 32 bytes, as most are hashed as well as computed with. It is no secret: it is
/// something that client and server send each other, or both know.
struct GroupElement {
  let point: RistrettoPoint
  let encoding: [UInt8]

  init(_ point: RistrettoPoint) {
    self.point = point
    encoding = point.encoded
  }

  /// DeserializeElement (RFC 9497 section 4.1), which refuses the identity element.
  init(decoding bytes: Span<UInt8>, _ field: String) throws(OPRFError) {
    do { point = try RistrettoPoint(decoding: bytes) } catch { throw OPRFError(error, in: field) }
    encoding = bytes.indices.map { bytes[$0] }
  }
}

extension [GroupElement] {
  /// As a proof numbers the elements in two bytes (RFC 9497 section 2.2.1).
  static let maximumCount = 65_535

  /// Reads elements that stand one after the other: as many as given, or else 1 to ``maximumCount``.
  init(decoding bytes: Span<UInt8>, count: Int? = nil, _ field: String) throws(OPRFError) {
    self = []
    let (quotient, remainder) = bytes.count.quotientAndRemainder(dividingBy: 32)
    guard remainder == 0, 1...Self.maximumCount ~= quotient, quotient == count ?? quotient else {
      let wanted = count.map { "\(32 * $0)" } ?? "32 times 1 to \(Self.maximumCount)"
      throw OPRFError(.invalidEncoding, "\(field): \(bytes.count) bytes where \(wanted) are wanted")
    }
    reserveCapacity(quotient)
    for i in 0..<quotient {
      append(try GroupElement(decoding: bytes.extracting(32 * i..<32 * i + 32), field))
    }
  }

  /// The encodings, one after the other.
  var encodings: [UInt8] { flatMap(\.encoding) }
}

func * (scalar: borrowing RistrettoScalar, elements: [GroupElement]) -> [GroupElement] {
  var products: [GroupElement] = []
  for element in elements { products.append(GroupElement(scalar * element.point)) }
  return products
}
