import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPAQUE

/// A test vector: values by their names in the RFC.
struct Vector: Sendable, CustomTestStringConvertible {
  let name: String
  private let values: [String: [UInt8]]

  init(_ name: String, _ text: String) {
    self.name = name
    var values: [String: [UInt8]] = [:]
    for paragraph in text.split(separator: "\n\n") {
      let lines = paragraph.split(separator: "\n")
      values[String(lines[0])] = bytes(lines.dropFirst().joined())
    }
    self.values = values
  }

  var testDescription: String { name }

  subscript(name: String) -> [UInt8] {
    guard let value = values[name] else { preconditionFailure("the vector has no \(name)") }
    return value
  }

  func secret(_ name: String) -> SecretBytes { SecretBytes(copying: self[name]) }

  func scalar(_ name: String) throws -> RistrettoScalar { try RistrettoScalar(decoding: self[name].span) }

  var identities: OPAQUEIdentities {
    get throws { try OPAQUEIdentities(client: values["client_identity"], server: values["server_identity"]) }
  }

  /// The server's setup, with any decoys.
  var setup: OPAQUEServerSetup {
    get throws {
      try OPAQUEServerSetup(
        oprfSeed: secret("oprf_seed"), privateKey: scalar("server_private_key"),
        decoys: OPAQUEDecoys(seed: .random(count: 64)))
    }
  }

  var serverRandomness: ServerLoginRandomness {
    ServerLoginRandomness(
      maskingNonce: self["masking_nonce"], serverNonce: self["server_nonce"],
      serverKeyshareSeed: secret("server_keyshare_seed"))
  }
}

extension SecretBytes {
  /// The bytes, for a test to compare.
  var exposed: [UInt8] { publicBytes() }
}

/// A server with one account, and what its owner knows.
struct Account: Sendable {
  static let name = Array("alice".utf8)

  let setup: OPAQUEServerSetup
  let record: OPAQUERecord
  let identities: OPAQUEIdentities
  let exportKey: [UInt8]

  static func password(_ text: String = "correct horse battery staple") -> SecretBytes {
    SecretBytes(copying: text.utf8)
  }

  init(identities: OPAQUEIdentities = .publicKeys) async throws {
    setup = try .generate()
    self.identities = identities
    let client = try OPAQUEClientRegistration(password: Self.password())
    let response = try setup.registrationResponse(to: client.request, credentialIdentifier: Self.name)
    let account = try await client.finish(
      response: response, identities: identities, stretching: InsecureIdentityStretching())
    record = account.record
    exportKey = account.exportKey.exposed
  }

  /// The server's answer; to no account without a record.
  func answer(_ ke1: [UInt8], context: [UInt8] = [], identities: OPAQUEIdentities? = nil) throws -> OPAQUEServerLogin {
    try OPAQUEServerLogin(
      ke1: ke1, record: record, credentialIdentifier: Self.name, setup: setup,
      identities: identities ?? self.identities, context: context)
  }

  /// A whole login, with a chance to alter each message on its way.
  ///
  /// - Returns: whether both ends have the same session key. What either end throws comes out.
  @discardableResult
  func logIn(
    password: String = "correct horse battery staple", clientContext: [UInt8] = [], serverContext: [UInt8] = [],
    clientIdentities: OPAQUEIdentities? = nil, alter: (Step, inout [UInt8]) -> Void = { _, _ in }
  ) async throws -> Bool {
    let client = try OPAQUEClientLogin(password: Self.password(password))
    var ke1 = client.ke1
    alter(.ke1, &ke1)
    let server = try answer(ke1, context: serverContext)
    var ke2 = server.ke2
    alter(.ke2, &ke2)
    let session = try await client.finish(
      ke2: ke2, context: clientContext, identities: clientIdentities ?? identities,
      stretching: InsecureIdentityStretching())
    var ke3 = session.ke3
    alter(.ke3, &ke3)
    let sessionKey = try server.finish(ke3: ke3)
    return sessionKey.isEqual(to: session.sessionKey)
  }

  enum Step { case ke1, ke2, ke3 }
}

/// The code of what the body throws, or nil.
func code(_ body: () async throws -> Void) async -> OPAQUEError.Code? {
  do {
    try await body()
    return nil
  } catch {
    return (error as? OPAQUEError)?.code
  }
}

/// The code of what the client throws at a KE2, or nil.
func code(finishing login: consuming OPAQUEClientLogin, _ ke2: [UInt8]) async -> OPAQUEError.Code? {
  do throws(OPAQUEError) {
    _ = try await login.finish(ke2: ke2, stretching: InsecureIdentityStretching())
    return nil
  } catch {
    return error.code
  }
}

/// The code of what the client throws at a registration response, or nil.
func code(finishing registration: consuming OPAQUEClientRegistration, _ response: [UInt8]) async -> OPAQUEError.Code? {
  do throws(OPAQUEError) {
    _ = try await registration.finish(response: response, stretching: InsecureIdentityStretching())
    return nil
  } catch {
    return error.code
  }
}
