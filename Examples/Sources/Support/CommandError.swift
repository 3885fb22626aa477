package import ArgumentParser

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

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
  package let hint: String
  /// The exit status.
  package let status: Status

  /// An error.
  package init(_ message: String, hint: String, status: Status = .failed) {
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
  openStandardStreams()
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
  if code == .validationFailure {
    complain(
      root.message(for: error), hint: "run \(help(in: root.fullMessage(for: error)) ?? "\(root._commandName) --help")")
    leave(status: CommandError.Status.usage.rawValue)
  }
  let (reason, hint) = complaint(of: error)
  complain(reason, hint: hint)
  leave(status: ((error as? CommandError)?.status ?? .failed).rawValue)
}

/// The command whose help would help: that of the subcommand that was not understood, which the parser names in quotes.
private func help(in message: String) -> Substring? {
  let quoted = message.split(separator: "'", omittingEmptySubsequences: false)
  return quoted.last { $0.hasSuffix(" --help") }
}

/// Where one of the three streams is closed, the next file to be opened would be taken for it. In its place comes
/// something that can't be used, so that reading and writing fail.
private func openStandardStreams() {
  for (stream, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDWR)]
  where fcntl(stream, F_GETFD) < 0 {
    _ = unsafe open("/dev/null", mode)
  }
}
