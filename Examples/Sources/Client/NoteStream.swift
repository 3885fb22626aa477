internal import ExampleSupport
internal import PassBindCrypto
internal import PassBindOPAQUE

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Reads a note to its end.
///
/// - Parameter path: a file; nil for standard input.
func readNote(_ path: String?) throws(CommandError) -> SecretBytes {
  let descriptor = try path.map { path throws(CommandError) in
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandError(
        "cannot read the note in \(printable(path)): \(systemWords(errno))", hint: "name a file that this user may read"
      )
    }
    return descriptor
  }
  defer { if let descriptor { close(descriptor) } }
  var bytes = [UInt8](repeating: 0, count: OPAQUEVault.maximumNoteCount + 1)
  defer { wipe(&bytes) }
  var count = 0
  while count < bytes.count {
    let more = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe read(descriptor ?? STDIN_FILENO, buffer.baseAddress?.advanced(by: count), buffer.count - count)
    }
    if more < 0, errno == EINTR { continue }
    guard more >= 0 else {
      throw CommandError(
        "cannot read the note: \(systemWords(errno))", hint: "give it on standard input, or with --file FILE")
    }
    if more == 0 { break }
    count += more
  }
  guard count <= OPAQUEVault.maximumNoteCount else {
    throw CommandError(
      "a note has \(OPAQUEVault.maximumNoteCount) bytes at most", hint: "keep the key of an encrypted file in it, say")
  }
  return SecretBytes(copying: bytes.prefix(count))
}

/// Writes a note to standard output, as it is.
func writeNote(_ note: borrowing SecretBytes) throws(CommandError) {
  let isWritten = unsafe note.span.withUnsafeBufferPointer { bytes in
    var written = 0
    while written < bytes.count {
      let count = unsafe write(STDOUT_FILENO, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      written += count
    }
    return true
  }
  guard isWritten else {
    throw CommandError(
      "cannot write the note: \(systemWords(errno))",
      hint: "make room where standard output goes: the server still has it")
  }
}
