#if NIO
  import PassBindExportedAuthenticators
  import PassBindLineProfile
  import PassBindNIO
  import PassBindSASL
  import Synchronization

  /// Lets whoever says a word be alice, whose account is whatever a test makes of it.
  struct Anyone: LoginAuthority {
    static let scram = MechanismName(known: "SCRAM-SHA-512")
    static let opaque = MechanismName(known: "OPAQUE-R255")

    var account: (@Sendable () -> any AccountService)?

    func offer(on bindings: ChannelBindings, authenticators: ConnectionAuthenticators?) -> SASLOffer {
      SASLOffer(mechanisms: [Self.scram], bindingTypes: nil)
    }

    func logIn(_ request: LoginRequest, _ client: LoginClient) async -> LoginOutcome {
      .accepted("alice", finalMessage: nil, service: account?())
    }
  }

  /// An account that does as its script says, and writes down what happens to it.
  final class ScriptedAccount: AccountService {
    /// What happened, as it happened; outlives the account.
    final class Log: Sendable {
      private let lines = Mutex<[String]>([])
      var all: [String] { lines.withLock(\.self) }
      func callAsFunction(_ line: String) { lines.withLock { $0.append(line) } }

      /// Waits until a line is there.
      func wait(for line: String) async throws {
        while !all.contains(line) { try await Task.sleep(for: .milliseconds(2)) }
      }
    }

    /// What a request does before it is done; nobody to ask but in a registration.
    typealias Script = @Sendable (_ first: [UInt8], LoginClient?) async throws(ServiceRefusal) -> Void

    let log: Log
    private let script: Script
    private let state = Mutex((isRegistered: false, notes: [String: [UInt8]](), isBusy: false))

    init(_ log: Log = Log(), _ script: @escaping Script = { _, _ throws(ServiceRefusal) in }) {
      self.log = log
      self.script = script
    }

    deinit { log("gone") }

    var registrations: Registrations {
      get async {
        let isRegistered = state.withLock(\.isRegistered)
        return Registrations([Anyone.opaque], wanted: isRegistered ? nil : Anyone.opaque)
      }
    }

    func register(
      _ mechanism: MechanismName, _ first: [UInt8], _ client: LoginClient
    ) async throws(ServiceRefusal) {
      begin("register \(mechanism)")
      defer { end("register") }
      try await script(first, client)
      state.withLock { $0.isRegistered = true }
    }

    func unregister() async throws(ServiceRefusal) {
      begin("unregister")
      defer { end("unregister") }
      try await script([], nil)
    }

    func noteNames() async throws(ServiceRefusal) -> [String] {
      begin("names")
      defer { end("names") }
      try await script([], nil)
      return state.withLock { $0.notes.keys.sorted() }
    }

    func note(_ name: String) async throws(ServiceRefusal) -> [UInt8]? { state.withLock { $0.notes[name] } }

    func setNote(_ name: String, to note: [UInt8]?) async throws(ServiceRefusal) {
      let isDone = state.withLock { state in
        if note == nil ? state.notes[name] == nil : state.notes.count == 16 { return false }
        state.notes[name] = note
        return true
      }
      guard isDone else {
        throw note == nil
          ? ServiceRefusal(.nonexistent, "There is no such note.") : ServiceRefusal(.overQuota, "There is no room.")
      }
    }

    private func begin(_ what: String) {
      let wasBusy = state.withLock { state in
        defer { state.isBusy = true }
        return state.isBusy
      }
      log(wasBusy ? "two at a time" : what)
    }

    private func end(_ what: String) {
      state.withLock { $0.isBusy = false }
      log(Task.isCancelled ? "\(what) cancelled" : "\(what) over")
    }
  }

  /// Registers by as many rounds as the server likes, and believes it after one.
  final class Rounds: SASLClientExchange {
    struct TooSoon: Error {}

    let mechanism: MechanismName
    let initialResponse: [UInt8]
    private let givesUp: Bool
    private var count = 0

    init(_ mechanism: MechanismName, first: String = "first", givesUp: Bool = false) {
      self.mechanism = mechanism
      initialResponse = Array(first.utf8)
      self.givesUp = givesUp
    }

    func respond(to challenge: [UInt8]) async throws(TooSoon) -> [UInt8] {
      if givesUp { throw TooSoon() }
      count += 1
      return Array("\(count)".utf8)
    }

    func finish(with data: [UInt8]?) throws(TooSoon) {
      if count == 0 { throw TooSoon() }
    }
  }

  /// Logs in by believing everything.
  final class Believer: SASLClientExchange {
    let mechanism = Anyone.scram
    let initialResponse: [UInt8] = []

    func respond(to challenge: [UInt8]) async throws(CancellationError) -> [UInt8] { [] }
    func finish(with data: [UInt8]?) throws(CancellationError) {}
  }
#endif
