import PassBindCrypto
import PassBindOPRF
import PassBindRistretto
import Testing

@testable import PassBindExportedAuthenticators
@testable import PassBindOPAQUE

/// The worked example of the specification, which comes out of the code byte for byte.
@Suite("OPAQUE-EA: the worked example")
struct OPAQUEEAExampleTests {
  private let example: SpecifiedExample

  init() throws {
    example = try SpecifiedExample(
      in: "Sources/ExportedAuthenticators/OPAQUE-EA/OPAQUE-EA.md", under: "## Worked example")
  }

  private func end(isServer: Bool) throws -> ConnectionAuthenticators {
    let labels = [
      "client authenticator handshake context", "client authenticator finished key",
      "server authenticator handshake context", "server authenticator finished key",
    ]
    let exported = try labels.map { ("EXPORTER-\($0)", try example.hex($0)) }
    return ConnectionAuthenticators(
      try ExportedAuthenticators(isServer: isServer, hash: .sha256) { label, _ in
        SecretBytes(copying: exported.first { $0.0 == label }?.1 ?? [])
      })
  }

  @Test func itComesOut() async throws {
    let opaque = try OPAQUEServerSetup(
      oprfSeed: example.secretHex("OPAQUE's oprf_seed"), privateKey: RistrettoScalar(1),
      decoys: OPAQUEDecoys(seed: example.secretHex("OPAQUE's decoy seed")))
    example.expect("oprf_seed", try opaque.secret("PassBind-OPAQUE-EA-OprfSeed", count: 64).publicBytes())
    example.expect(
      "server_signing_seed", try opaque.decoys.secret("PassBind-OPAQUE-EA-SigningKey", count: 32).publicBytes())
    let setup = try OPAQUEEAServerSetup(opaque)
    example.expect("server_public_key", setup.publicKey)

    let stretching = try KeyStretchingParameters(parsing: example.text("key_stretching"))
    let password = try OPAQUESASLClientPolicy().prepare(SecretBytes(copying: example.text("password").utf8))
    let user = try example.text("user_name")
    let registration = try OPAQUEEAClientRegistration(password: password)
    let response = try setup.registrationResponse(to: registration.request, credentialIdentifier: Array(user.utf8))
    let account = try await registration.finish(
      response: response, stretching: stretching, envelopeNonce: example.hex("envelope_nonce"))
    let record = account.record
    example.expect("record", record.bytes)
    example.expect("export_key", account.exportKey.publicBytes())
    let credential = OPAQUEEACredential(record: record, keyID: setup.keyID, stretching: stretching)

    let (near, far) = (try end(isServer: false), try end(isServer: true))
    let client = try OPAQUEEAClient(
      user: user, authorizationIdentity: example.text("authorization_identity"),
      oprf: OPRFClient(password: password, blind: example.scalar("blind")),
      authenticators: near, limits: .default, context: example.hex("client_context"))
    let m1 = client.firstMessage
    example.expect("m1", m1)
    let lookup = try OPAQUEEAServer(offer: Service.offer, authenticators: far).receive(m1)
    let challenge = try lookup.challenge(
      with: credential, keys: OPAQUEEAServerKeys(setup), refusing: nil, maskingNonce: example.hex("masking_nonce"),
      context: example.hex("server_context"))
    let m2 = challenge.message
    example.expect("m2", m2)
    let outcome = try await client.respond(to: m2)
    let m3 = outcome.finalMessage
    example.expect("m3", m3)
    let login = try challenge.receive(m3)
    #expect(login == OPAQUEEAAcceptance(user: user, authorizationIdentity: try example.text("authorization_identity")))
  }
}
