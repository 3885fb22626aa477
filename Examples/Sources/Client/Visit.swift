internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindExportedAuthenticators
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
  /// Whether the login is by a token.
  var isEnrolment = false
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
    report.isEnrolment = isEnrolment
    do {
      let loggedIn = try await logIn(client, password, &report)
      try await action(loggedIn, &report)
      report.outcome = .accepted
    } catch let error as ProfileError where error.code == .refused {
      report.outcome = .refused(by: .server, error.reason, hint: report.hintForServersRefusal)
    } catch let error as ServiceRefusal {
      report.outcome = .refused(by: .server, error.text, hint: report.hint(for: error))
    } catch let error as SASLError {
      let hint = report.hintForNoChoice(from: terms.mechanisms)
      report.outcome = .refused(by: .client, error.reason, hint: hint)
    } catch let error as SCRAMError {
      report.outcome = .refused(by: .client, error.reason, hint: report.hint(for: error))
    } catch let error as OPAQUEError {
      report.outcome = .refused(by: .client, error.reason, hint: report.hint(for: error))
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
      throw CommandError.cannotConnect(to: server, error)
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
    report.binding = choice.loginBinding
    switch choice.mechanism {
    case OPAQUEEAMechanism.name:
      guard let authenticators = client.authenticators else {
        throw CommandError(
          "this TLS connection gives no exported authenticators", hint: "--mechanism OPAQUE-R255 does without",
          status: .refused)
      }
      let login = try OPAQUEEAClient(
        user: user, authorizationIdentity: authorizationIdentity, password: password, offer: client.offer,
        authenticators: authenticators)
      return try await logIn(client, choice, OPAQUEEAClientExchange(login)) { $0.takeOutcome()?.exportKey.copy() }
    case let name where name.isOPAQUE:
      let login = try OPAQUESASLClient(
        choice, user: user, authorizationIdentity: authorizationIdentity, password: password, offer: client.offer)
      return try await logIn(client, choice, OPAQUESASLClientExchange(login)) { $0.takeOutcome()?.exportKey.copy() }
    default:
      let login = try SCRAMClient(
        choice, user: user, authorizationIdentity: authorizationIdentity, credential: .password(password.copy()),
        policy: terms.scramPolicy, offer: client.offer, tlsVersion: client.handshake.version)
      return try await logIn(client, choice, SCRAMClientExchange(login)) { _ in nil }
    }
  }

  private func logIn<Exchange: SASLClientExchange>(
    _ client: LineClient, _ choice: ClientNegotiationPolicy.Choice, _ exchange: Exchange,
    takingKey: (Exchange) -> SecretBytes?
  ) async throws -> LoggedIn {
    let wanted = try await client.logIn(Announced(exchange, isQuiet: output.json))
    return LoggedIn(client, choice, wanted: wanted, exportKey: takingKey(exchange))
  }
}
