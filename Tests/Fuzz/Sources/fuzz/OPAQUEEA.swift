import Inline
@testable import PassBindCrypto
import PassBindOPRF
import PassBindRistretto
import PassBindSASL

@testable import PassBindExportedAuthenticators
@testable import PassBindOPAQUE

/// A server with one account, all of it the same each time.
private struct Service: Sendable {
  let keys: OPAQUEEAServerKeys
  let credential: OPAQUEEACredential
  let stretching: KeyStretchingParameters

  init() throws {
    stretching = try .scrypt(n: 2, r: 1, p: 1)
    let seed = [UInt8](repeating: 9, count: 64)
    let setup = try OPAQUEServerSetup(
      oprfSeed: SecretBytes(copying: seed), privateKey: RistrettoScalar(1),
      decoys: OPAQUEDecoys(seed: SecretBytes(copying: seed)))
    keys = try OPAQUEEAServerKeys(OPAQUEServerKeys(current: setup))
    let (keys, stretching) = (keys, stretching)
    credential = try inline { try await register(keys.current, stretching) }
  }
}

private let name = Array("alice".utf8)
private let offer = SASLOffer(mechanisms: [OPAQUEEAMechanism.name], bindingTypes: nil)

private func secret() -> SecretBytes { SecretBytes(copying: Array("correct horse".utf8)) }

@inline(never)
private func register(
  _ setup: OPAQUEEAServerSetup, _ stretching: KeyStretchingParameters
) async throws -> OPAQUEEACredential {
  let client = try OPAQUEEAClientRegistration(password: secret(), blind: RistrettoScalar(3))
  let response = try setup.registrationResponse(to: client.request, credentialIdentifier: name)
  let account = try await client.finish(
    response: response, stretching: stretching, envelopeNonce: [UInt8](repeating: 5, count: 32))
  return OPAQUEEACredential(record: account.record, keyID: setup.keyID, stretching: stretching)
}

@inline(never)
private func client(_ end: ConnectionAuthenticators) throws -> OPAQUEEAClient {
  try OPAQUEEAClient(
    user: "alice", authorizationIdentity: nil, oprf: OPRFClient(password: secret(), blind: RistrettoScalar(5)),
    authenticators: end,
    limits: KeyStretchingLimits(minimumMemory: 0, maximumMemory: 16, minimumWork: 0, maximumWork: 64),
    context: fixedContext)
}

@inline(never)
private func lookup(_ m1: [UInt8], _ end: ConnectionAuthenticators) throws -> OPAQUEEAServerLookup {
  try OPAQUEEAServer(offer: offer, authenticators: end).receive(m1)
}

@inline(never)
private func challenge(
  _ lookup: consuming OPAQUEEAServerLookup, _ credential: OPAQUEEACredential?, _ keys: OPAQUEEAServerKeys
) throws -> OPAQUEEAServerChallenge {
  try lookup.challenge(
    with: credential, keys: keys, refusing: nil, maskingNonce: [UInt8](repeating: 8, count: 32),
    context: [UInt8](repeating: 6, count: 32))
}

private func connected(isServer: Bool) throws -> ConnectionAuthenticators {
  ConnectionAuthenticators(try end(isServer: isServer))
}

/// m1, at the server.
func clientFirst() throws -> Target {
  let service = try Service()
  let m1 = try client(connected(isServer: false)).firstMessage
  return { input in
    var request = try ChangedRequest(m1)
    while !input.isAtEnd { request.change(by: &input) }
    let found = try lookup(request.bytes(), connected(isServer: true))
    let known = found.user == "alice" ? service.credential : nil
    _ = try challenge(found, known, service.keys).message
  }
}

/// m2, at the client, made by the other end of its connection.
func serverFirst() throws -> Target {
  let service = try Service()
  let m1 = try client(connected(isServer: false)).firstMessage
  let honest = try challenge(lookup(m1, connected(isServer: true)), service.credential, service.keys).message
  let parts = try OPAQUEEAServerFirst(parsing: honest)
  guard case .full(let certificate, _, _) = try AuthenticatorMessage(parsing: parts.authenticator) else {
    fatalError("no authenticator")
  }
  return { input in
    var authenticator = try ChangedAuthenticator(
      context: fixedContext, entries: certificate.message.entries, key: service.keys.current.signingKey)
    var request = try ChangedRequest(parts.request)
    while !input.isAtEnd {
      if input.byte() & 1 == 0 { authenticator.change(by: &input) } else { request.change(by: &input) }
    }
    let m2 = try authenticator.bytes(request: m1, by: end(isServer: true).own) + request.bytes()
    let client = try connected(isServer: false)
    _ = try inline { try await respond(to: m2, client) }
  }
}

@inline(never)
private func respond(to m2: [UInt8], _ end: ConnectionAuthenticators) async throws -> [UInt8] {
  let outcome = try await client(end).respond(to: m2)
  return outcome.finalMessage
}

/// m3, at the server, by a client that has the account's key.
func clientFinal() throws -> Target {
  let key = try SigningKey(ed25519Seed: [UInt8](repeating: 4, count: 32).span)
  let identity = try AuthenticatorExtension(.opaqueClientAuth, name: name)
  guard let publicKey = Ed25519PublicKeyInfo.publicKey(in: key.subjectPublicKeyInfo) else { fatalError("no key") }
  return { input in
    let server = try connected(isServer: true)
    let parameters = AuthenticatorRequest.Parameters(opaque: [identity], context: fixedContext)
    let request = try server.use { value throws(ExportedAuthenticatorError) in try value.request(parameters) }
    var authenticator = try ChangedAuthenticator(
      context: fixedContext, entries: [CertificateEntry(data: key.subjectPublicKeyInfo, extensions: [identity])],
      key: key)
    while !input.isAtEnd { authenticator.change(by: &input) }
    let m3 = try authenticator.bytes(request: request.bytes, by: end(isServer: false).own)
    _ = try OPAQUEEAServerChallenge(
      message: [], request: request, clientPublicKey: publicKey, refusal: nil, name: name, user: "alice",
      authorizationIdentity: nil, authenticators: server
    ).receive(m3)
  }
}

/// What a store gives back, and the messages of a registration.
func stored() throws -> Target {
  let service = try Service()
  let (credential, setup) = (service.credential.encoded, service.keys.current)
  let asked = try OPAQUEEAClientRegistration(password: secret(), blind: RistrettoScalar(3)).request
  let answered = try setup.registrationResponse(to: asked, credentialIdentifier: name)
  return { input in
    switch input.byte() & 3 {
    case 0:
      let bytes = changed(credential, by: &input)
      guard try OPAQUEEACredential(encoded: bytes).encoded == bytes else { fatalError("read otherwise than written") }
    case 1:
      _ = try setup.registrationResponse(to: changed(asked, by: &input), credentialIdentifier: name)
    case 2:
      let response = changed(answered, by: &input)
      _ = try inline { try await finish(response) }
    default:
      _ = try OPAQUEEARecord(changed(service.credential.record.bytes, by: &input))
    }
  }
}

@inline(never)
private func finish(_ response: [UInt8]) async throws -> OPAQUEEARecord {
  let client = try OPAQUEEAClientRegistration(password: secret(), blind: RistrettoScalar(3))
  let registration = try await client.finish(response: response, stretching: InsecureIdentityStretching())
  return registration.record
}

private func changed(_ bytes: [UInt8], by input: inout Input) -> [UInt8] {
  var bytes = bytes
  while !input.isAtEnd { bytes.change(by: &input) }
  return bytes
}
