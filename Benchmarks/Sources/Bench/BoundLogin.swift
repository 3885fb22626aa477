import CPeers
import Foundation
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import PassBindSCRAM
import PassBindTLS

/// What a SCRAM-SHA-512-PLUS login adds to the handshake that it is bound to.
func boundSCRAMComparison() async throws -> Comparison {
  let account = try await Account(SCRAMMechanism(.sha512, isPlus: true))
  let offer = SASLOffer(mechanisms: [account.mechanism.name], bindingTypes: nil)
  return try boundLoginComparison("bound-login-scram") { server, client in
    try await serverTime(
      account, bindings: server.channelBindings, offer: offer, binding: client.channelBindings[.tlsExporter])
  }
}

/// What an OPAQUE-R255-PLUS login adds to it.
func boundOPAQUEComparison() async throws -> Comparison {
  let account = try await OPAQUEAccount()
  return try boundLoginComparison("bound-login-opaque") { server, client in
    try await account.serverTime(server.channelBindings, client.channelBindings[.tlsExporter])
  }
}

/// What an OPAQUE-EA login adds to it, the exporter's keys included.
func boundOPAQUEEAComparison() async throws -> Comparison {
  let account = try await OPAQUEEAAccount()
  return try boundLoginComparison("bound-login-opaque-ea") { server, client in
    try await account.serverTime(server, client)
  }
}

/// What a login that is bound to its channel costs a server: a full TLS 1.3 handshake and the login, against the same
/// handshake alone in plain OpenSSL. The server's end alone is timed, without a store; neither issues tickets.
///
/// - Parameter login: runs one login between the server's and the client's end of a connection, and says how long the
///   server's end took, in microseconds.
private func boundLoginComparison(
  _ name: String, login: @escaping (_ server: TLSEngine, _ client: TLSEngine) async throws -> Double
) throws -> Comparison {
  guard let folder = ProcessInfo.processInfo.environment["PASSBIND_CERTIFICATES"] else {
    fatalError("PASSBIND_CERTIFICATES must name a folder made by certs/make")
  }
  let (chain, key) = ("\(folder)/server.pem", "\(folder)/server.key")
  guard let peer = peer_tls_new(chain, key) else { fatalError("OpenSSL cannot read \(folder)") }
  var configuration = TLSServerContext.Configuration(identities: [.files(chain: chain, key: key)])
  configuration.resumption = .off
  let server = try TLSServerContext(configuration)
  let client = try TLSClientContext(.init(trust: .file("\(folder)/authority.pem")))
  let logins = 60

  return Comparison(
    name: name, unit: "us/login",
    ours: {
      var total = 0.0
      for _ in 0..<logins {
        let clientTLS = try TLSEngine(client: client, host: "localhost")
        var serverTLS: TLSEngine?
        total += try microseconds { serverTLS = try TLSEngine(server: server) }
        while serverTLS?.state == .handshaking || clientTLS.state == .handshaking {
          let up = clientTLS.takeOutput()
          var down: [UInt8] = []
          total += try microseconds {
            _ = try serverTLS?.receive(up.span)
            down = serverTLS?.takeOutput() ?? []
          }
          _ = try clientTLS.receive(down.span)
        }
        if let serverTLS { total += try await login(serverTLS, clientTLS) }
        total += microseconds { serverTLS = nil }
      }
      return total / Double(logins)
    },
    theirs: {
      var total = 0.0
      for _ in 0..<logins {
        let time = peer_tls_handshake(peer)
        precondition(time > 0, "OpenSSL's handshake failed")
        total += time
      }
      return total / Double(logins)
    })
}

/// Key stretching is the client's work, which is not timed: there is next to none.
private func withLittleStretching() throws -> (KeyStretchingParameters, OPAQUESASLClientPolicy) {
  var policy = OPAQUESASLClientPolicy()
  (policy.stretchingLimits.minimumMemory, policy.stretchingLimits.minimumWork) = (0, 0)
  return (try .scrypt(n: 2, r: 1, p: 1), policy)
}

/// One account and a client that logs in to it.
private struct OPAQUEAccount {
  private let keys: OPAQUEServerKeys
  private let credential: OPAQUECredential
  private let mechanism = OPAQUEMechanism(isPlus: true)
  private let offer: SASLOffer
  private let policy: OPAQUESASLClientPolicy

  init() async throws {
    keys = try OPAQUEServerKeys(current: .generate())
    let stretching: KeyStretchingParameters
    (stretching, policy) = try withLittleStretching()
    let record = try await keys.current.register(
      password: SecretBytes(copying: "pencil".utf8), credentialIdentifier: Array("user".utf8), stretching: stretching
    ).record
    credential = OPAQUECredential(record: record, keyID: keys.current.keyID, stretching: stretching)
    offer = SASLOffer(mechanisms: [mechanism.name], bindingTypes: nil)
  }

  func serverTime(_ bindings: ChannelBindings, _ binding: ChannelBinding?) async throws -> Double {
    let choice = ClientNegotiationPolicy.Choice(
      mechanism: mechanism.name, flag: .required(.tlsExporter), binding: binding)
    let client = try OPAQUESASLClient(
      choice, user: "user", password: SecretBytes(copying: "pencil".utf8), offer: offer, policy: policy)
    let first = client.firstMessage
    var watch = Stopwatch()
    let challenge = try OPAQUESASLServer(mechanism, offer: offer, bindings: bindings).receive(first)
      .challenge(with: credential, keys: keys)
    watch.stop()
    let answer = try await client.respond(to: challenge.message)
    let final = answer.finalMessage
    watch.start()
    let acceptance = try challenge.receive(final)
    watch.stop()
    precondition(acceptance.sessionKey.isEqual(to: answer.sessionKey))
    return watch.microseconds
  }
}

/// The same for OPAQUE-EA.
private struct OPAQUEEAAccount {
  private let keys: OPAQUEEAServerKeys
  private let credential: OPAQUEEACredential
  private let offer = SASLOffer(mechanisms: [OPAQUEEAMechanism.name], bindingTypes: nil)
  private let policy: OPAQUESASLClientPolicy

  init() async throws {
    keys = try OPAQUEEAServerKeys(OPAQUEServerKeys(current: .generate()))
    let stretching: KeyStretchingParameters
    (stretching, policy) = try withLittleStretching()
    let record = try await keys.current.register(
      password: SecretBytes(copying: "pencil".utf8), credentialIdentifier: Array("user".utf8), stretching: stretching
    ).record
    credential = OPAQUEEACredential(record: record, keyID: keys.current.keyID, stretching: stretching)
  }

  func serverTime(_ server: TLSEngine, _ clientTLS: TLSEngine) async throws -> Double {
    let client = try OPAQUEEAClient(
      user: "user", password: SecretBytes(copying: "pencil".utf8), offer: offer,
      authenticators: ConnectionAuthenticators(clientTLS), policy: policy)
    let first = client.firstMessage
    var watch = Stopwatch()
    let authenticators = try ConnectionAuthenticators(server)
    let challenge = try OPAQUEEAServer(offer: offer, authenticators: authenticators).receive(first)
      .challenge(with: credential, keys: keys)
    watch.stop()
    let answer = try await client.respond(to: challenge.message)
    let final = answer.finalMessage
    watch.start()
    let acceptance = try challenge.receive(final)
    watch.stop()
    precondition(acceptance.user == "user")
    return watch.microseconds
  }
}
