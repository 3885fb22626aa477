/// What a secret at rest is sealed under: a key from a key file, a KMS or a secret store, or a passphrase that somebody
/// types.
public struct SealingKey: ~Copyable, Sendable {
  struct Stretching: Sendable {
    let parameters: KeyStretchingParameters
    let limits: KeyStretchingLimits
  }

  let secret: SecretBytes
  /// There is none for a key.
  let stretching: Stretching?

  private init(_ secret: consuming SecretBytes, _ stretching: Stretching?) {
    self.secret = secret
    self.stretching = stretching
  }

  /// How many bytes a key has: 32.
  public static let keyCount = 32

  /// A key of 32 random bytes, such as `SecretBytes.random(count: SealingKey.keyCount)`. Not a passphrase: nothing
  /// stretches it.
  ///
  /// - Throws: ``CryptoError`` `invalidParameter` if there are not 32 bytes.
  public static func key(_ key: consuming SecretBytes) throws(CryptoError) -> SealingKey {
    guard key.count == keyCount else {
      throw CryptoError(.invalidParameter, "a sealing key has \(keyCount) bytes, not \(key.count)")
    }
    return SealingKey(key, nil)
  }

  /// A passphrase. Sealing and opening block for as long as stretching it takes.
  ///
  /// - Parameters:
  ///   - passphrase: the passphrase's bytes, at least one. They are taken as they are: a passphrase typed in another
  ///     form of Unicode is another one.
  ///   - stretching: how to stretch it in sealing. In opening, what was sealed says how.
  ///   - limits: what `stretching` must keep within, and whose cap must let through what a sealed secret asks for.
  /// - Throws: ``CryptoError`` `invalidParameter` for an empty passphrase, and for parameters beyond the limits.
  public static func passphrase(
    _ passphrase: consuming SecretBytes, stretching: KeyStretchingParameters = .bestAvailable,
    limits: KeyStretchingLimits = .default
  ) throws(CryptoError) -> SealingKey {
    guard passphrase.count > 0 else { throw CryptoError(.invalidParameter, "the passphrase is empty") }
    try limits.permits(stretching)
    return SealingKey(passphrase, Stretching(parameters: stretching, limits: limits))
  }
}
