internal import PassBindCrypto

/// What one role's authenticators on one connection are made and checked with (RFC 9261 section 5.1).
struct AuthenticatorKeys: ~Copyable, Sendable {
  let hash: HashFunction
  private let handshakeContext: SecretBytes
  private let finishedKey: SecretBytes

  init(hash: HashFunction, handshakeContext: consuming SecretBytes, finishedKey: consuming SecretBytes) {
    self.hash = hash
    self.handshakeContext = handshakeContext
    self.finishedKey = finishedKey
  }

  /// What CertificateVerify signs (RFC 9261 section 5.2.2).
  func signedContent(request: [UInt8], certificate: [UInt8]) throws(ExportedAuthenticatorError) -> [UInt8] {
    try [UInt8](repeating: 0x20, count: 64) + Array("Exported Authenticator".utf8) + [0]
      + transcriptHash(request + certificate)
  }

  /// Finished (RFC 9261 section 5.2.3; of an empty authenticator section 6, where there is no CertificateVerify).
  func finished(
    request: [UInt8], certificate: [UInt8], certificateVerify: [UInt8] = []
  ) throws(ExportedAuthenticatorError) -> SecretBytes {
    let transcript = try transcriptHash(request + certificate + certificateVerify)
    do {
      return try hash.hmac(key: finishedKey.span, transcript.span)
    } catch {
      throw ExportedAuthenticatorError(.unavailable, error.reason)
    }
  }

  private func transcriptHash(_ messages: [UInt8]) throws(ExportedAuthenticatorError) -> [UInt8] {
    var transcript = SecretBytes(count: handshakeContext.count + messages.count)
    var span = transcript.mutableSpan
    for i in 0..<handshakeContext.count { span[i] = handshakeContext.span[i] }
    for (i, byte) in messages.enumerated() { span[handshakeContext.count + i] = byte }
    do {
      return try hash.digest(of: transcript.span)
    } catch {
      throw ExportedAuthenticatorError(.unavailable, error.reason)
    }
  }
}
