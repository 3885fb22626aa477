internal import PassBindCrypto
internal import PassBindSASL

/// RFC 9807's `context` for a login over SASL: all that both ends must have seen alike (OPAQUE-R255.md, "Context").
enum OPAQUESASLContext {
  /// - Parameters:
  ///   - mechanism: as it was named to the server.
  ///   - clientFirst: `client-first`, as sent and received.
  ///   - stretching: from `server-first`; its text has but one form, so this is the text as received.
  ///   - binding: what the login is bound by; nil without -PLUS. Its type stands in `clientFirst`.
  ///   - offer: what the server offered, as the one end sent it and the other received it.
  /// - Throws: `invalidParameter` where the offer is too long.
  static func bytes(
    _ mechanism: OPAQUEMechanism, clientFirst: [UInt8], stretching: KeyStretchingParameters, binding: ChannelBinding?,
    offer: SASLOffer
  ) throws(OPAQUEError) -> [UInt8] {
    let parts = [
      Array("PassBind-SASL-OPAQUE-v1".utf8), Array(mechanism.description.utf8), clientFirst,
      Array(stretching.description.utf8), binding?.data ?? [], list(offer.mechanisms.map(\.description).sorted()),
      list((offer.bindingTypes ?? []).map(\.name)),
    ]
    guard parts.reduce(0, { $0 + 2 + $1.count }).isLengthInTwoBytes(from: 0) else {
      throw OPAQUEError(.invalidParameter, "the server's offer and the channel binding are too long for a context")
    }
    return Array(parts.map(\.lengthPrefixed).joined())
  }

  private static func list(_ names: [String]) -> [UInt8] { Array(names.joined(separator: ",").utf8) }
}
