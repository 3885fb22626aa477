internal import PassBindCrypto

/// What both ends say, in one string (RFC 9807 section 6.4.2, Preamble): if they do not agree on a byte of it, none of
/// the keys agree.
struct Preamble {
  let bytes: [UInt8]

  /// - Parameter ke2: KE2 without its MAC.
  init(context: [UInt8], clientIdentity: [UInt8], ke1: [UInt8], serverIdentity: [UInt8], ke2: ArraySlice<UInt8>) {
    var bytes = Array("OPAQUEv1-".utf8)
    bytes += context.lengthPrefixed
    bytes += clientIdentity.lengthPrefixed
    bytes += ke1
    bytes += serverIdentity.lengthPrefixed
    bytes += ke2
    self.bytes = bytes
  }
}

/// The keys of one login (RFC 9807 section 6.4.2, DeriveKeys), and the MACs that prove them.
struct KeySchedule: ~Copyable {
  let handshakeSecret: SecretBytes
  let sessionKey: SecretBytes
  let serverMACKey: SecretBytes
  let clientMACKey: SecretBytes
  let serverMAC: SecretBytes
  let clientMAC: SecretBytes

  /// - Parameter inputKeyMaterial: the three Diffie-Hellman results, 96 bytes.
  init(inputKeyMaterial: Span<UInt8>, preamble: Preamble) throws(OPAQUEError) {
    let transcript = try sha512(preamble.bytes)
    let secret = try extract(inputKeyMaterial)
    let handshakeSecret = try deriveSecret(secret, "HandshakeSecret", transcript)
    let sessionKey = try deriveSecret(secret, "SessionKey", transcript)
    let serverMACKey = try deriveSecret(handshakeSecret, "ServerMAC", [])
    let clientMACKey = try deriveSecret(handshakeSecret, "ClientMAC", [])
    let serverMAC = try mac(serverMACKey, transcript)
    // The client's MAC also covers the server's, which is sent in the open.
    let clientMAC = try mac(clientMACKey, sha512(preamble.bytes + serverMAC.publicBytes()))

    self.handshakeSecret = handshakeSecret
    self.sessionKey = sessionKey
    self.serverMACKey = serverMACKey
    self.clientMACKey = clientMACKey
    self.serverMAC = serverMAC
    self.clientMAC = clientMAC
  }
}

/// Derive-Secret, that is Expand-Label with the length Nx = 64 (section 6.4.2).
private func deriveSecret(
  _ secret: borrowing SecretBytes, _ label: String, _ transcriptHash: [UInt8]
) throws(OPAQUEError) -> SecretBytes {
  let label = Array("OPAQUE-\(label)".utf8)
  let customLabel: [UInt8] = [0, 64, UInt8(label.count)] + label + [UInt8(transcriptHash.count)] + transcriptHash
  return try expand(secret, customLabel, count: 64)
}
