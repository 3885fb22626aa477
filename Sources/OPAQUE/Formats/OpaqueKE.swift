public import PassBindCrypto
internal import PassBindRistretto

// What the Rust crate opaque-ke, version 4, and its wrappers keep, byte for byte. Its password file
// (ServerRegistration, 192 bytes) is RFC 9807's record and is read by ``OPAQUERecord/init(_:)``; its clients' messages
// are the RFC's.

extension OPAQUEServerSetup {
  /// Reads opaque-ke 4's ServerSetup: oprf_seed 64 bytes, private key 32, the public key of the client that does not
  /// exist 32. Accounts registered there log in here, with Argon2id and the parameters that opaque-ke used. Names
  /// without an account are answered under the same OPRF keys as there.
  ///
  /// - Parameter bytes: exactly 128 bytes.
  /// - Throws: ``OPAQUEError`` `wrongLength`, or `invalidElement` for a private key that is zero or not below the group
  ///   order, or a public key that is none.
  public init(opaqueKE bytes: borrowing SecretBytes) throws(OPAQUEError) {
    guard bytes.count == 128 else {
      throw OPAQUEError(.wrongLength, "opaque-ke's ServerSetup has \(bytes.count) bytes where 128 are wanted")
    }
    let decoyKey = bytes.publicBytes(96..<128)
    do throws(RistrettoError) {
      _ = try RistrettoPoint(decoding: decoyKey.span)
    } catch {
      throw OPAQUEError(.invalidElement, "the dummy public key of opaque-ke's ServerSetup: \(error.reason)")
    }
    try self.init(
      oprfSeed: SecretBytes(copying: bytes.span.extracting(..<64)),
      privateKey: decodeKey(bytes.span.extracting(64..<96), "the private key of opaque-ke's ServerSetup"),
      decoys: OPAQUEDecoys(seed: SecretBytes(copying: bytes.span.extracting(..<64)), clientPublicKey: decoyKey))
  }

  /// The setup as opaque-ke 4 keeps it, 128 bytes, and **not sealed**: whoever reads them is the server. opaque-ke has
  /// no place for the seed of the decoys, so once the keys were rotated names without an account get new answers there.
  public func unsealedForOpaqueKE() -> SecretBytes {
    var bytes = SecretBytes(count: 128)
    bytes.write(secrets.oprfSeed, at: 0)
    bytes.write(secrets.privateKey.encodedSecret(), at: 64)
    bytes.write(decoys.clientPublicKey.span, at: 96)
    return bytes
  }
}

/// A key that is a scalar from 1 to the group order less 1, 32 bytes.
func decodeKey(_ bytes: Span<UInt8>, _ name: String) throws(OPAQUEError) -> RistrettoScalar {
  let key: RistrettoScalar
  do throws(RistrettoError) {
    key = try RistrettoScalar(decoding: bytes)
  } catch {
    throw OPAQUEError(.invalidElement, "\(name): \(error.reason)")
  }
  guard !key.isZero else { throw OPAQUEError(.invalidElement, "\(name) is zero") }
  return key
}

extension RistrettoScalar {
  /// The 32 bytes of the encoding.
  borrowing func encodedSecret() -> SecretBytes {
    var bytes = SecretBytes(count: RistrettoScalar.encodedByteCount)
    var span = bytes.mutableSpan
    try? encode(into: &span)  // which throws for another count of bytes alone
    return bytes
  }
}
