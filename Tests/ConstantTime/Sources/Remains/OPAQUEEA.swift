import Inline
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import PassBindTLS

/// A connection and an account of OPAQUE-EA.
struct EAScene: Sendable {
  private let client, server: ConnectionAuthenticators
  private let credential: OPAQUEEACredential

  var record: [UInt8] { credential.record.bytes }

  static func stretching() throws -> KeyStretchingParameters { try .scrypt(n: 2, r: 1, p: 1) }

  /// - Parameter folder: one that certs/make has filled.
  init(_ folder: String) throws {
    let identity = TLSIdentity.files(chain: "\(folder)/server.pem", key: "\(folder)/server.key")
    let client = try TLSEngine(
      client: TLSClientContext(.init(trust: .file("\(folder)/authority.pem"))), host: "localhost")
    let server = try TLSEngine(server: TLSServerContext(.init(identities: [identity])))
    while server.state == .handshaking {
      _ = try server.receive(client.takeOutput().span)
      _ = try client.receive(server.takeOutput().span)
    }
    self.client = try ConnectionAuthenticators(client)
    self.server = try ConnectionAuthenticators(server)
    credential = try inline { try await eaRegister(OPAQUEEAServerSetup(makeSetup())) }
  }

  func registerAndLogIn() throws {
    try inline {
      _ = try await eaRegister(OPAQUEEAServerSetup(makeSetup()))
      lookBelow("a registration for OPAQUE-EA")
      try await eaLogIn(self)
    }
  }

  @inline(never)
  fileprivate func begin() throws -> OPAQUEEAClient {
    var policy = OPAQUESASLClientPolicy()
    policy.preparesPassword = false
    policy.stretchingLimits = KeyStretchingLimits(minimumMemory: 0, minimumWork: 0)
    return try OPAQUEEAClient(
      user: "user", password: SecretBytes(unmasking: Secrets.password), offer: eaOffer, authenticators: client,
      policy: policy)
  }

  @inline(never)
  fileprivate func challenge(_ m1: [UInt8]) throws -> OPAQUEEAServerChallenge {
    let keys = try OPAQUEEAServerKeys(OPAQUEServerKeys(current: makeSetup()))
    let lookup = try OPAQUEEAServer(offer: eaOffer, authenticators: server).receive(m1)
    return try lookup.challenge(with: credential, keys: keys)
  }
}

private let eaOffer = SASLOffer(mechanisms: [OPAQUEEAMechanism.name], bindingTypes: nil)

@inline(never)
private func eaRegister(_ setup: OPAQUEEAServerSetup) async throws -> OPAQUEEACredential {
  let account = try await setup.register(
    password: SecretBytes(unmasking: Secrets.password), credentialIdentifier: name, stretching: EAScene.stretching())
  return OPAQUEEACredential(record: account.record, keyID: setup.keyID, stretching: try EAScene.stretching())
}

@inline(never)
private func eaLogIn(_ scene: EAScene) async throws {
  let client = try scene.begin()
  lookBelow("m1")
  let server = try scene.challenge(client.firstMessage)
  lookBelow("m2")
  let m2 = server.message
  let outcome = try await client.respond(to: m2)
  lookBelow("m3")
  let m3 = outcome.finalMessage
  _ = try server.receive(m3)
  lookBelow("the check of m3")
}
