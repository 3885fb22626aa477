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
package func printOut(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

/// Prints a line on standard error.
package func printError(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

/// Prints on standard error without ending the line.
func printRaw(_ text: String) { write(text, to: STDERR_FILENO) }

/// Prints an error, and what to do about it, on standard error.
package func complain(_ message: String, hint: String? = nil) {
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

private func write(_ text: String, to descriptor: Int32) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBufferPointer { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}
