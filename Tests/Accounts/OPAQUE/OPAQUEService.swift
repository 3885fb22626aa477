import PassBindAccounts
import PassBindCrypto
import PassBindExportedAuthenticators
import PassBindOPAQUE
import PassBindSASL
import PassBindSCRAM
import Synchronization
import Testing

/// An authenticator with keys for OPAQUE, and clients of all kinds. Key stretching is next to nothing here.
struct OPAQUEService {
  static let iterations = 4096

  /// What clients log in by and register, unless they are told otherwise, and what the administration makes records
  /// for.
  let mechanism: OPAQUEKind
  let store: WatchedStore
  let time: TestTime
  let keyring: OPAQUEKeyring
  let authenticator: Authenticator
  let administration: AccountAdministration
  private let log = Log()

  private final class Log: Sendable {
    let events = Mutex([AuditEvent]())
  }

  static func sealingKey(_ byte: UInt8 = 7) throws -> SealingKey {
    try .key(SecretBytes(copying: [UInt8](repeating: byte, count: 32)))
  }

  init(
    _ store: any CredentialStore = InMemoryCredentialStore(), _ mechanism: OPAQUEKind = .r255,
    time: TestTime = TestTime(), source: TimeSource? = nil, keyring: OPAQUEKeyring? = nil,
    _ configure: (inout ServerPolicy) -> Void = { _ in }
  ) async throws {
    self.mechanism = mechanism
    let store = WatchedStore(store)
    self.store = store
    self.time = time
    if let keyring {
      self.keyring = keyring
    } else {
      self.keyring = try await OPAQUEKeyring.create(in: store, under: Self.sealingKey())
    }
    var policy = ServerPolicy()
    policy.iterations = [.sha256: Self.iterations, .sha512: Self.iterations]
    policy.stretching = try .scrypt(n: 2, r: 1, p: 1)
    policy.acceptsEnrolment = true
    configure(&policy)
    authenticator = try await Authenticator(
      store: store, policy: policy, keyring: self.keyring, time: source ?? time.source
    ) { [log] event in log.events.withLock { $0.append(event) } }
    var administration = AccountAdministration(store)
    administration.keyring = self.keyring
    administration.opaqueMechanisms = [mechanism.name]
    administration.hashes = []
    administration.iterations = policy.iterations
    administration.stretching = policy.stretching
    administration.time = time.source
    self.administration = administration
  }

  /// The events since this was last asked.
  func takeEvents() -> [AuditEvent] {
    log.events.withLock { events in
      defer { events = [] }
      return events
    }
  }

  /// An administration that gives passwords SCRAM verifiers and nothing else.
  func scram(_ hashes: HashFunction...) -> AccountAdministration {
    var administration = administration
    administration.keyring = nil
    administration.hashes = hashes
    return administration
  }

  static var clientPolicy: OPAQUESASLClientPolicy {
    var policy = OPAQUESASLClientPolicy()
    policy.stretchingLimits.minimumMemory = 0
    policy.stretchingLimits.minimumWork = 0
    return policy
  }

  static var scramPolicy: SCRAMClientPolicy {
    var policy = SCRAMClientPolicy()
    policy.minIterations = iterations
    return policy
  }

  /// What became of one login.
  final class Login {
    var identity: AuthenticatedIdentity?
    var session: AccountSession?
    /// What the client found wrong.
    var clientError: OPAQUEError?
    var challenge: [UInt8] = []
    fileprivate(set) var exportKey: SecretBytes?

    /// What the client opens its notes with.
    func vault(of user: String = "alice") throws -> OPAQUEVault {
      guard let key = exportKey?.copy() else { throw AccountError(.notFound, "the login failed") }
      return try OPAQUEVault(exportKey: key, account: user)
    }
  }

  /// A client that is about to log in.
  func client(
    _ user: String = "alice", _ password: String, by mechanism: OPAQUEKind? = nil, on connection: Connection,
    isBound: Bool = true, actingAs identity: String? = nil
  ) throws -> OPAQUEClient {
    let password = SecretBytes(copying: password.utf8)
    let offer = authenticator.offer(on: Service.bound, authenticators: connection.server)
    switch mechanism ?? self.mechanism {
    case .r255:
      return .r255(
        try OPAQUESASLClient(
          user: user, authorizationIdentity: identity, password: password, offer: offer, bindings: connection.bindings,
          negotiation: ClientNegotiationPolicy(
            mechanisms: OPAQUEMechanism.preferred, channelBinding: isBound ? .require : .disable),
          policy: Self.clientPolicy))
    case .ea:
      return .ea(
        try OPAQUEEAClient(
          user: user, authorizationIdentity: identity, password: password, offer: offer,
          authenticators: connection.client, policy: Self.clientPolicy))
    }
  }

  /// The server's end of a login.
  func exchange(
    _ mechanism: MechanismName, on connection: Connection, from address: String = "192.0.2.7", user: String? = nil
  ) -> AuthenticationExchange {
    authenticator.exchange(
      mechanism, on: Service.bound, authenticators: connection.server,
      offer: authenticator.offer(on: Service.bound, authenticators: connection.server), from: address, user: user)
  }

