import PassBindCrypto
import PassBindSASL
import Testing

@testable import PassBindOPAQUE

/// A server with one account, in front of one connection.
struct Service: Sendable {
  /// Next to no stretching: most tests are about something else.
  static let weak: KeyStretchingParameters = weakStretching(n: 2)
  static let weakLimits = KeyStretchingLimits(minimumMemory: 1, minimumWork: 1)
  static let plus = OPAQUEMechanism(isPlus: true)
  static let bare = OPAQUEMechanism()

  let keys: OPAQUEServerKeys
  let credential: OPAQUECredential
  var offer = SASLOffer(mechanisms: [plus.name, bare.name], bindingTypes: [.tlsExporter])
  var bindings = connection(0)
  var policy = OPAQUESASLServerPolicy()

  init(user: String = "alice", password: String = "correct horse battery staple") async throws {
    let setup = try OPAQUEServerSetup.generate()
    keys = try OPAQUEServerKeys(current: setup)
    let registration = try await setup.register(
      password: Account.password(password), credentialIdentifier: Array(user.utf8), stretching: Self.weak)
    credential = OPAQUECredential(record: registration.record, keyID: setup.keyID, stretching: Self.weak)
    policy.decoyStretching = Self.weak
  }

  /// A connection whose tls-exporter begins with that byte.
  static func connection(_ first: UInt8) -> ChannelBindings {
    let exporter = ChannelBinding(.tlsExporter, data: [first] + Array(1...31))
    return ChannelBindings(tlsVersion: .tls13, available: [exporter].compactMap { $0 })
  }

  /// A client on the server's connection that saw the server's offer, unless the caller wants it otherwise.
  func client(
    user: String = "alice", authorizationIdentity: String? = nil, password: String = "correct horse battery staple",
    offer: SASLOffer? = nil, bindings: ChannelBindings? = nil, channelBinding: ChannelBindingPolicy = .require,
    limits: KeyStretchingLimits = weakLimits
  ) throws -> OPAQUESASLClient {
    var policy = OPAQUESASLClientPolicy()
    policy.stretchingLimits = limits
    return try OPAQUESASLClient(
      user: user, authorizationIdentity: authorizationIdentity, password: Account.password(password),
      offer: offer ?? self.offer, bindings: bindings ?? self.bindings,
      negotiation: ClientNegotiationPolicy(mechanisms: OPAQUEMechanism.preferred, channelBinding: channelBinding),
      policy: policy)
  }

  func lookup(_ first: [UInt8], _ mechanism: OPAQUEMechanism = plus) throws -> OPAQUESASLServerLookup {
    try OPAQUESASLServer(mechanism, offer: offer, bindings: bindings, policy: policy).receive(first)
  }

  func challenge(
    _ first: [UInt8], _ mechanism: OPAQUEMechanism = plus, isKnown: Bool = true, refusing refusal: String? = nil
  ) throws -> OPAQUESASLServerChallenge {
    try lookup(first, mechanism).challenge(with: isKnown ? credential : nil, keys: keys, refusing: refusal)
  }

  /// A whole login by that client.
  ///
  /// - Returns: what the server made of it, if both ends have the same session key.
  func logIn(_ client: consuming OPAQUESASLClient) async throws -> OPAQUESASLAcceptance {
    let challenge = try challenge(client.firstMessage, client.mechanism)
    let outcome = try await client.respond(to: challenge.message)
    let type = outcome.bindingType
    let acceptance = try challenge.receive(outcome.finalMessage)
    let isShared = acceptance.sessionKey.isEqual(to: outcome.sessionKey)
    let isSame = acceptance.mechanism == outcome.mechanism && acceptance.bindingType == type
    #expect(isShared && isSame)
    return acceptance
  }
}

func weakStretching(n: Int) -> KeyStretchingParameters {
  do { return try .scrypt(n: n, r: 1, p: 1) } catch { preconditionFailure("\(error)") }
}

/// What a client makes of a server's first message: nil if it answers.
func refusal(by client: consuming OPAQUESASLClient, of serverFirst: [UInt8]) async -> OPAQUEError.Code? {
  do {
    _ = try await client.respond(to: serverFirst)
    return nil
  } catch { return error.code }
}

/// What a server makes of a client's final message: nil if it accepts it.
func refusal(by challenge: consuming OPAQUESASLServerChallenge, of clientFinal: [UInt8]) -> OPAQUEError.Code? {
  do {
    _ = try challenge.receive(clientFinal)
    return nil
  } catch { return error.code }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
