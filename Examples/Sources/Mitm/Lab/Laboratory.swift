internal import ExampleSupport
internal import Foundation
internal import NIOCore
internal import PassBindAccounts
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindTLS
internal import Synchronization

/// Enacts trials: a server, an attacker and a client, each with sockets of its own.
final class Laboratory {
  private let certificates: String
  private let accounts: LabAccounts
  private var servers: [Trial.Server: LabServer] = [:]
  /// What the client was sent.
  private let received = SharedBytes()

  /// - Parameter certificates: the folder that certs/make has filled.
  init(certificates: String) async throws {
    self.certificates = certificates
    accounts = try await LabAccounts()
  }

  func enact(_ trial: Trial) async throws -> Trialled {
    let server = try await server(trial.server)
    _ = accounts.log.take()
    received.clear()
    let place = HostPort("127.0.0.1", UInt16(clamping: server.port))
    var evidence = Evidence()
    var used: (MechanismName, LoginBinding?)?
    let attack = Attack.named(trial.attack)
    var isBetween = false
    switch attack?.means {
    case nil: (evidence.client, used) = await victim(trial, at: server.port, isChecked: true)
    case .between(let scenario)?, .withServersKey(let scenario)?, .beforeTLS(let scenario)?, .besideTLS(let scenario)?:
      (evidence, used) = try await between(trial, scenario, attack, place)
      isBetween = true
    case .asClient(let act)?, .asThief(let act)?:
      var intrusion = intrusion(trial, at: place)
      if let shown = trial.shown { (intrusion.certificate, intrusion.key) = files(shown) }
      let finding = try await act(intrusion)
      (evidence.loot, evidence.finding) = (finding.loot, finding.outcome)
      if let error = finding.error { evidence.client = .failed(error) }
    case .asServer(let act)?: (evidence, used) = try await impostor(trial, act)
    }
    guard try await server.isQuiet() else { throw CommandError(cannotEnact: "a connection to the server does not end") }
    try await take(into: &evidence)
    let (mechanism, binding) = used ?? (trial.named, trial.binding)
    return Trialled(
      trial: trial, mechanism: mechanism, binding: binding,
      seen: attack == nil ? "-" : evidence.loot.description, outcome: evidence.outcome,
      isAgreed: evidence.audit.allSatisfy { event in
        !event.isAccepted || used.map { $0.0 == event.mechanism && $0.1 == event.binding } ?? true
      }, isWarded: evidence.finding != .accepted, isHeard: trial.heard.map(received.text.contains) ?? true,
      isEnacted: isBetween ? evidence.loot.isChanged != attack?.isPassive : true)
  }

  private func server(_ kind: Trial.Server) async throws -> LabServer {
    if let server = servers[kind] { return server }
    let server = try await LabServer(kind, accounts, certificates: certificates)
    servers[kind] = server
    return server
  }

  /// What the servers report of logins comes a moment behind the end of the connection.
  private func take(into evidence: inout Evidence) async throws {
    for _ in 0..<2000 {
      let isComplete = accounts.log.state.withLock { state in
        let commands = String(decoding: state.heard, as: UTF8.self).split(separator: "\r\n")
          .filter { $0.contains(" AUTHENTICATE ") }
        return state.events.count >= commands.count
      }
      if isComplete { break }
      try await Task.sleep(for: .milliseconds(5))
    }
    let state = accounts.log.take()
    evidence.audit = state.events
    evidence.serverErrors = state.errors
    evidence.heard = String(decoding: state.heard, as: UTF8.self)
  }

  // MARK: Attackers

  private func between(
    _ trial: Trial, _ scenario: any Scenario, _ attack: Attack?, _ server: HostPort
  ) async throws -> (Evidence, (MechanismName, LoginBinding?)?) {
    var manner = Interceptor.Manner(takesOver: true)
    manner.beginsInClear = trial.server.startTLS
    manner.signingKey = accounts.signingKey
    var shown = trial.shown ?? "rogue"
    switch attack?.means {
    case .withServersKey: shown = "server"
    case .besideTLS: manner.endsTLS = false
    default: break
    }
    let (loots, arrivals) = AsyncStream.makeStream(of: Loot.self)
    let (certificate, key) = files(shown)
    let interceptor = try Interceptor(
      scenario, manner, showing: certificate, key: key, newest: trial.tls, server: server, to: .nobody
    ) { arrivals.yield($0) }
    let listener = try await interceptor.listen(on: HostPort("127.0.0.1", 0))
    var evidence = Evidence()
    let (end, used) = await victim(trial, at: listener.localAddress?.port ?? 0, isChecked: !manner.endsTLS)
    evidence.client = end
    // If it does not come, nothing was seen, and that is wrong.
    let expiry = Task {
      try await Task.sleep(for: .seconds(5))
      arrivals.finish()
    }
    var left = trial.isResumed ? 2 : 1
    for await loot in loots {
      evidence.loot = loot
      left -= 1
      if left == 0 { break }
    }
    expiry.cancel()
    try await listener.close()
    return (evidence, used)
  }

