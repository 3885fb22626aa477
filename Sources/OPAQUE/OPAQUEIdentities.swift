/// Who the two ends are to each other. What is chosen at registration is sealed into the envelope: a login with other
/// identities fails (RFC 9807 section 4).
public struct OPAQUEIdentities: Hashable, Sendable {
  /// The client's identity, 1 to 65,535 bytes; nil for its public key.
  public let client: [UInt8]?
  /// The server's identity, 1 to 65,535 bytes; nil for its public key.
  public let server: [UInt8]?

  /// Each end is known by its public key.
  public static let publicKeys = OPAQUEIdentities()

  private init() {
    client = nil
    server = nil
  }

  /// Identities; nil stands for the public key.
  ///
  /// - Throws: ``OPAQUEError`` `invalidParameter` for an identity that has not 1 to 65,535 bytes.
  public init(client: [UInt8]?, server: [UInt8]? = nil) throws(OPAQUEError) {
    guard (client?.count ?? 1).isLengthInTwoBytes(from: 1), (server?.count ?? 1).isLengthInTwoBytes(from: 1) else {
      throw OPAQUEError(.invalidParameter, "an identity has 1 to 65,535 bytes")
    }
    self.client = client
    self.server = server
  }
}

extension Int {
  func isLengthInTwoBytes(from least: Int) -> Bool { (least...65_535).contains(self) }
}

extension [UInt8] {
  /// The bytes after their own number in two bytes: `I2OSP(len(x), 2) || x`. They are 65,535 at most.
  var lengthPrefixed: [UInt8] { [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)] + self }
}
