import PassBindCrypto
import PassBindOPAQUE
import Testing

@testable import PassBindExportedAuthenticators

/// Ed25519 public keys of small order: for the identity, R = identity and S = 0 are a signature over anything (RFC 8032
/// section 5.1.7), and nobody needs a private key. OpenSSL takes it.
@Suite("OPAQUE-EA: keys of small order")
struct OPAQUEEASmallOrderTests {
  /// The eight points of small order, and the encodings of some that are not canonical.
  private static let points = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ].map { bytes($0) }

  private static let identity = points[0]
  private static let signature = identity + [UInt8](repeating: 0, count: 32)

  @Test("The signature that needs no key is one, for OpenSSL")
  func control() throws {
    for (key, isTaken) in [
      (Ed25519PublicKeyInfo.bytes(Self.identity), true), (SigningKey.ownKey.subjectPublicKeyInfo, false),
    ] {
      let message = randomBytes(count: 32)
      let found = try VerifyingKey(subjectPublicKeyInfo: key.span)
        .isValid(Self.signature.span, of: message.span, scheme: .ed25519)
      #expect(found == isTaken)
    }
  }

  @Test("As the server's certificate it is not the key that the client registered with", arguments: points)
  func server(point: [UInt8]) async throws {
    let (service, line) = (try await Service(), try Line())
    let client = try service.client(on: line)
    let m1 = client.firstMessage
    let parts = try OPAQUEEAServerFirst(parsing: Forgery(m1, service).message(to: m1, on: line))
    let forged = try line.server.use { value throws(ExportedAuthenticatorError) in
      try resign(parts.authenticator, shown: point, request: m1, by: value.own)
    }
    let found = await code(client, answered: forged + parts.request)
    #expect(found == .serverAuthentication)
  }

  @Test("As the client's certificate it is not the key of the record", arguments: points)
  func client(point: [UInt8]) async throws {
    let (service, line) = (try await Service(), try Line())
    let challenge = try service.challenge(service.client(on: line).firstMessage, on: line)
    let forged = try proof(challenge.message, on: line, point)
    #expect(code(challenge, answered: forged) == .clientAuthentication)
  }

  /// Whoever registers it gives the account away, as by telling the password (OPAQUE-EA.md, "Registration").
  @Test("In the record, it is its owner's to have")
  func registered() async throws {
    let (service, line) = (try await Service(), try Line())
    let record = try OPAQUEEARecord(Self.identity + service.credential.record.bytes[32...])
    let credential = OPAQUEEACredential(
      record: record, keyID: service.credential.keyID, stretching: service.stretching)
    let lookup = try service.lookup(service.client(on: line).firstMessage, on: line)
    let challenge = try lookup.challenge(with: credential, keys: service.keys)
    let forged = try proof(challenge.message, on: line, Self.identity)
    #expect(code(challenge, answered: forged) == nil)
  }

  private func proof(_ m2: [UInt8], on line: Line, _ point: [UInt8]) throws -> [UInt8] {
    let honest = try prove(m2, on: line, key: .ownKey)
    let request = try OPAQUEEAServerFirst(parsing: m2).request
    return try line.client.use { value throws(ExportedAuthenticatorError) in
      try resign(honest, shown: point, request: request, by: value.own)
    }
  }

  /// The same authenticator for another key, under the signature that needs none.
  private func resign(
    _ authenticator: [UInt8], shown point: [UInt8], request: [UInt8], by keys: borrowing AuthenticatorKeys
  ) throws(ExportedAuthenticatorError) -> [UInt8] {
    guard case .full(let old, _, _) = try AuthenticatorMessage(parsing: authenticator),
      let entry = old.message.entries.first
    else { return [] }
    let certificate = try CertificateMessage(
      context: old.message.context,
      entries: [CertificateEntry(data: Ed25519PublicKeyInfo.bytes(point), extensions: entry.extensions)]
    ).bytes()
    let verify = try CertificateVerifyMessage(
      algorithm: SignatureScheme.ed25519.rawValue, signature: Self.signature
    ).bytes()
    let finished = try keys.finished(request: request, certificate: certificate, certificateVerify: verify)
    return try certificate + verify + FinishedMessage(verifyData: finished.publicBytes()).bytes()
  }
}