  private func impostor(
    _ trial: Trial, _ act: @escaping @Sendable (Intrusion) async throws -> Intrusion.Finding
  ) async throws -> (Evidence, (MechanismName, LoginBinding?)?) {
    let (ports, arrivals) = AsyncStream.makeStream(of: Int.self)
    var intrusion = intrusion(trial, at: HostPort("127.0.0.1", 0))
    (intrusion.certificate, intrusion.key) = files("server")
    intrusion.listens = { arrivals.yield($0) }
    async let finding = {
      defer { arrivals.finish() }
      return try await act(intrusion)
    }()
    var evidence = Evidence()
    var used: (MechanismName, LoginBinding?)?
    for await port in ports {
      (evidence.client, used) = await victim(trial, at: port, isChecked: true)
      break
    }
    let found = try await finding
    (evidence.loot, evidence.finding) = (found.loot, found.outcome)
    return (evidence, used)
  }

  private func intrusion(_ trial: Trial, at place: HostPort) -> Intrusion {
    Intrusion(place: place, login: login(trial), newest: trial.tls)
  }

  // MARK: The client

  private func login(_ trial: Trial) -> PasswordLogin {
    PasswordLogin(
      user: trial.user, password: PasswordLogin.Password(LabAccounts.password), mechanism: trial.mechanism,
      channelBinding: trial.channelBinding, bindingTypes: trial.bindingTypes)
  }

  private func files(_ name: String) -> (certificate: String, key: String) {
    ("\(certificates)/\(name).pem", "\(certificates)/\(name).key")
  }

  /// Logs in, and says how that ended, and by what. Through an interceptor that ends TLS, the certificate is not
  /// checked: nothing but the binding can help.
  private func victim(
    _ trial: Trial, at port: Int, isChecked: Bool
  ) async -> (Evidence.ClientEnd, (MechanismName, LoginBinding?)?) {
    var used: (MechanismName, LoginBinding?)?
    do {
      var configuration = TLSClientContext.Configuration(
        trust: isChecked ? .file("\(certificates)/authorities.pem") : .dangerouslyUnverified)
      configuration.versions = trial.tls...trial.tls
      let context = try TLSClientContext(configuration)
      var session: TLSSession?
      for count in 0..<(trial.isResumed ? 2 : 1) {
        let client = try await LineClient.connect(
          to: "127.0.0.1", port: port, security: trial.server.startTLS ? .startTLS : .implicitTLS, tls: context,
          resuming: session, timeout: .seconds(5), trace: received.take)
        guard client.handshake.isResumed == (count == 1) else {
          await client.close()
          throw CommandError(cannotEnact: "the session was \(count == 1 ? "not " : "")resumed")
        }
        if trial.isRepeated { _ = await logIn(trial, on: client, &used) }
        let end = await logIn(trial, on: client, &used)
        session = try? await client.session()
        try? await client.logOut()
        await client.close()
        if count == 1 || !trial.isResumed { return (end, used) }
      }
      return (.absent, used)
    } catch {
      return (.failed(ClientError(error)), used)
    }
  }

  private func logIn(
    _ trial: Trial, on client: LineClient, _ used: inout (MechanismName, LoginBinding?)?
  ) async -> Evidence.ClientEnd {
    do {
      let (choice, exchange) = try login(trial).exchange(on: client)
      used = (choice.mechanism, choice.loginBinding)
      try await client.logIn(exchange)
      _ = try await client.whoAmI()
      return .accepted
    } catch {
      return .failed(ClientError(error))
    }
  }
}

/// What a client was sent, as it is told.
private final class SharedBytes: Sendable {
  private let bytes = Mutex([UInt8]())

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  func clear() { bytes.withLock { $0 = [] } }

  func take(_ event: LineClient.Event) {
    if case .received(let more) = event { bytes.withLock { $0 += more } }
  }
}
