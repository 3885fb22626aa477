import PassBindCrypto
import PassBindOPRF
import PassBindRistretto
import Testing

@testable import PassBindOPAQUE

/// RFC 9807 appendix C, byte for byte, with every intermediate value.
@Suite struct OPAQUEVectorTests {
  static let real = [RFC9807.real1, RFC9807.real2]

  @Test(arguments: real) func registration(_ vector: Vector) async throws {
    let client = try OPAQUEClientRegistration(
      password: vector.secret("password"), blind: vector.scalar("blind_registration"))
    #expect(client.request == vector["registration_request"])
    let setup = try vector.setup
    #expect(setup.publicKey == vector["server_public_key"])
    let response = try setup.registrationResponse(
      to: client.request, credentialIdentifier: vector["credential_identifier"])
    #expect(response == vector["registration_response"])
    let account = try await client.finish(
      response: response, identities: vector.identities, stretching: InsecureIdentityStretching(),
      envelopeNonce: vector["envelope_nonce"])
    #expect(account.record.bytes == vector["registration_upload"])
    let exportKey = account.exportKey.exposed
    #expect(exportKey == vector["export_key"])
  }

  @Test(arguments: real) func oprfKey(_ vector: Vector) throws {
    let key = try vector.setup.oprfKey(vector["credential_identifier"])
    let isRight = key.isEqual(to: try vector.scalar("oprf_key"))
    #expect(isRight)
  }

  @Test(arguments: real) func envelope(_ vector: Vector) throws {
    let randomized = vector.secret("randomized_password")
    let maskingKey = try PassBindOPAQUE.maskingKey(randomized).exposed
    #expect(maskingKey == vector["masking_key"])
    let envelope = try Envelope<DiffieHellmanKeys>(
      randomizedPassword: randomized, nonce: vector["envelope_nonce"], serverPublicKey: vector["server_public_key"],
      identities: vector.identities)
    let authKey = envelope.authKey.exposed
    #expect(authKey == vector["auth_key"])
    #expect(envelope.clientKeys.publicKey == vector["client_public_key"])
    #expect(envelope.bytes == vector["envelope"])
    let exportKey = envelope.exportKey.exposed
    #expect(exportKey == vector["export_key"])
  }

  @Test(arguments: real) func randomizedPasswordIsStretchedFromTheOPRF(_ vector: Vector) async throws {
    let client = try OPRFClient(password: vector.secret("password"), blind: vector.scalar("blind_login"))
    let output = try client.output(vector["KE2"][..<32], elseThrow: .invalidElement)
    let randomized = try await randomizedPassword(output, stretching: InsecureIdentityStretching()).exposed
    #expect(randomized == vector["randomized_password"])
  }

  @Test(arguments: real) func login(_ vector: Vector) async throws {
    let client = try OPAQUEClientLogin(
      password: vector.secret("password"), blind: vector.scalar("blind_login"), clientNonce: vector["client_nonce"],
      clientKeyshareSeed: vector.secret("client_keyshare_seed"))
    #expect(client.ke1 == vector["KE1"])
    let record = try OPAQUERecord(vector["registration_upload"])
    let server = try OPAQUEServerLogin(
      ke1: client.ke1, record: record, credentialIdentifier: vector["credential_identifier"], setup: vector.setup,
      identities: vector.identities, context: vector["context"], randomness: vector.serverRandomness)
    #expect(server.ke2 == vector["KE2"])
    let session = try await client.finish(
      ke2: server.ke2, context: vector["context"], identities: vector.identities,
      stretching: InsecureIdentityStretching())
    #expect(session.ke3 == vector["KE3"])
    #expect(session.serverPublicKey == vector["server_public_key"])
    let (theirs, exportKey) = (session.sessionKey.exposed, session.exportKey.exposed)
    #expect(theirs == vector["session_key"])
    #expect(exportKey == vector["export_key"])
    let ours = try server.finish(ke3: session.ke3).exposed
    #expect(ours == vector["session_key"])
  }

  @Test(arguments: real) func keySchedule(_ vector: Vector) throws {
    let record = try OPAQUERecord(vector["registration_upload"])
    let setup = try vector.setup
    let answer = try ServerAnswer(
      vector["KE1"], record, vector["credential_identifier"], setup.decoys, vector.serverRandomness)
    let group = try answer.group(
      oprfKey: setup.oprfKey(vector["credential_identifier"]), privateKey: setup.secrets.privateKey)
    let ke2 = try answer.ke2(group, serverPublicKey: setup.publicKey)
    let keys = try answer.keys(group, ke2, serverPublicKey: setup.publicKey, vector.identities, vector["context"])
    let (handshakeSecret, sessionKey) = (keys.handshakeSecret.exposed, keys.sessionKey.exposed)
    #expect(handshakeSecret == vector["handshake_secret"])
    #expect(sessionKey == vector["session_key"])
    let (serverMACKey, clientMACKey) = (keys.serverMACKey.exposed, keys.clientMACKey.exposed)
    #expect(serverMACKey == vector["server_mac_key"])
    #expect(clientMACKey == vector["client_mac_key"])
    let clientMAC = keys.clientMAC.exposed
    #expect(clientMAC == vector["KE3"])
  }

  /// Appendix C.2.1 answers for an account that does not exist, with a fake record whose values it gives.
  @Test func fakeRecord() throws {
    let vector = RFC9807.fake1
    let record = OPAQUERecord(
      clientPublicKey: vector["client_public_key"], maskingKey: vector.secret("masking_key"),
      envelope: [UInt8](repeating: 0, count: 96))
    let server = try OPAQUEServerLogin(
      ke1: vector["KE1"], record: record, credentialIdentifier: vector["credential_identifier"], setup: vector.setup,
      identities: vector.identities, context: bytes("4f50415155452d504f43"), randomness: vector.serverRandomness)
    #expect(server.ke2 == vector["KE2"])
  }
}
