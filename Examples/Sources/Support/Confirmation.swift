#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Asks at the terminal, and returns whether the answer is `answer`.
///
/// - Throws: ``CommandError`` where there is no terminal.
package func confirm(_ question: String, by answer: String, hint: String) throws(CommandError) -> Bool {
  let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
  guard terminal >= 0 else {
    throw CommandError("there is no terminal to ask at", hint: hint, status: .usage)
  }
  defer { close(terminal) }
  let prompt = Array("\(question) ".utf8)
  _ = unsafe prompt.withUnsafeBufferPointer { unsafe write(terminal, $0.baseAddress, $0.count) }
  var line: [UInt8] = []
  var byte: UInt8 = 0
  // All of the line, however long: what is left of it would go to whoever reads the terminal next, a shell.
  while unsafe read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
    if line.count <= answer.utf8.count { line.append(byte) }
  }
  return line.elementsEqual(answer.utf8)
}
