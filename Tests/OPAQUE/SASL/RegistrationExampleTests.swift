import Foundation
import PassBindCrypto
import PassBindRistretto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// The worked example of the specification, which is in it byte for byte and comes out of the code byte for byte.
@Suite struct RegistrationExampleTests {
  private let example = WorkedExample(source)

  @Test func theSpecificationHasIt() throws {
    let document = URL(filePath: #filePath).appending(path: "../../../../Sources/OPAQUE/SASL/REGISTRATION.md")
    let specification = try String(contentsOf: document.standardizedFileURL, encoding: .utf8)
    #expect(specification.contains("```\n\(example.source)\n```"))
  }

  @Test func itComesOut() async throws {
    let setup = try OPAQUEServerSetup(
      oprfSeed: SecretBytes(copying: example.hex("oprf_seed")),
      privateKey: example.scalar("server_private_key"), decoys: OPAQUEDecoys(seed: .random(count: 64)))
    let user = example.text("user_name")
    let name = example.text("name")
    let stretching = try KeyStretchingParameters(parsing: example.text("key_stretching"))

    let oldExportKey = SecretBytes(copying: example.hex("old export_key"))
    let vaultKey = try expand(oldExportKey, Array("PassBind-Vault-v1".utf8), count: 32)
    let (key, note) = (vaultKey.exposed, Array(example.text("note").utf8))
    #expect(key == example.hex("old vault key"))
    let oldVault = try OPAQUEVault(exportKey: oldExportKey, account: user)
    let sealed = try oldVault.seal(note.span, name: name, nonce: example.hex("old nonce"))
    #expect(sealed == example.hex("sealed note"))

    let password = try OPAQUESASLClientPolicy().prepare(SecretBytes(copying: example.text("new password").utf8))
    let (envelopeNonce, nonce) = (example.hex("envelope_nonce"), example.hex("new nonce"))
    let client = try OPAQUERegistrationExchange(
      OPAQUEClientRegistration(password: password, blind: example.scalar("blind")), limits: .default,
      resealing: oldVault, account: user, random: { $0 == 32 ? envelopeNonce : nonce })
    #expect(text(client.initialResponse) == example.text("client-1"))

    let request = try OPAQUERegistrationMessage.Request(parsing: client.initialResponse)
    let response = try setup.registrationResponse(to: request.bytes, credentialIdentifier: Array(user.utf8))
    let first = OPAQUERegistrationMessage.response(response, stretching, notes: 2)
    #expect(text(first) == example.text("server-1"))
    let record = try await client.respond(to: first)
    #expect(text(record) == example.text("client-2"))

    let damaged = OPAQUERegistrationMessage.note("damaged", [1, 2, 3])
    #expect(text(damaged) == example.text("server-note 1"))
    let kept = try await client.respond(to: damaged)
    #expect(kept.isEmpty)
    let stored = OPAQUERegistrationMessage.note(name, sealed)
    #expect(text(stored) == example.text("server-note 2"))
    let resealed = try await client.respond(to: stored)
    #expect(text(resealed) == example.text("client-note 2"))

    try client.finish(with: nil)
    var exportKey: [UInt8] = []
    if let outcome = client.takeOutcome() { exportKey = outcome.exportKey.exposed }
    #expect(exportKey == example.hex("export_key"))
    let vault = try OPAQUEVault(exportKey: SecretBytes(copying: exportKey), account: user)
    let bytes = try #require(try OPAQUERegistrationMessage.ResealedNote(parsing: resealed).sealed)
    let opened = try vault.open(bytes.span, name: name)
    let found = opened.exposed
    #expect(found == note)
  }

  private static let source = """
    oprf_seed
    404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f
    707172737475767778797a7b7c7d7e7f

    server_private_key
    2222222222222222222222222222222222222222222222222222222222222202

    user_name
    alice

    old export_key
    8ef794bc4e3bf8fb432bd79c0ac93751a174f5d53fe686b903cad27237a16622b4163e1e08ee0d6134009d1bb9eb6af1
    55df01ea777f0dc66c11aea2064efda2

    old vault key
    00

    name
    recovery-codes

    note
    7391-0462 2208-5513

    old nonce
    000102030405060708090a0b

    sealed note
    00

    new password
    battery horse staple correct

    key_stretching
    scrypt,n=32768,r=8,p=1

    blind
    3333333333333333333333333333333333333333333333333333333333333303

    envelope_nonce
    abababababababababababababababababababababababababababababababab

    new nonce
    cdcdcdcdcdcdcdcdcdcdcdcd

    client-1
    k=

    server-1
    k=

    client-2
    k=

    server-note 1
    n=damaged,d=AQID

    server-note 2
    n=

    client-note 2
    d=

    export_key
    00
    """
}
