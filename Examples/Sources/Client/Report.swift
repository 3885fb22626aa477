internal import ExampleSupport
internal import PassBindSASL
internal import PassBindTLS

/// How a connection went: its login, and what it was used for.
struct Report {
  /// Who said no.
  enum Side: String {
    case client, server
  }

  enum Outcome {
    case accepted
    case refused(by: Side, String, hint: String)
  }

  /// What is being tried, in the words of the messages.
  enum Step: String {
    case login, registration, deletion, request
  }

  let handshake: TLSHandshake
  var mechanism: MechanismName?
  var binding: LoginBinding?
  var identity: String?
  var step = Step.login
  var registration: Registration?
  /// Whether the login is by a token.
  var isEnrolment = false
  /// Whether the command would register, so that scripts find out whether it did.
  var mayRegister = false
  var outcome = Outcome.refused(by: .client, "nothing was tried", hint: "try again")

  init(_ handshake: TLSHandshake) { self.handshake = handshake }

  var isAccepted: Bool {
    if case .accepted = outcome { true } else { false }
  }

  var json: String {
    var fields: [(String, JSON)] = [
      ("mechanism", JSON(mechanism?.description)), ("binding", JSON(binding?.description)),
      ("tls", .string(handshake.version.description)), ("resumed", .bool(handshake.isResumed)),
    ]
    switch outcome {
    case .accepted:
      fields += [("outcome", .string("accepted"))]
      if let identity { fields += [("identity", .string(identity))] }
    case .refused(let side, let reason, _):
      fields += [("outcome", .string("refused")), ("by", .string(side.rawValue)), ("reason", .string(reason))]
      if step != .login { fields += [("step", .string(step.rawValue))] }
    }
    if mayRegister { fields += [("registered", JSON(registration?.mechanism.description))] }
    if let registration {
      fields += [("resealed", .number(registration.resealedNotes)), ("kept", .number(registration.keptNotes))]
    }
    return JSON.object(fields).description
  }

  /// Prints what was refused on standard error, and what was done, in the words of the command, on standard output.
  func print(_ done: String) {
    switch outcome {
    case .accepted: printOut(Colour.green.on(done))
    case .refused(let side, let reason, let hint):
      complain("\(side == .server ? "the server" : "this client") refuses the \(step): \(reason)", hint: hint)
    }
    if let registration { registration.print() }
    if let mechanism { printOut("  mechanism   \(mechanism)") }
    printOut("  bound by    \(binding?.words ?? "nothing")")
    printOut(
      "  TLS         \(handshake.version), \(handshake.cipherSuite), "
        + (handshake.isResumed ? "resumed session" : "full handshake"))
    if let subject = handshake.peerSubject { printOut("  certificate \(printable(subject))") }
  }
}

extension LoginBinding {
  fileprivate var words: String { self == .exportedAuthenticator ? "exported authenticator" : description }
}

extension Registration {
  func print() {
    printOut("  registered  \(mechanism): from now on the account logs in by it alone")
    if resealedNotes > 0 { printOut("  vault       \(notes(resealedNotes)) sealed anew") }
    if keptNotes > 0 {
      printError("warning: \(notes(keptNotes)) did not open, and can't be opened by the new password")
    }
  }

  private func notes(_ count: Int) -> String { count == 1 ? "1 note" : "\(count) notes" }
}

extension OutputOptions {
  /// Shows how a command went, and ends it with status 1 if it was refused.
  func show(_ report: Report, _ done: String) {
    json ? printOut(report.json) : report.print(done)
    if !report.isAccepted { leave(status: CommandError.Status.refused.rawValue) }
  }
}
