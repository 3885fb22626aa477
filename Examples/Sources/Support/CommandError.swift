package import ArgumentParser
internal import PassBindLineProfile
internal import PassBindTLS

/// What a command tells its user when it can't do what it was asked: what is wrong, and what to do about it.
package struct CommandError: Error {
  /// How a command ended, for scripts. Each command's help lists them.
  package enum Status: Int32, Sendable {
    /// The other side said no: a login refused, an account that is not there.
    case refused = 1
    /// It could not be tried: no connection, no certificate, no file.
    case failed = 2
    /// The command line makes no sense.
    case usage = 64
    /// The user broke it off.
    case interrupted = 130
  }

  /// What is wrong.
  package let message: String
  /// What to do about it.
  package let hint: String?
  /// The exit status.
  package let status: Status

  /// An error.
  package init(_ message: String, hint: String? = nil, status: Status = .failed) {
    self.message = message
    self.hint = hint
    self.status = status
  }
}

/// The lines about exit codes at the end of a command's help.
package let exitCodes = """
  Exit codes: 0 done; 1 refused, by the other side or by this one; 2 could not be tried (connection, certificate, file); 64 wrong usage; \
  130 interrupted.
  """

/// Runs a command from its arguments and exits, printing what went wrong in two lines.
///
/// - Parameter arguments: nil for those of the process.
package func runCommand<Command: AsyncParsableCommand>(_ root: Command.Type, _ arguments: [String]? = nil) async
  -> Never
{
  var command: any ParsableCommand
  do {
    command = try root.parseAsRoot(arguments)
  } catch {
    quit(root, error)
  }
  do {
    if var asynchronous = command as? any AsyncParsableCommand {
      try await asynchronous.run()
    } else {
      try command.run()
    }
  } catch {
    quit(root, error)
  }
  leave(status: 0)
}

private func quit<Command: ParsableCommand>(_ root: Command.Type, _ error: any Error) -> Never {
  let code = root.exitCode(for: error)
  if code == .success {  // --help, --version
    printOut(root.fullMessage(for: error))
    leave(status: 0)
  }
  if let error = error as? CommandError {
    complain(error.message, hint: error.hint)
    leave(status: error.status.rawValue)
  }
  if code == .validationFailure {
    complain(root.message(for: error), hint: "run \(root._commandName) --help")
    leave(status: CommandError.Status.usage.rawValue)
  }
  complain(reason(of: error), hint: hint(for: error))
  leave(status: CommandError.Status.failed.rawValue)
}

/// An error in words. The errors of this project say it themselves.
package func reason(of error: any Error) -> String {
  switch error {
  case let error as CommandError: error.message
  case let error as TLSError: error.reason
  case let error as ProfileError: error.reason
  default: String(describing: error)
  }
}

private func hint(for error: any Error) -> String? {
  guard let error = error as? TLSError, error.code == .untrustedPeer else { return nil }
  return "give the authority's certificate with --ca-file"
}
