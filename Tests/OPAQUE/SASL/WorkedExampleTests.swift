import Foundation
import PassBindCrypto
import PassBindRistretto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// The worked examples of the specification, which are in it byte for byte and come out of the code byte for byte.
@Suite struct WorkedExampleTests {
  @Test(arguments: WorkedExample.all)
  func theSpecificationHasIt(example: WorkedExample) throws {
    let document = URL(filePath: #filePath).appending(path: "../../../../Sources/OPAQUE/SASL/OPAQUE-R255.md")
    let specification = try String(contentsOf: document.standardizedFileURL, encoding: .utf8)
    #expect(specification.contains("```\n\(WorkedExample.keys)\n```"))
    #expect(specification.contains("```\n\(example.source)\n```"))
  }

  @Test(arguments: WorkedExample.all)
  func itComesOut(example: WorkedExample) async throws {
    let setup = try OPAQUEServerSetup(
      oprfSeed: SecretBytes(copying: example.hex("oprf_seed")),
      privateKey: example.scalar("server_private_key"), decoys: OPAQUEDecoys(seed: .random(count: 64)))
    #expect(setup.publicKey == example.hex("server_public_key"))
    let keys = try OPAQUEServerKeys(current: setup)
    let stretching = try KeyStretchingParameters(parsing: example.text("key_stretching"))
    let password = try OPAQUESASLClientPolicy().prepare(SecretBytes(copying: example.text("password").utf8))
    let identifier = Array(try OPAQUESASLMessage.prepare(user: example.text("user_name")).utf8)

    let registration = try OPAQUEClientRegistration(password: password)
    let response = try setup.registrationResponse(to: registration.request, credentialIdentifier: identifier)
    let registered = try await registration.finish(
      response: response, identities: .publicKeys, stretching: stretching, envelopeNonce: example.hex("envelope_nonce"))
    let (record, exportKey) = (registered.record, registered.exportKey.exposed)
    #expect(record.bytes == example.hex("record"))
    #expect(exportKey == example.hex("export_key"))

    let client = try OPAQUESASLClient(
      example.choice, user: example.text("user_name"),
      authorizationIdentity: example.optional("authorization_identity"),
      offer: example.offer, policy: OPAQUESASLClientPolicy(),
      login: OPAQUEClientLogin(
        password: password, blind: example.scalar("blind"), clientNonce: example.hex("client_nonce"),
        clientKeyshareSeed: SecretBytes(copying: example.hex("client_keyshare_seed"))))
    let first = client.firstMessage
    #expect(text(first) == example.text("client-first"))

    let bindings = ChannelBindings(tlsVersion: .tls13, available: [example.binding].compactMap { $0 })
    let mechanism = try #require(OPAQUEMechanism(example.choice.mechanism))
    let lookup = try OPAQUESASLServer(mechanism, offer: example.offer, bindings: bindings).receive(first)
    let challenge = try lookup.challenge(
      with: OPAQUECredential(record: record, keyID: setup.keyID, stretching: stretching), keys: keys, refusing: nil,
      randomness: ServerLoginRandomness(
        maskingNonce: example.hex("masking_nonce"), serverNonce: example.hex("server_nonce"),
        serverKeyshareSeed: SecretBytes(copying: example.hex("server_keyshare_seed"))))
    let context = try OPAQUESASLContext.bytes(
      mechanism, clientFirst: first, stretching: stretching, binding: example.binding, offer: example.offer)
    #expect(context == example.hex("context"))
    let message = challenge.message
    #expect(text(message) == example.text("server-first"))

    let outcome = try await client.respond(to: message)
    let final = outcome.finalMessage
    #expect(text(final) == example.text("client-final"))
    let acceptance = try challenge.receive(final)
    let (ours, theirs) = (outcome.sessionKey.exposed, acceptance.sessionKey.exposed)
    #expect(ours == example.hex("session_key") && theirs == ours)
  }
}
