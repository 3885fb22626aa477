internal import PassBindRistretto

/// The server's key in mode POPRF, once it depends on an info (RFC 9497 section 3.3.3).
struct TweakedKey: ~Copyable {
  /// t = skS + m.
  let scalar: RistrettoScalar
  let inverse: RistrettoScalar

  init(_ key: borrowing ServerKey, info: Span<UInt8>) throws(OPRFError) {
    let scalar = try key.scalar + hash(info: info)
    do { inverse = try scalar.inverted() } catch {
      throw OPRFError(.notInvertible, "the info cancels out the private key, which must be replaced")
    }
    self.scalar = scalar
  }
}

/// m, the scalar that an info stands for.
func hash(info: Span<UInt8>) throws(OPRFError) -> RistrettoScalar {
  try checkLength(info, of: "the info")
  var framedInfo = Transcript()
  framedInfo.append("Info")
  framedInfo.appendPrefixed(info)
  return try framedInfo.hashedToScalar(tag: OPRFMode.poprf.tag("HashToScalar-").span)
}
