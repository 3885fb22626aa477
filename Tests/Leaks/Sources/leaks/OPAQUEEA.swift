import Inline
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import PassBindTLS

/// A connection and an account, for logins by OPAQUE-EA.
struct EAService: Sendable {
  /// What becomes of a login on its way.
  enum Course: CaseIterable, Sendable {
    case good, actingAsAnother
    case wrongPassword, unknownUser, unknownKey, locked, changedFirst, changedSecond, changedFinal, declined
    case abandonedByClient, abandonedByServer, badElement
  }

  private let client, server: ConnectionAuthenticators
  private let keys: OPAQUEEAServerKeys
  private let credential: OPAQUEEACredential

  init(_ client: TLSEngine, _ server: TLSEngine) throws {
    let setup = try OPAQUEServerSetup.generate()
    let keys = try OPAQUEEAServerKeys(OPAQUEServerKeys(current: setup))
    self.client = try ConnectionAuthenticators(client)
    self.server = try ConnectionAuthenticators(server)
    self.keys = keys
    credential = try inline { try await register(keys.current) }
  }

  /// One login; returns whether it succeeded at both ends.
  func logIn(_ course: Course) throws -> Bool { try inline { try await attempt(course, self) } }

  @inline(never)
  fileprivate func begin(_ course: Course) throws -> OPAQUEEAClient {
    var policy = OPAQUESASLClientPolicy()
    policy.stretchingLimits = KeyStretchingLimits(minimumMemory: 0, minimumWork: 0)
    return try OPAQUEEAClient(
      user: "alice", authorizationIdentity: course == .actingAsAnother ? "admin" : nil,
      password: secret(course == .wrongPassword ? "battery staple" : "correct horse"), offer: offer,
      authenticators: client, policy: policy)
  }

  @inline(never)
  fileprivate func challenge(_ m1: [UInt8], _ course: Course) throws -> OPAQUEEAServerChallenge {
    let lookup = try OPAQUEEAServer(offer: offer, authenticators: server).receive(m1)
    var known = course == .unknownUser ? nil : credential
    if course == .unknownKey, let keyID = OPAQUEKeyID([UInt8](repeating: 0, count: 8)) {
      known = OPAQUEEACredential(record: credential.record, keyID: keyID, stretching: credential.stretching)
    }
    return try lookup.challenge(with: known, keys: keys, refusing: course == .locked ? "locked" : nil)
  }

  /// The empty authenticator of the server.
  fileprivate func refusal(of m1: [UInt8]) throws -> [UInt8] {
    try server.use { value throws(ExportedAuthenticatorError) in try value.refuse(value.receiveRequest(m1)) }
  }
}

private let offer = SASLOffer(mechanisms: [OPAQUEEAMechanism.name], bindingTypes: nil)

private func secret(_ text: String) -> SecretBytes { SecretBytes(copying: Array(text.utf8)) }

@inline(never)
private func register(_ setup: OPAQUEEAServerSetup) async throws -> OPAQUEEACredential {
  let stretching = try KeyStretchingParameters.scrypt(n: 2, r: 1, p: 1)
  let account = try await setup.register(
    password: secret("correct horse"), credentialIdentifier: Array("alice".utf8), stretching: stretching)
  return OPAQUEEACredential(record: account.record, keyID: setup.keyID, stretching: stretching)
}

@inline(never)
private func attempt(_ course: EAService.Course, _ service: EAService) async throws -> Bool {
  let client = try service.begin(course)
  var m1 = client.firstMessage
  switch course {
  case .declined:
    _ = try await respond(client, service.refusal(of: m1))
    return false
  case .abandonedByClient: return false
  case .changedFirst: m1[m1.count - 1] ^= 1
  // The blinded element, in front of the list of types and what comes after.
  case .badElement: m1[m1.count - 8] ^= 0xff
  default: break
  }
  let server = try service.challenge(m1, course)
  var m2 = server.message
  if course == .abandonedByServer { return false }
  if course == .changedSecond { m2[200] ^= 1 }
  var m3 = try await respond(client, m2)
  if course == .changedFinal { m3[100] ^= 1 }
  _ = try server.receive(m3)
  return true
}

@inline(never)
private func respond(_ client: consuming OPAQUEEAClient, _ m2: [UInt8]) async throws -> [UInt8] {
  let outcome = try await client.respond(to: m2)
  return outcome.finalMessage
}
