internal import ArgumentParser
internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindLineProfile
internal import PassBindNIO
internal import PassBindSASL
internal import PassBindSCRAM
internal import PassBindTLS

struct Login: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Log in, and say as whom.",
    discussion: """
      The password is asked for, or read with --password-file; never give it on a command line.

      \(exitCodes)
      """)

  @Argument(help: "The server, HOST:PORT. Its certificate must be for HOST.")
  var server: HostPort

  @OptionGroup(title: "Who") var who: WhoOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "Login") var login: LoginOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let password = try who.password.read(prompt: "Password of \(who.user)")
    let context = try tls.context()
    if tls.insecureSkipCertificateCheck {
      printError(
        "warning: the certificate is not checked: anybody on the way can be the server; only channel binding protects this "
          + "login")
    }
    var session: TLSSession?
    var isRefused = false
    for _ in 0..<login.repeat {
      let report: Report
      (report, session) = try await logIn(context, password, resuming: session)
      output.json ? printOut(report.json) : report.print()
      isRefused = isRefused || !report.isAccepted
    }
    if isRefused { leave(status: CommandError.Status.refused.rawValue) }
  }

  private func logIn(
    _ context: TLSClientContext, _ password: borrowing SecretBytes, resuming session: TLSSession?
  ) async throws -> (Report, TLSSession?) {
    let client: LineClient
    do {
      client = try await LineClient.connect(
        to: server.host, port: server.port, security: tls.security, tls: context, resuming: session,
        trace: output.verbose ? VerboseTrace().callAsFunction : nil)
    } catch let error where !(error is TLSError || error is ProfileError) {
      throw CommandError("cannot connect to \(server): \(error)", hint: "is the server running, and the port right?")
    }
    var report = Report(client.handshake)
    do {
      let choice = try login.negotiation.choose(from: client.offer, bindings: client.handshake.bindings)
      report.mechanism = choice.mechanism
      report.binding = choice.binding?.type
      let exchange = SCRAMClientExchange(
        try SCRAMClient(
          choice, user: who.user, authorizationIdentity: who.authorizeAs, credential: .password(password.copy()),
          policy: login.policy, offer: client.offer, tlsVersion: client.handshake.version))
      try await client.logIn(exchange)
      report.identity = try await client.whoAmI()
      report.outcome = .accepted
    } catch let error as ProfileError where error.code == .refused {
      report.outcome = .refusedByServer(error.reason)
    } catch let error as SASLError {
      report.outcome = .refusedByClient(error.reason)
    } catch let error as SCRAMError {
      report.outcome = .refusedByClient(error.reason)
    }
    let next = try? await client.session()
    try? await client.logOut()
    return (report, next)
  }
}
