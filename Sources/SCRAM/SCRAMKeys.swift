public import PassBindCrypto

/// SaltedPassword of RFC 5802 section 3: what key stretching makes of a password. As good as the password for every
/// account with this password, salt and count, so it deserves the same care.
public struct SCRAMSaltedPassword: ~Copyable, Sendable {
  /// The hash under PBKDF2.
  public let hash: HashFunction
  /// The salt it was made with.
  public let salt: [UInt8]
  /// The iteration count it was made with.
  public let iterations: Int
  /// The value: as many bytes as the hash has.
  public let bytes: SecretBytes

  /// A salted password kept from earlier or computed elsewhere.
  ///
  /// - Throws: ``SCRAMError`` `invalidVerifier` where the value has not the hash's length.
  public init(
    _ bytes: consuming SecretBytes, hash: HashFunction, salt: [UInt8], iterations: Int
  ) throws(SCRAMError) {
    guard bytes.count == hash.digestCount else {
      throw SCRAMError(.invalidVerifier, "salted password: \(hash.digestCount) bytes wanted, not \(bytes.count)")
    }
    self.hash = hash
    self.salt = salt
    self.iterations = iterations
    self.bytes = bytes
  }

  /// Stretches a password, off the caller's executor; cancelling the task stops it. The count is used as it is: whoever
  /// takes it from a peer bounds it first.
  ///
  /// - Parameters:
  ///   - password: the password's bytes, normalised by `preparation`.
  ///   - hash: the hash under PBKDF2.
  ///   - salt: any number of bytes.
  ///   - iterations: 1 to 4,294,967,295.
  ///   - preparation: how to normalise the password.
  /// - Returns: SaltedPassword.
  /// - Throws: ``SCRAMError`` `invalidPassword`, `invalidVerifier` for a count out of range, `cancelled` or
  ///   `unavailable`.
  public static func deriving(
    from password: borrowing SecretBytes, hash: HashFunction, salt: [UInt8], iterations: Int,
    preparation: SCRAMPreparation = .saslPrep
  ) async throws(SCRAMError) -> SCRAMSaltedPassword {
    guard UInt32(exactly: iterations) ?? 0 > 0 else {
      throw SCRAMError(.invalidVerifier, "iterations: must be 1 to 4,294,967,295")
    }
    let normalised = try preparation.password(password)
    let bytes: SecretBytes
    do {
      bytes = try await stretchingKeys { () throws(CryptoError) in
        try pbkdf2(password: normalised.span, salt: salt.span, iterations: iterations, hash: hash)
      }
    } catch { throw SCRAMError(error) }
    return try SCRAMSaltedPassword(bytes, hash: hash, salt: salt, iterations: iterations)
  }

  /// The keys that the exchange is made with.
  ///
  /// - Throws: ``SCRAMError`` `unavailable`.
  public borrowing func keys() throws(SCRAMError) -> SCRAMKeys {
    let (clientLabel, serverLabel) = (Array("Client Key".utf8), Array("Server Key".utf8))
    return try SCRAMKeys(
      clientKey: bytes.mac(hash, of: clientLabel.span), serverKey: bytes.mac(hash, of: serverLabel.span), hash: hash,
      salt: salt, iterations: iterations)
  }
}

/// ClientKey and ServerKey of RFC 5802 section 3: enough to log in, without the password and without stretching, where
/// the server has this salt and count; and not enough to log in elsewhere.
public struct SCRAMKeys: ~Copyable, Sendable {
  /// The hash of the mechanism.
  public let hash: HashFunction
  /// The salt they were made with.
  public let salt: [UInt8]
  /// The iteration count they were made with.
  public let iterations: Int
  /// HMAC(SaltedPassword, "Client Key"): as many bytes as the hash has.
  public let clientKey: SecretBytes
  /// HMAC(SaltedPassword, "Server Key"): as many bytes as the hash has.
  public let serverKey: SecretBytes

  /// Keys kept from an earlier login.
  ///
  /// - Throws: ``SCRAMError`` `invalidVerifier` where a key has not the hash's length.
  public init(
    clientKey: consuming SecretBytes, serverKey: consuming SecretBytes, hash: HashFunction, salt: [UInt8],
    iterations: Int
  ) throws(SCRAMError) {
    guard clientKey.count == hash.digestCount, serverKey.count == hash.digestCount else {
      throw SCRAMError(.invalidVerifier, "client key, server key: \(hash.digestCount) bytes wanted")
    }
    self.hash = hash
    self.salt = salt
    self.iterations = iterations
    self.clientKey = clientKey
    self.serverKey = serverKey
  }

  /// A second, independent pair of the same keys.
  public borrowing func copy() -> SCRAMKeys {
    SCRAMKeys(
      copied: clientKey.copy(), serverKey.copy(), hash: hash, salt: salt, iterations: iterations)
  }

  private init(
    copied clientKey: consuming SecretBytes, _ serverKey: consuming SecretBytes, hash: HashFunction, salt: [UInt8],
    iterations: Int
  ) {
    self.hash = hash
    self.salt = salt
    self.iterations = iterations
    self.clientKey = clientKey
    self.serverKey = serverKey
  }

  /// What a server keeps to check these keys.
  ///
  /// - Throws: ``SCRAMError`` `unavailable`, or `invalidVerifier` where salt or count are out of a verifier's range.
  public borrowing func verifier() throws(SCRAMError) -> SCRAMVerifier {
    let storedKey = try crypto { () throws(CryptoError) in try hash.digest(of: clientKey.span) }
    guard
      let verifier = SCRAMVerifier(
        hash: hash, iterations: iterations, salt: salt, storedKey: storedKey, serverKey: serverKey.bytes)
    else { throw SCRAMError(.invalidVerifier, "salt or iterations: out of range") }
    return verifier
  }

  /// Whether these keys are the ones for what a server names.
  borrowing func fit(_ hash: HashFunction, salt: [UInt8], iterations: Int) -> Bool {
    self.hash == hash && self.iterations == iterations && self.salt == salt
  }
}

extension SecretBytes {
  /// HMAC under this key.
  borrowing func mac(_ hash: HashFunction, of message: Span<UInt8>) throws(SCRAMError) -> SecretBytes {
    do { return try hash.hmac(key: span, message) } catch { throw SCRAMError(error) }
  }

  /// The bytes in an array, for values that are no secret or stop being one.
  var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(count)
    for i in 0..<count { out.append(span[i]) }
    return out
  }
}
