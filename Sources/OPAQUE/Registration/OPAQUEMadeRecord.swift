package import PassBindCrypto
package import PassBindOPRF

/// RegistrationRecord (RFC 9807 section 5.1), 192 bytes, and what its maker keeps.
package struct OPAQUEMadeRecord: ~Copyable {
  package let bytes: [UInt8]
  package let exportKey: SecretBytes
  package let serverPublicKey: [UInt8]
}

extension OPRFClient {
  /// FinalizeRegistrationRequest (section 5.2.3), for clients with keys of any kind.
  package consuming func makeRecord<Keys: ClientKeys & ~Copyable>(
    of _: Keys.Type, _ response: Message<RegistrationResponse>, identities: OPAQUEIdentities,
    stretching: some KeyStretching, envelopeNonce: [UInt8]
  ) async throws(OPAQUEError) -> OPAQUEMadeRecord {
    _ = try response.element(RegistrationResponse.evaluatedMessage)
    let evaluated = response[RegistrationResponse.evaluatedMessage]
    try refuseReflection(of: blindedElement, in: evaluated)
    let oprfOutput = try output(evaluated, elseThrow: .invalidElement)
    let randomized = try await randomizedPassword(oprfOutput, stretching: stretching)
    let envelope = try Envelope<Keys>(
      randomizedPassword: randomized, nonce: envelopeNonce,
      serverPublicKey: Array(response[RegistrationResponse.serverPublicKey]), identities: identities)
    return OPAQUEMadeRecord(
      bytes: envelope.clientKeys.publicKey + (try maskingKey(randomized).publicBytes()) + envelope.bytes,
      exportKey: envelope.exportKey.copy(), serverPublicKey: envelope.serverPublicKey)
  }
}
