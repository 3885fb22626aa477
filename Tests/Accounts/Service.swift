import PassBindAccounts
import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Synchronization
import Testing

/// A clock that stands still until somebody sleeps, and the record of who slept how long.
final class TestTime: Sendable {
  private let state = Mutex((now: Timestamp(microseconds: 1_763_760_000_000_000), slept: [Duration]()))

  var source: TimeSource { TimeSource(now: { self.now }, sleep: { self.pass($0, noting: true) }) }
  var now: Timestamp { state.withLock { $0.now } }

  func pass(_ duration: Duration, noting: Bool = false) {
    state.withLock {
      $0.now = $0.now + duration
      if noting { $0.slept.append(duration) }
    }
  }

  /// How long anybody slept since this was last asked.
  func takeSlept() -> [Duration] {
    state.withLock { state in
      defer { state.slept = [] }
      return state.slept
    }
  }
}

/// A store that counts what it is asked, and fails if it is told to.
final class WatchedStore: CredentialStore {
  let store: any CredentialStore
  private let state = Mutex(
    (
      calls: [String](), left: Int?.none, lookedUp: { @Sendable (_: Bool) in },
      hooks: [String: @Sendable () async throws -> Void]()
    ))

  init(_ store: any CredentialStore) { self.store = store }

  /// Fails all calls after the next `count`; nil: none.
  func fail(after count: Int?) { state.withLock { $0.left = count } }

  /// Has `body` called after each look-up, with whether there was such an account.
  func afterLookUp(_ body: @escaping @Sendable (Bool) -> Void) { state.withLock { $0.lookedUp = body } }

  /// Has `body` run once, after the next call of this name: `accounts`, `insert` or `serverRecord`.
  func after(_ call: String, _ body: @escaping @Sendable () async throws -> Void) {
    state.withLock { $0.hooks[call] = body }
  }

  private func passed(_ call: String) async {
    let hook = state.withLock { $0.hooks.removeValue(forKey: call) }
    do { try await hook?() } catch { Issue.record(error) }
  }

  func takeCalls() -> [String] {
    state.withLock { state in
      defer { state.calls = [] }
      return state.calls
    }
  }

  private func note(_ call: String) throws(AccountError) {
    let isBroken = state.withLock { state in
      state.calls.append(call)
      guard let left = state.left else { return false }
      state.left = max(0, left - 1)
      return left == 0
    }
    if isBroken { throw AccountError(.unavailable, "told to fail") }
  }

  func account(named name: AccountName) async throws(AccountError) -> Account? {
    try note("account")
    let account = try await store.account(named: name)
    let lookedUp = state.withLock { $0.lookedUp }
    lookedUp(account != nil)
    return account
  }
  func insert(
    _ account: Account, under condition: ServerRecordCondition?
  ) async throws(AccountError) -> Account {
    let account = try await store.insert(account, under: condition)
    await passed("insert")
    return account
  }
  func update(
    _ account: Account, notes: [NoteName: [UInt8]?], under condition: ServerRecordCondition?
  ) async throws(AccountError) -> Account { try await store.update(account, notes: notes, under: condition) }
  func notes(of name: AccountName) async throws(AccountError) -> AccountNotes? { try await store.notes(of: name) }
  func delete(_ name: AccountName, version: UInt64?) async throws(AccountError) {
    try await store.delete(name, version: version)
  }
  func accounts(after name: AccountName?, limit: Int) async throws(AccountError) -> [Account] {
    let page = try await store.accounts(after: name, limit: limit)
    await passed("accounts")
    return page
  }
  func accountCount() async throws(AccountError) -> Int { try await store.accountCount() }
  func serverSecret(
    named name: String, orKeep candidate: borrowing SecretBytes
  ) async throws(AccountError) -> SecretBytes { try await store.serverSecret(named: name, orKeep: candidate) }
  func serverRecord(named name: String) async throws(AccountError) -> ServerRecord? {
    try note("serverRecord")
    let record = try await store.serverRecord(named: name)
    await passed("serverRecord")
    return record
  }
  func setServerRecord(
    named name: String, to bytes: [UInt8], replacing version: UInt64
  ) async throws(AccountError) -> ServerRecord {
    try await store.setServerRecord(named: name, to: bytes, replacing: version)
  }
  func changeEntries<Outcome: Sendable>(
    under keys: [EntryKey], now: Timestamp, limit: Int,
    _ change: @escaping @Sendable (inout [Entry?]) throws(AccountError) -> Outcome
  ) async throws(AccountError) -> Outcome {
    try note("entries")
    return try await store.changeEntries(under: keys, now: now, limit: limit, change)
  }
}

