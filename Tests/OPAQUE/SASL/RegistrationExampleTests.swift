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
      OPAQUEClientRegistration(password: password, blind: example.scalar("blind")), for: OPAQUEMechanism().name,
      limits: .default, resealing: oldVault, account: user, random: { $0 == 32 ? envelopeNonce : nonce })
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
    eddaa06acf72b4e08aec3ffe6651f83680e5777cdeb6d197cd3a6ff3c2899eb4

    name
    recovery-codes

    note
    7391-0462 2208-5513

    old nonce
    000102030405060708090a0b

    sealed note
    01000102030405060708090a0bd794d17c2286748f87f6d3f788427aeffab6ab5055ebb459f826b67a82386cdc6dd54d

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
    k=KngAfaaAoD2LfjzwLmROU5aJYEkddIaJTOw2Pa9WtFA=

    server-1
    k=GCjAX/5EFndyG5haUglfoIINQsS/fegoG0QhaJo0IEY2O9FYBo+r25HwbzjJPu0P4YDrBkRsWUuryaFGRl3IYg==,s=scr
    ypt,n=32768,r=8,p=1,v=2

    client-2
    k=clCCpeyG0QCzao5xAhkA454wTtdqYsrpaDBVYHuVfEiLxg+EInwkyZWm0L9Ygk/JXiaZguAK0XgtloKNbC+czDmS/I7fpA
    KA56bpwUPzDMC1tytIT3LKXyoknSxl6rFqq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6vW6NpjOcPiR9PvgwYrqr
    eDzvctZ/ebXTIrwqAG7YdracyUvQpcdnKnEEvJbWHM1z8nqAHmHKHXA2+wlD0n84aw

    server-note 1
    n=damaged,d=AQID

    server-note 2
    n=recovery-codes,d=AQABAgMEBQYHCAkKC9eU0XwihnSPh/bT94hCeu/6tqtQVeu0WfgmtnqCOGzcbdVN

    client-note 2
    d=Ac3Nzc3Nzc3Nzc3NzVru9cFDSp7zONo1BL3ETYvxdjc4IJ/sKaBmzucVQ5lHDkvi

    export_key
    183b25139bbdfd6b1e08f9f46a4c578532ff1d04dda6d808a48edc5c631b5a5d0100569dd51b5a4020b2fabf92854f67
    319785ea1e9b2619aebda17347207be2
    """
}
