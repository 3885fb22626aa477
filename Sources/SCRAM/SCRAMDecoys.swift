public import PassBindCrypto

/// Stand-ins for accounts that do not exist: a salt that is always the same for a name and differs between names, and
/// the count that new accounts get. Whoever asks for a name learns nothing about whether it exists (RFC 5802 section 7
/// lets a server keep that to itself). Made once, shared by all logins.
///
/// It works as well as the real accounts are alike: give `saltCount` and `iterations` the values that they have.
public final class SCRAMDecoys: Sendable {
  private let secret: SecretBytes
  private let saltCount: Int
  private let iterations: [HashFunction: Int]
  private let noKey: [UInt8]

  /// Stand-ins that a secret decides.
  ///
  /// - Parameters:
  ///   - secret: 16 random bytes or more that stay the same over restarts and on every node of a service: who knows
  ///     them can tell stand-ins from accounts.
  ///   - saltCount: how many bytes the salts of real accounts have, 8 to 32.
  ///   - iterations: the count of real accounts, by hash; ``SCRAMVerifier/defaultIterations(for:)`` where it says
  ///     nothing.
  /// - Throws: ``SCRAMError`` `invalidVerifier` where a value is out of range.
  public init(
    secret: consuming SecretBytes, saltCount: Int = SCRAMVerifier.defaultSaltCount,
    iterations: [HashFunction: Int] = [:]
  ) throws(SCRAMError) {
    guard secret.count >= 16, (8...32).contains(saltCount),
      iterations.values.allSatisfy({ UInt32(exactly: $0) ?? 0 > 0 })
    else {
      throw SCRAMError(
        .invalidVerifier, "stand-ins need a secret of 16 bytes, salts of 8 to 32 bytes, and counts of 1 or more")
    }
    self.secret = secret
    self.saltCount = saltCount
    self.iterations = iterations
    noKey = randomBytes(count: 64)
  }

  /// The stand-in for a name. Nothing proves knowledge of it; whoever uses it refuses the login whatever the proof.
  func verifier(for user: String, hash: HashFunction) throws(SCRAMError) -> SCRAMVerifier {
    // The mechanism's name first, which has no NUL: one salt for each of a name's verifiers, as real accounts have.
    var input = Array(hash.scramName.utf8)
    input.append(0)
    input += user.utf8
    let salt = Array(try secret.mac(.sha256, of: input.span).bytes.prefix(saltCount))
    let key = Array(noKey.prefix(hash.digestCount))
    return SCRAMVerifier(
      standIn: hash, iterations: iterations[hash] ?? SCRAMVerifier.defaultIterations(for: hash), salt: salt, key: key)
  }
}
