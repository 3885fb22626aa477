import Foundation
import PassBindCrypto
import PassBindOPRF
import PassBindRistretto
import Testing

@testable import PassBindExportedAuthenticators
@testable import PassBindOPAQUE

/// The worked example of the specification, which comes out of the code byte for byte.
@Suite("OPAQUE-EA: the worked example")
struct OPAQUEEAExampleTests {
  private let values: [String: String]

  init() throws {
    let path = "../../../../Sources/ExportedAuthenticators/OPAQUE-EA/OPAQUE-EA.md"
    let document = URL(filePath: #filePath).appending(path: path).standardizedFileURL
    let specification = try String(contentsOf: document, encoding: .utf8)
    let example = try #require(specification.components(separatedBy: "## Worked example").last)
    let block = example.components(separatedBy: "```")[1]
    var values: [String: String] = [:]
    for paragraph in block.split(separator: "\n\n") {
      let lines = paragraph.split(separator: "\n")
      values[String(lines[0])] = lines.dropFirst().joined()
    }
    self.values = values
  }

  private func text(_ name: String) throws -> String { try #require(values[name], "the example has no \(name)") }
  private func hex(_ name: String) throws -> [UInt8] { bytes(try text(name)) }
  private func secretHex(_ name: String) throws -> SecretBytes { SecretBytes(copying: try hex(name)) }

  private func scalar(_ name: String) throws -> RistrettoScalar {
    let value = try hex(name)
    return try RistrettoScalar(decoding: value.span)
  }

  private func expect(_ name: String, _ found: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    let found = found.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    #expect(values[name] == found, "\(name)", sourceLocation: sourceLocation)
  }

  private func end(isServer: Bool) throws -> ConnectionAuthenticators {
    let labels = [
      "client authenticator handshake context", "client authenticator finished key",
      "server authenticator handshake context", "server authenticator finished key",
    ]
    let exported = try labels.map { ("EXPORTER-\($0)", try hex($0)) }
    return ConnectionAuthenticators(
      try ExportedAuthenticators(isServer: isServer, hash: .sha256) { label, _ in
        SecretBytes(copying: exported.first { $0.0 == label }?.1 ?? [])
      })
  }

  @Test func itComesOut() async throws {
    let opaque = try OPAQUEServerSetup(
      oprfSeed: secretHex("OPAQUE's oprf_seed"), privateKey: RistrettoScalar(1),
      decoys: OPAQUEDecoys(seed: secretHex("OPAQUE's decoy seed")))
    expect("oprf_seed", try opaque.secret("PassBind-OPAQUE-EA-OprfSeed", count: 64).publicBytes())
    expect("server_signing_seed", try opaque.decoys.secret("PassBind-OPAQUE-EA-SigningKey", count: 32).publicBytes())
    let setup = try OPAQUEEAServerSetup(opaque)
    expect("server_public_key", setup.publicKey)

    let stretching = try KeyStretchingParameters(parsing: text("key_stretching"))
    let password = try OPAQUESASLClientPolicy().prepare(SecretBytes(copying: text("password").utf8))
    let user = try text("user_name")
    let registration = try OPAQUEEAClientRegistration(password: password)
    let response = try setup.registrationResponse(to: registration.request, credentialIdentifier: Array(user.utf8))
    let account = try await registration.finish(
      response: response, stretching: stretching, envelopeNonce: hex("envelope_nonce"))
    let record = account.record
    expect("record", record.bytes)
    expect("export_key", account.exportKey.publicBytes())
    let credential = OPAQUEEACredential(record: record, keyID: setup.keyID, stretching: stretching)

    let (near, far) = (try end(isServer: false), try end(isServer: true))
    let client = try OPAQUEEAClient(
      user: user, authorizationIdentity: text("authorization_identity"),
      oprf: OPRFClient(password: password, blind: scalar("blind")),
      authenticators: near, limits: .default, context: hex("client_context"))
    let m1 = client.firstMessage
    expect("m1", m1)
    let lookup = try OPAQUEEAServer(offer: Service.offer, authenticators: far).receive(m1)
    let challenge = try lookup.challenge(
      with: credential, keys: OPAQUEEAServerKeys(setup), refusing: nil, maskingNonce: hex("masking_nonce"),
      context: hex("server_context"))
    let m2 = challenge.message
    expect("m2", m2)
    let outcome = try await client.respond(to: m2)
    let m3 = outcome.finalMessage
    expect("m3", m3)
    let login = try challenge.receive(m3)
    #expect(login == OPAQUEEAAcceptance(user: user, authorizationIdentity: try text("authorization_identity")))
  }
}
