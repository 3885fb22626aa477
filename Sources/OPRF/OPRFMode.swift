/// The three protocols of RFC 9497, by their numbers (section 3.1).
package enum OPRFMode: UInt8, CaseIterable, Sendable {
  /// Oblivious.
  case oprf = 0
  /// Verifiable.
  case voprf = 1
  /// Partially oblivious, and verifiable.
  case poprf = 2

  /// What keeps the hashes of one mode and suite apart from all others (CreateContextString, section 3.1).
  var contextString: [UInt8] { Array("OPRFV1-".utf8) + [rawValue] + Array("-ristretto255-SHA512".utf8) }

  /// The domain separation tag of a hash in this mode.
  func tag(_ purpose: String) -> [UInt8] { Array(purpose.utf8) + contextString }
}
