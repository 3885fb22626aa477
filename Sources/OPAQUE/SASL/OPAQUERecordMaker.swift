internal import PassBindCrypto

/// How a client makes the record of a password, for one of OPAQUE's mechanisms.
package protocol OPAQUERecordMaker: ~Copyable {
  /// RegistrationRequest (RFC 9807 section 5.1), 32 bytes.
  var request: [UInt8] { get }

  /// FinalizeRegistrationRequest (section 5.2.3).
  consuming func record(
    response: [UInt8], identities: OPAQUEIdentities, stretching: some KeyStretching, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEMadeRecord
}

/// A maker of any type, which its one record uses up.
protocol OPAQUERecordSource: AnyObject {
  func record(
    response: [UInt8], stretching: KeyStretchingParameters, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEMadeRecord
}

final class SingleRecord<Maker: OPAQUERecordMaker & ~Copyable>: OPAQUERecordSource {
  private var maker: Maker?

  init(_ maker: consuming Maker) { self.maker = consume maker }

  func record(
    response: [UInt8], stretching: KeyStretchingParameters, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEMadeRecord {
    guard let maker = maker.take() else { throw OPAQUEError(.outOfOrder, "a second record of one registration") }
    return try await maker.record(
      response: response, identities: .publicKeys, stretching: stretching, envelopeNonce: envelopeNonce)
  }
}
