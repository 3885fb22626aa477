internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM
internal import PassBindTLS

/// One connection to a server: opened, logged in, used for something, and closed.
struct Visit {
  let server: HostPort
  let tls: TLSOptions
  let user: String
  var authorizationIdentity: String?
  let terms: Terms
  /// Whether something is to be registered, so that the report says whether it was.
  var registers = false
  /// Whether notes that this login does not open may be lost by that.
  var mayLoseNotes = false
  let output: OutputOptions

  /// Logs in and does something, and tells how far it came.
  ///
  /// - Throws: where nothing could be tried: no connection, or one that broke.
  func perform(
    _ context: TLSClientContext, password: borrowing SecretBytes, resuming session: TLSSession? = nil,
    _ action: (LoggedIn, inout Report) async throws -> Void
  ) async throws -> (Report, TLSSession?) {
    let client = try await connect(context, resuming: session)
    var report = Report(client.handshake)
    report.mayRegister = registers
    do {
      let loggedIn = try await logIn(client, password, &report)
      try await action(loggedIn, &report)
      report.outcome = .accepted
    } catch let error as ProfileError where error.code == .refused {
      report.outcome = .refused(by: .server, error.reason, hint: Self.hint(forServers: report.step))
    } catch let error as ServiceRefusal {
      report.outcome = .refused(by: .server, error.text, hint: nil)
    } catch let error as SASLError {
      report.outcome = .refused(by: .client, error.reason, hint: nil)
    } catch let error as SCRAMError {
      report.outcome = .refused(by: .client, error.reason, hint: nil)
    } catch let error as OPAQUEError {
      report.outcome = .refused(by: .client, error.reason, hint: Self.hint(for: error, report.step))
    }
    let next = try? await client.session()
    try? await client.logOut()
    return (report, next)
  }

  private func connect(_ context: TLSClientContext, resuming session: TLSSession?) async throws -> LineClient {
    do {
      return try await LineClient.connect(
        to: server.host, port: server.port, security: tls.security, tls: context, resuming: session,
        trace: output.verbose ? VerboseTrace().callAsFunction : nil)
    } catch let error where !(error is TLSError || error is ProfileError) {
      throw CommandError("cannot connect to \(server): \(error)", hint: "is the server running, and the port right?")
    }
  }

  private func logIn(
    _ client: LineClient, _ password: borrowing SecretBytes, _ report: inout Report
  ) async throws -> LoggedIn {
    do {
      return try await logIn(client, password, terms, &report)
    } catch let error as OPAQUEError where error.code == .envelopeRecovery && terms.fallsBack {
      let others = terms.withoutOPAQUE
      guard (try? others.negotiation.choose(from: client.offer, bindings: client.handshake.bindings)) != nil else {
        throw error
      }
      if !output.json { printError("OPAQUE says wrong password, or no password for OPAQUE yet: trying SCRAM") }
      return try await logIn(client, password, others, &report)
    }
  }

  private func logIn(
    _ client: LineClient, _ password: borrowing SecretBytes, _ terms: Terms, _ report: inout Report
  ) async throws -> LoggedIn {
    let choice = try terms.negotiation.choose(from: client.offer, bindings: client.handshake.bindings)
    report.mechanism = choice.mechanism
    report.binding = choice.binding?.type
    if OPAQUEMechanism(choice.mechanism) != nil {
      let exchange = Announced(
        OPAQUESASLClientExchange(
          try OPAQUESASLClient(
            choice, user: user, authorizationIdentity: authorizationIdentity, password: password, offer: client.offer)),
        isQuiet: output.json)
      let wanted = try await client.logIn(exchange)
      return LoggedIn(client, choice, wanted: wanted, keys: exchange.exchange.takeOutcome())
    }
    let exchange = Announced(
      SCRAMClientExchange(
        try SCRAMClient(
          choice, user: user, authorizationIdentity: authorizationIdentity, credential: .password(password.copy()),
          policy: terms.scramPolicy, offer: client.offer, tlsVersion: client.handshake.version)),
      isQuiet: output.json)
    return LoggedIn(client, choice, wanted: try await client.logIn(exchange), keys: nil)
  }

  private static func hint(forServers step: Report.Step) -> String? {
    step == .login
      ? "a wrong name or password, too many tries, or somebody in between; the server's log says which" : nil
  }

  private static func hint(for error: OPAQUEError, _ step: Report.Step) -> String? {
    switch error.code {
    case .envelopeRecovery where step == .login:
      "a wrong name or password, or too many tries; an account that has no password for OPAQUE yet looks the same: try login "
        + "--migrate, or --mechanism SCRAM-SHA-512"
    case .notesWouldBeLost:
      "use --mechanism OPAQUE-R255 if the account has a password for it, or --lose-notes if they are not wanted any more"
    case .serverAuthentication: "somebody may be in between, with a certificate that this side takes for the server's"
    default: nil
    }
  }
}

/// A connection whose login succeeded: the server took the proof, and this side believes the server.
final class LoggedIn {
  let client: LineClient
  let mechanism: MechanismName
  let binding: ChannelBindingType?
  /// What the server would like to have registered.
  let wanted: MechanismName?
  /// What OPAQUE gave beside; nil after SCRAM.
  let keys: OPAQUESASLOutcome?

  init(
    _ client: LineClient, _ choice: ClientNegotiationPolicy.Choice, wanted: MechanismName?,
    keys: consuming OPAQUESASLOutcome?
  ) {
    self.client = client
    mechanism = choice.mechanism
    binding = choice.binding?.type
    self.wanted = wanted
    self.keys = keys
  }

  /// What opens the account's notes; nil after SCRAM.
  func vault(of user: String) throws(OPAQUEError) -> OPAQUEVault? { try keys?.vault(of: user) }
}

extension OPAQUESASLOutcome {
  fileprivate borrowing func vault(of user: String) throws(OPAQUEError) -> OPAQUEVault {
    try OPAQUEVault(exportKey: exportKey, account: user)
  }
}
