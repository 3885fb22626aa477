public import PassBindCrypto

/// What a server keeps instead of a password (RFC 5802 section 3): enough to check a proof and to prove itself, not enough to
/// log in with. Still worth protecting: it allows guessing, and `serverKey` lets its holder pose as the server.
public struct SCRAMVerifier: Hashable, Sendable, CustomStringConvertible {
  /// The hash of the mechanism.
  public let hash: HashFunction
  /// The iteration count of PBKDF2.
  public let iterations: Int
  /// The salt, 1 to 1,024 bytes.
  public let salt: [UInt8]
  /// H(ClientKey), as many bytes as the hash has.
  public let storedKey: [UInt8]
  /// HMAC(SaltedPassword, "Server Key"), as many bytes as the hash has.
  public let serverKey: [UInt8]

  /// A verifier from its parts; nil where a key has not the hash's length, the salt has not 1 to 1,024 bytes, or the count is
  /// not 1 to 4,294,967,295.
  public init?(hash: HashFunction, iterations: Int, salt: [UInt8], storedKey: [UInt8], serverKey: [UInt8]) {
    guard UInt32(exactly: iterations) ?? 0 > 0, (1...1024).contains(salt.count),
      storedKey.count == hash.digestCount, serverKey.count == hash.digestCount
    else { return nil }
    self.hash = hash
    self.iterations = iterations
    self.salt = salt
    self.storedKey = storedKey
    self.serverKey = serverKey
  }

  /// The mechanism and the count; never the keys.
  public var description: String { "\(hash.scramName) verifier, \(iterations) iterations" }
}