  /// One login by OPAQUE, from the first message to the last.
  ///
  /// - Parameters:
  ///   - mechanism: the service's own, unless it is given.
  ///   - connection: a new one, unless it is given.
  ///   - finishing: whether the client sends its proof.
  func logIn(
    _ user: String = "alice", _ password: String, by mechanism: OPAQUEKind? = nil, isBound: Bool = true,
    actingAs identity: String? = nil, on connection: Connection? = nil, finishing: Bool = true,
    from address: String = "192.0.2.7"
  ) async throws -> Login {
    let connection = try connection ?? Connection(for: mechanism ?? self.mechanism)
    let client = try client(user, password, by: mechanism, on: connection, isBound: isBound, actingAs: identity)
    let login = Login()
    let exchange = exchange(client.mechanism, on: connection, from: address)
    switch await exchange.step(client.firstMessage) {
    case .refused: break
    case .accepted: Issue.record("accepted without a proof")
    case .challenge(let next, let bytes):
      login.challenge = bytes
      let answer: OPAQUEAnswer
      do throws(OPAQUEError) {
        answer = try await client.respond(to: bytes)
      } catch {
        login.clientError = error
        return login
      }
      guard finishing else { return login }
      switch await next.step(answer.finalMessage) {
      case .challenge: Issue.record("one challenge too many")
      case .refused: break
      case .accepted(let identity, let bytes):
        #expect(bytes == nil)
        login.identity = identity
        login.session = authenticator.session(of: identity, from: address)
        login.exportKey = answer.exportKey.copy()
      }
    }
    return login
  }

  /// One login by SCRAM, bound or not; nil if it is refused.
  func logInBySCRAM(
    _ password: String, _ hash: HashFunction = .sha512, user: String = "alice", isBound: Bool = true
  ) async throws -> AccountSession? {
    let bindings = Service.bound
    let offer = authenticator.offer(on: bindings)
    let client = try SCRAMClient(
      SCRAMMechanism(hash, isPlus: isBound), flag: isBound ? .required(.tlsExporter) : .unsupported,
      binding: isBound ? Service.exporter : nil, user: user,
      authorizationIdentity: nil, credential: .password(SecretBytes(copying: password.utf8)), policy: Self.scramPolicy,
      offer: offer,
      tlsVersion: nil, nonce: Base64.encode(randomBytes(count: 24)))
    let exchange = authenticator.exchange(
      SCRAMMechanism(hash, isPlus: isBound).name, on: bindings, offer: offer, from: "192.0.2.7")
    guard case .challenge(let next, let bytes) = await exchange.step(client.firstMessage) else { return nil }
    let answer = try await client.respond(to: bytes)
    guard case .accepted(let identity, _) = await next.step(answer.finalMessage) else { return nil }
    return authenticator.session(of: identity, from: "192.0.2.7")
  }

  /// Runs a registration between a session and a client's exchange.
  ///
  /// - Parameter upTo: how many of the client's messages are delivered.
  /// - Returns: why it was declined; nil if it was not.
  func register(
    _ session: AccountSession, _ client: some SASLClientExchange, upTo limit: Int = .max
  ) async throws -> AccountError? {
    var exchange = session.register(client.mechanism)
    var message = client.initialResponse
    for count in 1... {
      switch await exchange.step(message) {
      case .challenge(let next, let bytes):
        if count >= limit { return AccountError(.abandoned, "stopped by the test") }
        exchange = next
        message = try await client.respond(to: bytes)
      case .registered:
        try client.finish(with: nil)
        return nil
      case .declined(let error): return error
      }
    }
    return nil
  }

  /// A registration of a password by OPAQUE, without notes to seal anew.
  func register(
    _ session: AccountSession, _ password: String, by mechanism: OPAQUEKind? = nil
  ) async throws -> AccountError? {
    try await register(session, registration(of: password, by: mechanism, mayLoseNotes: true))
  }

  /// A client that is about to register.
  func registration(
    of password: String, by mechanism: OPAQUEKind? = nil, resealing vault: consuming OPAQUEVault? = nil,
    mayLoseNotes: Bool = false, account: String = "alice"
  ) throws -> OPAQUERegistrationExchange {
    let password = SecretBytes(copying: password.utf8)
    switch mechanism ?? self.mechanism {
    case .r255:
      return try OPAQUERegistrationExchange(
        password: password, policy: Self.clientPolicy, resealing: vault, mayLoseNotes: mayLoseNotes, account: account)
    case .ea:
      return try OPAQUERegistrationExchange(
        opaqueEA: password, policy: Self.clientPolicy, resealing: vault, mayLoseNotes: mayLoseNotes, account: account)
    }
  }
}

/// What is in both kinds of secret is the same.
func text(_ secret: borrowing SecretBytes) -> String {
  let span = secret.span
  return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
}
