public import PassBindCrypto

/// What a server keeps instead of a password (RFC 5802 section 3): enough to check a proof and to prove itself, not
/// enough to log in with. Still worth protecting: it allows guessing, and `serverKey` lets its holder pose as the
/// server.
public struct SCRAMVerifier: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
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

  /// A verifier from its parts; nil where a key has not the hash's length, the salt has not 1 to 1,024 bytes, or the
  /// count is not 1 to 4,294,967,295.
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

  /// A stand-in, whose parts are known to fit.
  init(standIn hash: HashFunction, iterations: Int, salt: [UInt8], key: [UInt8]) {
    self.hash = hash
    self.iterations = iterations
    self.salt = salt
    storedKey = key
    serverKey = key
  }

  /// The mechanism and the count; never the keys.
  public var description: String { "\(hash.scramName) verifier, \(iterations) iterations" }

  /// As ``description``: a dump shows no keys either.
  public var customMirror: Mirror { Mirror(self, children: ["hash": hash, "iterations": iterations]) }
}

extension SCRAMVerifier {
  /// How many bytes of salt a new verifier gets.
  public static let defaultSaltCount = 16

  /// How many iterations a new verifier gets: 500,000 with SHA-512 and SHA-384, and with the others what costs a
  /// guesser as much or more by the advice of OWASP: 600,000 with SHA-256, 1,300,000 with SHA-1; 300,000 with SHA3-512,
  /// which takes an honest client longest.
  public static func defaultIterations(for hash: HashFunction) -> Int {
    switch hash {
    case .sha1: 1_300_000
    case .sha256: 600_000
    case .sha384, .sha512: 500_000
    case .sha3_512: 300_000
    }
  }

  /// A verifier for a password, stretched off the caller's executor; cancelling the task stops it.
  ///
  /// - Parameters:
  ///   - password: the password, in UTF-8.
  ///   - hash: the mechanism's hash.
  ///   - iterations: 1 to 4,294,967,295; nil takes ``defaultIterations(for:)``.
  ///   - salt: 1 to 1,024 bytes; nil takes ``defaultSaltCount`` random ones.
  ///   - preparation: how to normalise the password.
  /// - Returns: a verifier.
  /// - Throws: ``SCRAMError`` `invalidPassword`, `invalidVerifier` for a salt or count out of range, `cancelled`,
  ///   `unavailable`.
  public static func make(
    password: borrowing SecretBytes, hash: HashFunction = .sha512, iterations: Int? = nil, salt: [UInt8]? = nil,
    preparation: SCRAMPreparation = .saslPrep
  ) async throws(SCRAMError) -> SCRAMVerifier {
    let salt = salt ?? randomBytes(count: defaultSaltCount)
    guard (1...1024).contains(salt.count) else {
      throw SCRAMError(.invalidVerifier, "salt: must have 1 to 1,024 bytes")
    }
    let salted = try await SCRAMSaltedPassword.deriving(
      from: password, hash: hash, salt: salt, iterations: iterations ?? defaultIterations(for: hash),
      preparation: preparation)
    return try make(from: salted)
  }

  /// A verifier for a password that was stretched before.
  ///
  /// - Throws: ``SCRAMError`` `invalidVerifier` where salt or count are out of range, `unavailable`.
  public static func make(from salted: borrowing SCRAMSaltedPassword) throws(SCRAMError) -> SCRAMVerifier {
    try salted.keys().verifier()
  }
}