/// An authenticator with its surroundings, and clients of every kind.
struct Service {
  static let iterations = 4096
  static let exporter = ChannelBinding(.tlsExporter, data: Array(0...31))
  static let bound = ChannelBindings(tlsVersion: .tls13, available: [exporter].compactMap { $0 })
  static let unbound = ChannelBindings(
    tlsVersion: .tls12, isResumed: true, unavailable: [.tlsExporter: "no extended master secret"])

  let store: WatchedStore
  let time: TestTime
  let authenticator: Authenticator
  private let log = Log()

  private final class Log: Sendable {
    let events = Mutex([AuditEvent]())
  }

  init(
    _ store: any CredentialStore = InMemoryCredentialStore(), time: TestTime = TestTime(), source: TimeSource? = nil,
    _ configure: (inout ServerPolicy) -> Void = { _ in }
  ) async throws {
    self.store = WatchedStore(store)
    self.time = time
    var policy = ServerPolicy()
    policy.iterations = [.sha256: Self.iterations, .sha512: Self.iterations]
    configure(&policy)
    authenticator = try await Authenticator(store: self.store, policy: policy, time: source ?? time.source) {
      [log] event in log.events.withLock { $0.append(event) }
    }
  }

  /// The events since this was last asked.
  func takeEvents() -> [AuditEvent] {
    log.events.withLock { events in
      defer { events = [] }
      return events
    }
  }

  /// Adds an account, by default one with the password `pencil` for SHA-512.
  @discardableResult
  func add(
    _ name: String, password: String = "pencil", hashes: [HashFunction] = [.sha512],
    _ edit: (inout Account) throws -> Void = { _ in }
  ) async throws -> Account {
    var account = try Account(AccountName(name), created: time.now)
    for hash in hashes {
      let verifier = try await SCRAMVerifier.make(
        password: SecretBytes(copying: password.utf8), hash: hash, iterations: Self.iterations)
      try account.set(Credential(verifier))
    }
    try edit(&account)
    return try await store.insert(account)
  }

  /// What a client saw of one login.
  struct Seen: Equatable {
    /// The challenge without the random part of its nonce; nil if there was none.
    var challenge: String?
    /// How long the challenge took.
    var challengeTime = Duration.zero
    var identity: AuthenticatedIdentity?
    /// What the store was asked, and how long the answer was held back.
    var calls: [String] = []
    var slept: [Duration] = []
    /// The last message was the server's proof, and the client took it.
    var isServerProved = false
  }

  /// One login, from the first message to the last.
  func logIn(
    _ user: String = "alice", password: String = "pencil", _ mechanism: SCRAMMechanism = SCRAMMechanism(.sha512),
    actingAs identity: String? = nil, on bindings: ChannelBindings = bound, boundTo binding: ChannelBinding? = exporter,
    flag: GS2Header.BindingFlag? = nil, dialect: SCRAMDialect = .rfc5802, named name: MechanismName? = nil,
    from address: String = "192.0.2.7", outerUser: String? = nil
  ) async throws -> Seen {
    (_, _) = (store.takeCalls(), time.takeSlept())
    var policy = SCRAMClientPolicy()
    policy.dialect = dialect
    if dialect == .trueNAS { policy.passwordPreparation = .none }
    let binding = mechanism.isPlus ? binding : nil
    let client = try SCRAMClient(
      mechanism, flag: flag ?? binding.map { .required($0.type) } ?? .unsupported, binding: binding, user: user,
      authorizationIdentity: identity, credential: .password(SecretBytes(copying: password.utf8)), policy: policy,
      offer: nil, tlsVersion: nil, nonce: Base64.encode([UInt8](repeating: 1, count: 32)))
    var seen = Seen()
    let began = time.now
    let exchange = authenticator.exchange(
      name ?? mechanism.name, on: bindings, offer: authenticator.offer(on: bindings), from: address, user: outerUser)
    switch await exchange.step(client.firstMessage) {
    case .refused: break
    case .accepted: Issue.record("accepted without a proof")
    case .challenge(let next, let bytes):
      seen.challengeTime = time.now - began
      _ = time.takeSlept()
      seen.challenge = String(decoding: bytes, as: UTF8.self).replacing(#/(r=.{44})[^,]+/#) { $0.1 + "..." }
      let answer = try await client.respond(to: bytes)
      switch await next.step(answer.finalMessage) {
      case .challenge: Issue.record("one challenge too many")
      case .refused: break
      case .accepted(let identity, let bytes):
        seen.identity = identity
        _ = try answer.verify(#require(bytes))
        seen.isServerProved = true
      }
    }
    (seen.calls, seen.slept) = (store.takeCalls(), time.takeSlept())
    return seen
  }
}
