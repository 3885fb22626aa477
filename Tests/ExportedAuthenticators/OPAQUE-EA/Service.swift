import PassBindCrypto
import PassBindOPAQUE
import PassBindRistretto
import PassBindSASL
import Testing

@testable import PassBindExportedAuthenticators

/// Both ends of one connection, for OPAQUE-EA.
struct Line {
  let client: ConnectionAuthenticators
  let server: ConnectionAuthenticators

  /// Over a real connection.
  init(_ pair: Pair) throws {
    client = try ConnectionAuthenticators(pair.client)
    server = try ConnectionAuthenticators(pair.server)
  }

  /// Over a real connection whose cipher suite has this hash.
  static func connected(_ hash: HashFunction = .sha384) throws -> Line { try Line(.connected(hash)) }

  /// Over a connection that is made up.
  init(seed: UInt8 = 1) throws {
    let client = try ExportedAuthenticators(isServer: false, hash: .sha256, export: exporter(.sha256, seed))
    let server = try ExportedAuthenticators(isServer: true, hash: .sha256, export: exporter(.sha256, seed))
    self.client = ConnectionAuthenticators(client)
    self.server = ConnectionAuthenticators(server)
  }
}

/// A server with one account, `alice`.
struct Service: Sendable {
  static let name = Array("alice".utf8)
  static let password = "correct horse battery staple"
  static let offer = SASLOffer(mechanisms: [OPAQUEEAMechanism.name], bindingTypes: nil)

  let opaque: OPAQUEServerKeys
  let keys: OPAQUEEAServerKeys
  let credential: OPAQUEEACredential
  let exportKey: [UInt8]
  let stretching: KeyStretchingParameters

  init(_ keys: OPAQUEServerKeys? = nil, password: String = password, name: [UInt8] = name) async throws {
    opaque = try keys ?? OPAQUEServerKeys(current: .generate())
    self.keys = try OPAQUEEAServerKeys(opaque)
    stretching = try .scrypt(n: 16, r: 1, p: 1)
    let setup = self.keys.current
    let client = try OPAQUEEAClientRegistration(password: secret(password))
    let response = try setup.registrationResponse(to: client.request, credentialIdentifier: name)
    let account = try await client.finish(response: response, stretching: stretching)
    #expect(account.serverPublicKey == setup.publicKey)
    credential = OPAQUEEACredential(record: account.record, keyID: setup.keyID, stretching: stretching)
    exportKey = account.exportKey.publicBytes()
  }

  func client(
    on line: Line, user: String = "alice", password: String = password, authorizationIdentity: String? = nil,
    limits: KeyStretchingLimits = .anything
  ) throws -> OPAQUEEAClient {
    var policy = OPAQUESASLClientPolicy()
    policy.stretchingLimits = limits
    return try OPAQUEEAClient(
      user: user, authorizationIdentity: authorizationIdentity, password: secret(password), offer: Self.offer,
      authenticators: line.client, policy: policy)
  }

  func lookup(_ message: [UInt8], on line: Line) throws(OPAQUEError) -> OPAQUEEAServerLookup {
    var policy = OPAQUESASLServerPolicy()
    policy.decoyStretching = stretching
    return try OPAQUEEAServer(offer: Self.offer, authenticators: line.server, policy: policy).receive(message)
  }

  /// The server's answer to a first message; the account's, if its name is the one.
  func challenge(
    _ message: [UInt8], on line: Line, refusing refusal: String? = nil
  ) throws(OPAQUEError) -> OPAQUEEAServerChallenge {
    let lookup = try lookup(message, on: line)
    let known = lookup.user == "alice" ? credential : nil
    return try lookup.challenge(with: known, keys: keys, refusing: refusal)
  }

