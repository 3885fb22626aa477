internal import ArgumentParser
package import PassBindCrypto

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Where a password comes from: a prompt, a file or standard input; never the command line, which everybody can read.
package struct PasswordOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "Read the password from this file's first line; - means standard input. Without this option it is asked for.",
      valueName: "file"))
  var passwordFile: String?

  package init() {}

  /// Reads a password.
  ///
  /// - Parameters:
  ///   - prompt: what to ask for, if it is asked for.
  ///   - isNew: ask twice, since nothing else can tell a slip of the finger.
  package func read(prompt: String = "Password", isNew: Bool = false) throws(CommandError) -> SecretBytes {
    try readPassword(passwordFile, prompt: prompt, isNew: isNew)
  }
}

/// Reads a password, from a file if one is named.
///
/// - Parameters:
///   - file: the file, or nil; `-` is standard input.
///   - what: what is read, as the option says it that takes it from a file.
///   - prompt: what to ask for, if it is asked for.
///   - isNew: ask twice, since nothing else can tell a slip of the finger.
package func readPassword(
  _ file: String?, holding what: String = "password", prompt: String, isNew: Bool = false
) throws(CommandError) -> SecretBytes {
  if let file { return try SecretFile(file, holding: what, mustBePrivate: false).line() }
  let password = try ask("\(prompt): ", for: what)
  if isNew {
    let again = try ask("\(prompt) again: ", for: what)
    guard password.isEqual(to: again) else { throw CommandError("the two passwords differ", hint: "try again") }
  }
  return password
}

private let longestPassword = SecretFile.longestLine

/// Asks at the terminal, without showing what is typed.
private func ask(_ prompt: String, for what: String) throws(CommandError) -> SecretBytes {
  let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
  var saved = termios()
  guard terminal >= 0, unsafe tcgetattr(terminal, &saved) == 0 else {
    throw CommandError(
      "there is no terminal to ask for the \(what) at",
      hint: "give it with --\(what.replacing(" ", with: "-"))-file FILE, or - for standard input")
  }
  // Signals from the keyboard are off too: an interrupt in the middle would leave the terminal without echo.
  var hidden = saved
  hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
  unsafe tcsetattr(terminal, TCSAFLUSH, &hidden)
  defer {
    unsafe tcsetattr(terminal, TCSAFLUSH, &saved)
    close(terminal)
  }
  show(prompt, terminal)
  defer { show("\n", terminal) }

  var line: [UInt8] = []
  defer { wipe(&line) }
  line.reserveCapacity(longestPassword + 1)
  while let byte = readByte(terminal), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
    switch byte {
    case 0x03, 0x04: throw CommandError("interrupted", hint: "nothing was done", status: .interrupted)  // ^C, ^D
    case 0x08, 0x7f:
      // A whole character, not one of its bytes.
      while let last = line.popLast(), last & 0xc0 == 0x80 {}
    case 0x15: line.removeAll(keepingCapacity: true)  // ^U
    default: line.append(byte)
    }
    guard line.count <= longestPassword else {
      throw CommandError("a \(what) may have \(longestPassword) bytes", hint: "take a shorter one")
    }
  }
  guard !line.isEmpty else { throw CommandError("the \(what) is empty", hint: "try again, and type one") }
  return SecretBytes(taking: &line)
}

private func readByte(_ descriptor: Int32) -> UInt8? {
  var byte: UInt8 = 0
  return unsafe read(descriptor, &byte, 1) == 1 ? byte : nil
}

private func show(_ text: String, _ descriptor: Int32) {
  let bytes = Array(text.utf8)
  _ = unsafe bytes.withUnsafeBufferPointer { unsafe write(descriptor, $0.baseAddress, $0.count) }
}
