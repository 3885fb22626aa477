internal import PassBindCrypto

// The arithmetic of RFC 5802 section 3.

enum SCRAMProof {
  /// ClientProof and ServerSignature, as a client makes them.
  static func make(keys: borrowing SCRAMKeys, authMessage: [UInt8]) throws(SCRAMError) -> ClientSide {
    let hash = keys.hash
    var digest = try crypto { () throws(CryptoError) in try hash.digest(of: keys.clientKey.span) }
    let storedKey = SecretBytes(taking: &digest)
    let clientSignature = try storedKey.mac(hash, of: authMessage.span)
    return ClientSide(
      proof: xor(keys.clientKey.span, clientSignature.span),
      serverSignature: try keys.serverKey.mac(hash, of: authMessage.span))
  }

  struct ClientSide: ~Copyable {
    let proof: [UInt8]
    let serverSignature: SecretBytes
  }

  /// Whether a proof fits a verifier, and ServerSignature. The work is the same whatever the answer.
  static func check(_ proof: [UInt8], against verifier: SCRAMVerifier, authMessage: [UInt8]) throws(SCRAMError)
    -> ServerSide
  {
    let hash = verifier.hash
    let clientSignature = try crypto { () throws(CryptoError) in
      try hash.hmac(key: verifier.storedKey.span, authMessage.span)
    }
    let serverSignature = try crypto { () throws(CryptoError) in
      try hash.hmac(key: verifier.serverKey.span, authMessage.span)
    }
    var clientKey = xor(proof.span, clientSignature.span)
    defer { wipe(&clientKey) }
    let storedKey = try crypto { () throws(CryptoError) in try hash.digest(of: clientKey.span) }
    let isProved = proof.count == hash.digestCount && constantTimeEqual(storedKey.span, verifier.storedKey.span)
    return ServerSide(isProved: isProved, signature: serverSignature)
  }

  struct ServerSide: ~Copyable {
    let isProved: Bool
    let signature: SecretBytes
  }

  /// As long as the shorter of the two: whoever calls compares the lengths.
  private static func xor(_ a: Span<UInt8>, _ b: Span<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(a.count)
    for i in 0..<min(a.count, b.count) { out.append(a[i] ^ b[i]) }
    return out
  }
}