  /// A whole login, with a chance to alter each message on its way. What either end throws comes out.
  @discardableResult
  func logIn(
    on line: Line, user: String = "alice", password: String = password, authorizationIdentity: String? = nil,
    alter: (Step, inout [UInt8]) -> Void = { _, _ in }
  ) async throws -> OPAQUEEAAcceptance {
    let client = try client(
      on: line, user: user, password: password, authorizationIdentity: authorizationIdentity)
    var m1 = client.firstMessage
    alter(.m1, &m1)
    let challenge = try challenge(m1, on: line)
    var m2 = challenge.message
    alter(.m2, &m2)
    let outcome = try await client.respond(to: m2)
    var m3 = outcome.finalMessage
    alter(.m3, &m3)
    let isExportKey = outcome.exportKey.publicBytes() == exportKey
    #expect(isExportKey)
    return try challenge.receive(m3)
  }

  enum Step { case m1, m2, m3 }
}

/// What a malicious server answers, Finished being right.
struct Forgery {
  var response: [UInt8]
  var identity: [UInt8] = []
  var stretching: [UInt8]
  var key: SigningKey
  var certificateKey: [UInt8]
  var extensions: [AuthenticatorExtension] = []
  var further: [CertificateEntry] = []
  var leavesOut: AuthenticatorExtension.Kind?
  var asksFor = Service.name
  var asksForMore: [AuthenticatorExtension] = []
  var schemes: [SignatureScheme] = [.ed25519]
  var context = randomBytes(count: 32)

  /// What an honest one answers.
  init(_ m1: [UInt8], _ service: Service) throws {
    let message = try RequestMessage(parsing: m1)
    let share = try PAKEShareClient(parsing: message.extensions.required(.opaqueServerAuth))
    let setup = service.keys.current
    let blinded = try RistrettoPoint(decoding: share.blindedMessage.span)
    response = try setup.credentialResponse(
      evaluated: setup.evaluate(blinded, Service.name), record: service.credential.record,
      maskingNonce: randomBytes(count: 32))
    stretching = Array(service.stretching.description.utf8)
    key = setup.signingKey
    certificateKey = Ed25519PublicKeyInfo.bytes(setup.publicKey)
  }

  func message(to m1: [UInt8], on line: Line) throws -> [UInt8] {
    let request = try line.server.receiveRequest(m1)
    let share = try PAKEShareServer(identity: identity, credentialResponse: response).inExtension()
    let all = [share, AuthenticatorExtension(.opaqueKeyStretching, data: stretching)] + extensions
    let entry = CertificateEntry(data: certificateKey, extensions: all.filter { $0.kind != leavesOut })
    let entries = [entry] + further
    var taken: ReceivedAuthenticatorRequest? = request
    let authenticator = try line.server.use { value throws(ExportedAuthenticatorError) in
      guard let request = taken.take() else { return [UInt8]() }
      return try value.authenticate(request, entries, signing: key)
    }
    let name = try AuthenticatorExtension(.opaqueClientAuth, name: asksFor)
    var parameters = AuthenticatorRequest.Parameters(opaque: [name] + asksForMore, context: context)
    parameters.signatureSchemes = schemes
    return try authenticator
      + line.server.use { value throws(ExportedAuthenticatorError) in try value.request(parameters).bytes }
  }
}

func secret(_ text: String) -> SecretBytes { SecretBytes(copying: text.utf8) }

extension KeyStretchingLimits {
  /// Also what takes no time.
  static let anything = KeyStretchingLimits(minimumMemory: 0, minimumWork: 0)
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

/// The code of what the client throws at an answer, or nil.
func code(_ client: consuming OPAQUEEAClient, answered m2: [UInt8]) async -> OPAQUEError.Code? {
  do throws(OPAQUEError) {
    _ = try await client.respond(to: m2)
    return nil
  } catch {
    return error.code
  }
}

/// The code of what the server throws at a proof, or nil.
func code(_ challenge: consuming OPAQUEEAServerChallenge, answered m3: [UInt8]) -> OPAQUEError.Code? {
  do throws(OPAQUEError) {
    _ = try challenge.receive(m3)
    return nil
  } catch {
    return error.code
  }
}
