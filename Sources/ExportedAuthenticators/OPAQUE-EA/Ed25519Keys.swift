internal import PassBindCrypto
internal import PassBindOPAQUE

/// A client's keys of OPAQUE-EA: the seed that RFC 9807 section 4.1.2 expands from the password is Ed25519's (RFC 8032
/// section 5.1.5).
struct Ed25519Keys: ~Copyable, ClientKeys {
  let signingKey: SigningKey
  let publicKey: [UInt8]

  init(seed: borrowing SecretBytes) throws(OPAQUEError) {
    let key: SigningKey
    do throws(CryptoError) {
      key = try SigningKey(ed25519Seed: seed.span)
    } catch {
      throw OPAQUEError(.unavailable, error.reason)
    }
    guard let publicKey = Ed25519PublicKeyInfo.publicKey(in: key.subjectPublicKeyInfo) else {
      throw OPAQUEError(.unavailable, "OpenSSL does not give the public key")
    }
    signingKey = key
    self.publicKey = publicKey
  }
}

/// A SubjectPublicKeyInfo of Ed25519 (RFC 8410 section 4): 12 bytes that are always the same, and the public key's 32.
enum Ed25519PublicKeyInfo {
  private static let prefix: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]

  /// Nil if this is none.
  static func publicKey(in bytes: [UInt8]) -> [UInt8]? {
    bytes.count == 44 && bytes.starts(with: prefix) ? Array(bytes[12...]) : nil
  }

  static func bytes(_ publicKey: some Collection<UInt8>) -> [UInt8] { prefix + publicKey }
}

extension FinishedAuthenticator {
  /// Whether this key signed it.
  ///
  /// - Parameters:
  ///   - publicKeyInfo: a SubjectPublicKeyInfo.
  ///   - code: what is thrown if not.
  consuming func verify(by publicKeyInfo: [UInt8], elseThrow code: OPAQUEError.Code) throws(OPAQUEError) {
    let key: VerifyingKey
    do throws(CryptoError) {
      key = try VerifyingKey(subjectPublicKeyInfo: publicKeyInfo.span)
    } catch {
      throw OPAQUEError(code, error.reason)
    }
    do throws(ExportedAuthenticatorError) {
      try verify(by: key)
    } catch {
      throw OPAQUEError(code, error.reason)
    }
  }
}
