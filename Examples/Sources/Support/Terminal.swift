#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Whether a stream is a terminal that may be shown colours (no-color.org).
package enum Colour: String, Sendable {
  case red = "31"
  case green = "32"
  case yellow = "33"
  case dim = "2"
  case bold = "1"

  /// The text in this colour, where standard output can show it.
  package func on(_ text: String) -> String { paint(text, STDOUT_FILENO) }

  /// The text in this colour, where standard error can show it.
  func onErrors(_ text: String) -> String { paint(text, STDERR_FILENO) }

  private func paint(_ text: String, _ descriptor: Int32) -> String {
    isatty(descriptor) == 1 && !isForbidden ? "\u{1b}[\(rawValue)m\(text)\u{1b}[0m" : text
  }

  private var isForbidden: Bool { unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false }
}

/// Prints a line on standard output, at once.
///
/// What was not written must not pass for written: the program ends then.
package func printOut(_ line: String) {
  guard !write(line + "\n", to: STDOUT_FILENO) else { return }
  let words = systemWords(errno)
  complain("cannot write to standard output: \(words)", hint: "what was written so far is not all")
  leave(status: CommandError.Status.failed.rawValue)
}

/// Prints a line on standard error.
package func printError(_ line: String) { _ = write(line + "\n", to: STDERR_FILENO) }

/// Prints on standard error without ending the line.
func printRaw(_ text: String) { _ = write(text, to: STDERR_FILENO) }

/// Prints an error, and what to do about it, on standard error.
package func complain(_ message: String, hint: String?) {
  let lines = message.split(separator: "\n").map { printable(String($0)) }
  printError(Colour.red.onErrors("error:") + " " + lines.joined(separator: "\n"))
  if let hint { printError(Colour.yellow.onErrors("hint:") + " " + hint) }
}

/// Text from elsewhere, fit for a terminal: no control characters, which could move the cursor or worse.
package func printable(_ text: String) -> String {
  var out = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      out += "\\u{\(String(scalar.value, radix: 16))}"
    default: out.unicodeScalars.append(scalar)
    }
  }
  return out
}

/// Ends the process.
package func leave(status: Int32) -> Never { _exit(status) }

private func write(_ text: String, to descriptor: Int32) -> Bool {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBufferPointer { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return false }
    rest = rest.dropFirst(count)
  }
  return true
}
