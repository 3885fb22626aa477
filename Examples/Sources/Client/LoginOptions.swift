internal import ArgumentParser
internal import ExampleSupport
internal import PassBindOPAQUE
internal import PassBindSASL
internal import PassBindSCRAM

/// How a login is made, and what it is bound by.
struct MechanismOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to bind by: tls-exporter, tls-unique or tls-server-end-point. Repeat it for several, best first.",
      discussion: "OPAQUE-EA needs none: it is bound by what its messages are made with.", valueName: "type"))
  var bindingType: [ChannelBindingType] = []

  @Option(
    help: ArgumentHelp(
      "A mechanism to use, such as OPAQUE-R255, OPAQUE-EA or SCRAM-SHA-512. Repeat it for several, best first.",
      discussion: """
        Without it, OPAQUE-R255 if the server offers it, then OPAQUE-EA on TLS 1.3, else the best of SCRAM; never \
        SCRAM-SHA-1.
        """,
      valueName: "name"))
  var mechanism: [PasswordMechanism] = []

  @Option(help: ArgumentHelp("Refuse servers with fewer iterations of PBKDF2.", valueName: "count"))
  var minIterations = SCRAMClientPolicy().minIterations

  @Option(help: ArgumentHelp("Refuse servers with more iterations of PBKDF2.", valueName: "count"))
  var maxIterations = SCRAMClientPolicy().maxIterations

  func validate() throws {
    guard minIterations > 0, minIterations <= maxIterations else {
      throw ValidationError("--min-iterations must be above 0, and not above --max-iterations")
    }
  }

  var terms: Terms {
    var terms = Terms()
    if !mechanism.isEmpty { terms.mechanisms = mechanism.map(\.name.base) }
    if !bindingType.isEmpty { terms.bindingTypes = bindingType }
    terms.scramPolicy.minIterations = minIterations
    terms.scramPolicy.maxIterations = maxIterations
    return terms
  }
}

/// By which of OPAQUE's mechanisms a login is made that none but OPAQUE can serve.
struct OPAQUEOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "OPAQUE-R255 or OPAQUE-EA.", discussion: "Without it, the first of the two that the server offers.",
      valueName: "name"))
  var mechanism: PasswordMechanism?

  func validate() throws {
    guard mechanism?.name.isOPAQUE != false else {
      throw ValidationError("--mechanism takes OPAQUE-R255 or OPAQUE-EA here")
    }
  }

  var terms: Terms {
    var terms = Terms()
    terms.mechanisms = mechanism.map { [$0.name.base] } ?? MechanismName.opaque
    return terms
  }
}

/// What only the command that just logs in has.
struct LoginOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Whom to act as, if the account may.", valueName: "name"))
  var authorizeAs: String?

  @Option(
    help: ArgumentHelp(
      "Whether the login is bound to the TLS connection: require, prefer or disable.",
      discussion: """
        require: bound, or no login at all. prefer: bound if the server offers it. disable: not bound; whoever ends the TLS \
        connection can take the login over.
        """, valueName: "policy"))
  var channelBinding = ChannelBindingPolicy.require

  @OptionGroup var mechanisms: MechanismOptions

  @Option(help: ArgumentHelp("Log in so many times, each time resuming the TLS session.", valueName: "count"))
  var `repeat` = 1

  @Flag(
    help: ArgumentHelp(
      "Have the account moved to a better mechanism, with the same password, if the server wishes it.",
      discussion: """
        From SCRAM to OPAQUE, or to SCRAM with a longer hash; never the other way. An account that is yet to be moved to OPAQUE \
        looks like a wrong password there: then this tries SCRAM on the same connection, bound too. Use it while a server \
        moves its accounts, and not for ever: SCRAM shows a server more of the password than OPAQUE does.
        """))
  var migrate = false

  @Flag(help: "Go on after a login by SCRAM where the account has notes: nothing opens them any more then.")
  var loseNotes = false

  func validate() throws {
    guard (1...1000).contains(`repeat`) else { throw ValidationError("--repeat takes 1 to 1000") }
    guard !migrate || channelBinding == .require else {
      throw ValidationError("--migrate wants a login that is bound: leave --channel-binding at require")
    }
    let mechanisms = mechanisms.terms.mechanisms
    guard channelBinding != .disable || !mechanisms.allSatisfy(\.bindsByItself) else {
      throw ValidationError("\(mechanisms[0]) is always bound: leave --channel-binding at require")
    }
  }

  var terms: Terms {
    var terms = mechanisms.terms
    terms.channelBinding = channelBinding
    terms.fallsBack = migrate
    return terms
  }
}
