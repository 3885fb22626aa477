internal import PassBindCrypto

/// The keys of one login, and its claim on a cache.
struct SCRAMLoginKeys: ~Copyable, Sendable {
  let keys: SCRAMKeys
  let claim: SCRAMCacheClaim?

  consuming func takeKeys() -> SCRAMKeys { keys }
}

extension SCRAMCredential {
  /// The keys for what a server names, by the shortest way there is.
  ///
  /// - Throws: `credentialOutdated` where they cannot be had without a password, and there is none.
  consuming func keys(
    user: String, hash: HashFunction, salt: [UInt8], iterations: Int, preparation: SCRAMPreparation
  ) async throws(SCRAMError) -> SCRAMLoginKeys {
    switch consume self {
    case .password(let password):
      let salted = try await SCRAMSaltedPassword.deriving(
        from: password, hash: hash, salt: salt, iterations: iterations, preparation: preparation)
      return SCRAMLoginKeys(keys: try salted.keys(), claim: nil)

    case .saltedPassword(let salted):
      guard salted.hash == hash, salted.salt == salt, salted.iterations == iterations else { throw Self.outdated }
      return SCRAMLoginKeys(keys: try salted.keys(), claim: nil)

    case .keys(let keys):
      guard keys.fit(hash, salt: salt, iterations: iterations) else { throw Self.outdated }
      return SCRAMLoginKeys(keys: keys, claim: nil)

    case .cache(let cache, let server, let password):
      let key = SCRAMKeyCache.Key(user: user, server: server, hash: hash, salt: salt, iterations: iterations)
      guard let password else {
        guard let entry = cache.entry(for: key) else { throw Self.outdated }
        return SCRAMLoginKeys(keys: entry.keys.copy(), claim: SCRAMCacheClaim(cache, key, entry))
      }
      let mac = try cache.mac(of: password)
      if let entry = cache.entry(for: key), entry.passwordMAC.isEqual(to: mac) {
        return SCRAMLoginKeys(keys: entry.keys.copy(), claim: SCRAMCacheClaim(cache, key, entry))
      }
      let salted = try await SCRAMSaltedPassword.deriving(
        from: password, hash: hash, salt: salt, iterations: iterations, preparation: preparation)
      let keys = try salted.keys()
      let entry = SCRAMKeyCache.Entry(keys: keys.copy(), passwordMAC: mac)
      return SCRAMLoginKeys(keys: keys, claim: SCRAMCacheClaim(cache, key, entry))
    }
  }

  private static var outdated: SCRAMError {
    SCRAMError(
      .credentialOutdated,
      "the kept keys are not for the hash, salt and count that the server names: log in by password")
  }
}
