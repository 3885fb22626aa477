#if NIO
  import PassBindAccounts
  import PassBindCrypto
  import PassBindExportedAuthenticators
  import PassBindNIO
  import PassBindOPAQUE
  import PassBindSASL
  import PassBindSCRAM
  import PassBindTLS
  import Synchronization

  /// A real authenticator on a store in memory, with keys for OPAQUE, and clients of both kinds for alice. Key
  /// stretching is next to nothing here.
  struct Accounts {
    let store = InMemoryCredentialStore()
    let authenticator: Authenticator
    var administration: AccountAdministration
    private let log = Log()

    private final class Log: Sendable {
      let events = Mutex([AuditEvent]())
    }

    init(hasOPAQUE: Bool = true, _ configure: (inout ServerPolicy) -> Void = { _ in }) async throws {
      let keyring =
        hasOPAQUE
        ? try await OPAQUEKeyring.create(in: store, under: .key(SecretBytes(copying: [UInt8](repeating: 7, count: 32))))
        : nil
      var policy = ServerPolicy()
      policy.iterations = [.sha256: 4096, .sha512: 4096]
      policy.stretching = try .scrypt(n: 2, r: 1, p: 1)
      policy.acceptsEnrolment = true
      configure(&policy)
      authenticator = try await Authenticator(store: store, policy: policy, keyring: keyring) { [log] event in
        log.events.withLock { $0.append(event) }
      }
      administration = AccountAdministration(store)
      administration.keyring = keyring
      administration.iterations = policy.iterations
      administration.stretching = policy.stretching
    }

    /// Makes alice's account, with verifiers of these hashes, or, without any, with a record of one of OPAQUE's
    /// mechanisms.
    func create(
      _ password: String, _ hashes: HashFunction..., by mechanism: MechanismName = OPAQUEMechanism().name
    ) async throws {
      var administration = administration
      administration.opaqueMechanisms = [mechanism]
      administration.hashes = hashes
      if !hashes.isEmpty { administration.keyring = nil }
      try await administration.create("alice", password: SecretBytes(copying: password.utf8))
    }

    /// What was reported of this kind: the reasons, nil for what went well.
    func reasons(_ action: AuditEvent.Action) -> [AuditEvent.Reason?] {
      events(action).map(\.reason)
    }

    /// What was reported of this kind.
    func events(_ action: AuditEvent.Action) -> [AuditEvent] {
      log.events.withLock { $0.filter { $0.action == action } }
    }

    static var clientPolicy: OPAQUESASLClientPolicy {
      var policy = OPAQUESASLClientPolicy()
      policy.stretchingLimits.minimumMemory = 0
      policy.stretchingLimits.minimumWork = 0
      return policy
    }

    static func registration(
      of password: String, by mechanism: MechanismName = OPAQUEMechanism().name,
      resealing vault: consuming OPAQUEVault? = nil
    ) throws -> OPAQUERegistrationExchange {
      let password = SecretBytes(copying: password.utf8)
      return mechanism == OPAQUEEAMechanism.name
        ? try OPAQUERegistrationExchange(
          opaqueEA: password, policy: clientPolicy, resealing: vault, mayLoseNotes: true, account: "alice")
        : try OPAQUERegistrationExchange(
          password: password, policy: clientPolicy, resealing: vault, mayLoseNotes: true, account: "alice")
    }
  }

  /// What a login came to.
  struct LoggedIn: ~Copyable {
    let wanted: MechanismName?
    let vault: OPAQUEVault
  }

  extension LineClient {
    /// Logs in as alice by one of OPAQUE's mechanisms.
    func logInByOPAQUE(
      _ password: String, by mechanism: MechanismName = OPAQUEMechanism().name, isBound: Bool = true,
      bindings: ChannelBindings? = nil
    ) async throws -> LoggedIn {
      if mechanism == OPAQUEEAMechanism.name {
        let exchange = try opaqueEA(password)
        let wanted = try await logIn(exchange)
        guard let outcome = exchange.takeOutcome() else { throw CancellationError() }
        return LoggedIn(wanted: wanted, vault: try OPAQUEVault(exportKey: outcome.exportKey, account: "alice"))
      }
      let negotiation = ClientNegotiationPolicy(
        mechanisms: OPAQUEMechanism.preferred, channelBinding: isBound ? .require : .disable)
      let exchange = OPAQUESASLClientExchange(
        try OPAQUESASLClient(
          user: "alice", password: SecretBytes(copying: password.utf8), offer: offer,
          bindings: bindings ?? handshake.bindings, negotiation: negotiation, policy: Accounts.clientPolicy))
      let wanted = try await logIn(exchange)
      guard let outcome = exchange.takeOutcome() else { throw CancellationError() }
      return LoggedIn(wanted: wanted, vault: try OPAQUEVault(exportKey: outcome.exportKey, account: "alice"))
    }

    /// A login by OPAQUE-EA that has not begun.
    func opaqueEA(
      _ password: String, user: String = "alice", authenticators: ConnectionAuthenticators? = nil
    ) throws -> OPAQUEEAClientExchange {
      guard let authenticators = authenticators ?? self.authenticators else { throw CancellationError() }
      return OPAQUEEAClientExchange(
        try OPAQUEEAClient(
          user: user, password: SecretBytes(copying: password.utf8), offer: offer, authenticators: authenticators,
          policy: Accounts.clientPolicy))
    }

    /// Logs in as alice by SCRAM.
    func logInBySCRAM(_ password: String, _ hash: HashFunction = .sha512, isBound: Bool = true) async throws
      -> MechanismName?
    {
      let negotiation = ClientNegotiationPolicy(
        mechanisms: [SCRAMMechanism(hash).name], channelBinding: isBound ? .require : .disable)
      return try await logIn(
        SCRAMClientExchange(
          SCRAMClient(
            user: "alice", credential: .password(SecretBytes(copying: password.utf8)), offer: offer,
            bindings: handshake.bindings, negotiation: negotiation)))
    }
  }
#endif
