public import PassBindCrypto
internal import PassBindRistretto

// A server's secrets at rest. What is sealed is oprf_seed 64 bytes, the private key 32, the decoys' seed 64 and public
// key 32; once for a setup, once or twice for keys, the current ones first. AES-256-GCM, under a key or a passphrase.

extension OPAQUEServerSetup {
  private static let purpose = "PassBind OPAQUE server setup"
  static let byteCount = 192

  /// The setup, sealed: bytes that may be stored, and are worthless without the key or passphrase. Another result each
  /// time.
  ///
  /// - Parameter key: 32 bytes from a key file or elsewhere, or a passphrase, which takes as long as its stretching.
  /// - Throws: ``OPAQUEError`` `stretchingFailed` or `stretchingRefused` where this process lacks the function or the
  ///   memory.
  public func sealed(under key: borrowing SealingKey) async throws(OPAQUEError) -> [UInt8] {
    try await seal(encoded, as: Self.purpose, under: key)
  }

  /// Opens a sealed setup.
  ///
  /// - Parameters:
  ///   - sealed: what ``sealed(under:)`` returned.
  ///   - key: what it was sealed under.
  /// - Throws: ``OPAQUEError`` `sealBroken` if the key is another one or the bytes were changed; `stretchingRefused` if
  ///   they ask for more work than the key's limits or the machine's memory allow; `stretchingFailed` where this
  ///   process lacks the function.
  public init(unsealing sealed: [UInt8], with key: borrowing SealingKey) async throws(OPAQUEError) {
    let bytes = try await unseal(sealed, as: Self.purpose, with: key)
    guard bytes.count == Self.byteCount else { throw OPAQUEError(.sealBroken, "the seal holds no server setup") }
    try self.init(encoded: bytes.span)
  }

  var encoded: SecretBytes {
    var bytes = SecretBytes(count: Self.byteCount)
    bytes.write(secrets.oprfSeed, at: 0)
    bytes.write(secrets.privateKey.encodedSecret(), at: 64)
    decoys.write(into: &bytes, at: 96)
    return bytes
  }

  /// - Parameter bytes: ``byteCount`` of them.
  init(encoded bytes: Span<UInt8>) throws(OPAQUEError) {
    try self.init(
      oprfSeed: SecretBytes(copying: bytes.extracting(..<64)),
      privateKey: decodeKey(bytes.extracting(64..<96), "the private key of the setup"),
      decoys: OPAQUEDecoys(encoded: bytes.extracting(96...)))
  }
}

extension OPAQUEServerKeys {
  private static let purpose = "PassBind OPAQUE server keys"

  /// All live keys, sealed in one; see ``OPAQUEServerSetup/sealed(under:)``.
  ///
  /// - Throws: ``OPAQUEError`` `stretchingFailed` or `stretchingRefused` where this process lacks the function or the
  ///   memory.
  public func sealed(under key: borrowing SealingKey) async throws(OPAQUEError) -> [UInt8] {
    var bytes = SecretBytes(count: OPAQUEServerSetup.byteCount * (previous == nil ? 1 : 2))
    bytes.write(current.encoded, at: 0)
    if let previous { bytes.write(previous.encoded, at: OPAQUEServerSetup.byteCount) }
    return try await seal(bytes, as: Self.purpose, under: key)
  }

  /// Opens sealed keys; see ``OPAQUEServerSetup/init(unsealing:with:)``.
  ///
  /// - Throws: ``OPAQUEError`` `sealBroken`, `stretchingRefused` or `stretchingFailed`.
  public init(unsealing sealed: [UInt8], with key: borrowing SealingKey) async throws(OPAQUEError) {
    let bytes = try await unseal(sealed, as: Self.purpose, with: key)
    let one = OPAQUEServerSetup.byteCount
    guard bytes.count == one || bytes.count == 2 * one else {
      throw OPAQUEError(.sealBroken, "the seal holds no server keys")
    }
    try self.init(
      current: OPAQUEServerSetup(encoded: bytes.span.extracting(..<one)),
      previous: bytes.count == one ? nil : OPAQUEServerSetup(encoded: bytes.span.extracting(one...)))
  }
}

private func seal(
  _ secret: borrowing SecretBytes, as purpose: String, under key: borrowing SealingKey
) async throws(OPAQUEError) -> [UInt8] {
  do throws(CryptoError) {
    let sealed = try await stretchingKeys { () throws(CryptoError) in
      SecretBytes(copying: try SealedSecret.seal(secret.span, purpose: purpose, under: key))
    }
    return sealed.publicBytes()
  } catch {
    throw OPAQUEError(stretching: error)
  }
}

private func unseal(
  _ sealed: [UInt8], as purpose: String, with key: borrowing SealingKey
) async throws(OPAQUEError) -> SecretBytes {
  do throws(CryptoError) {
    return try await stretchingKeys { () throws(CryptoError) in
      try SealedSecret.open(sealed.span, purpose: purpose, with: key)
    }
  } catch {
    throw OPAQUEError(stretching: error)
  }
}

extension OPAQUEError {
  /// What key stretching or a seal can fail with.
  init(stretching error: CryptoError) {
    let code: Code =
      switch error.code {
      case .notAuthentic: .sealBroken
      case .invalidParameter: .stretchingRefused
      default: .stretchingFailed
      }
    self.init(code, error.reason)
  }
}
