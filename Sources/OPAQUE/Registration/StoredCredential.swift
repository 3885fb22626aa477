package import PassBindCrypto

/// The bytes that a store keeps of an account, for any of OPAQUE's mechanisms: the suite, 1 byte; the key's identifier,
/// 8; the record, 192; and the text form of the stretching parameters, to the end, 64 at most. The suite is 1 for
/// OPAQUE-3DH with ristretto255 and 2 for OPAQUE-EA, and no reader takes the other's.
package struct StoredCredential {
  package let keyID: OPAQUEKeyID
  package let record: [UInt8]
  package let stretching: KeyStretchingParameters

  package init(keyID: OPAQUEKeyID, record: [UInt8], stretching: KeyStretchingParameters) {
    self.keyID = keyID
    self.record = record
    self.stretching = stretching
  }

  package func encoded(suite: UInt8) -> [UInt8] {
    [suite] + keyID.bytes + record + Array(stretching.description.utf8)
  }

  /// - Throws: `wrongLength`, or `invalidParameter` for another suite or parameters that are none.
  package init(encoded bytes: [UInt8], suite: UInt8) throws(OPAQUEError) {
    guard (202...265).contains(bytes.count), let keyID = OPAQUEKeyID(Array(bytes[1..<9])) else {
      throw OPAQUEError(.wrongLength, "a stored OPAQUE credential has 202 to 265 bytes, not \(bytes.count)")
    }
    guard bytes[0] == suite else {
      throw OPAQUEError(.invalidParameter, "a stored OPAQUE credential of suite \(bytes[0]), where \(suite) is wanted")
    }
    self.keyID = keyID
    record = Array(bytes[9..<201])
    do throws(CryptoError) {
      stretching = try KeyStretchingParameters(parsing: bytes.span.extracting(201...))
    } catch {
      throw OPAQUEError(.invalidParameter, error.reason)
    }
  }
}
