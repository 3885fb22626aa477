package import PassBindCrypto

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file that holds a secret: a password or passphrase in its first line, or a key.
package struct SecretFile: Sendable {
  /// The longest first line, in bytes.
  static let longestLine = 1024

  private let path: String
  private let what: String
  private let mustBePrivate: Bool

  /// A file.
  ///
  /// - Parameters:
  ///   - path: its path; `-` is standard input.
  ///   - what: what it holds, for errors.
  ///   - mustBePrivate: refuse it if group or others may read or write it, or if it is somebody else's.
  package init(_ path: String, holding what: String, mustBePrivate: Bool) {
    self.path = path
    self.what = what
    self.mustBePrivate = mustBePrivate
  }

  /// The first line, 1 to 1,024 bytes.
  package func line() throws(CommandError) -> SecretBytes {
    let descriptor = try descriptor()
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var line: [UInt8] = []
    defer { wipe(&line) }
    line.reserveCapacity(Self.longestLine + 1)
    while let byte = try next(descriptor), byte != UInt8(ascii: "\n") {
      line.append(byte)
      guard line.count <= Self.longestLine else {
        throw CommandError("a \(what) may have \(Self.longestLine) bytes", hint: "\(place) has more in its first line")
      }
    }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard !line.isEmpty else {
      throw CommandError("\(place) is empty", hint: "its first line has to be the \(what)")
    }
    return SecretBytes(taking: &line)
  }

  /// All of it, which must be `count` bytes.
  package func bytes(count: Int) throws(CommandError) -> SecretBytes {
    let descriptor = try descriptor()
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    defer { wipe(&bytes) }
    bytes.reserveCapacity(count + 1)
    while bytes.count <= count, let byte = try next(descriptor) { bytes.append(byte) }
    guard bytes.count == count else {
      let found = bytes.count > count ? "more" : "\(bytes.count)"
      throw CommandError(
        "\(place) has \(found) bytes where \(count) are wanted",
        hint: "is it the right file? It holds bytes, and no text")
    }
    return SecretBytes(taking: &bytes)
  }

  /// Whether there is such a file.
  package var exists: Bool { unsafe access(path, F_OK) == 0 }

  /// Makes the file, readable by its owner alone, with random bytes that are on the disk when this returns.
  package func make(count: Int) throws(CommandError) -> SecretBytes {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw CommandError(
        "cannot make \(place): \(systemWords(errno))", hint: "name a file in a folder that this user may write to")
    }
    defer { close(descriptor) }
    let secret = SecretBytes.random(count: count)
    guard writeAll(secret, to: descriptor), fsync(descriptor) == 0, syncFolder() else {
      let words = systemWords(errno)
      unsafe unlink(path)
      throw CommandError("cannot write \(place): \(words)", hint: "make room, or name a file on another disk")
    }
    return secret
  }

  /// Has the disk know the file's name, too.
  private func syncFolder() -> Bool {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }

  /// The file in words.
  private var place: String { path == "-" ? "standard input" : "the \(what) file \(printable(path))" }

  /// Why it can't be read, to be asked for right after what failed.
  private var unreadable: CommandError {
    CommandError(
      "cannot read \(place): \(systemWords(errno))",
      hint: "it has to be a file that this user may read, with the \(what) in it")
  }

  /// The next byte; nil at the end. What could not be read to the end must not pass for the whole.
  private func next(_ descriptor: Int32) throws(CommandError) -> UInt8? {
    var byte: UInt8 = 0
    while true {
      let count = unsafe read(descriptor, &byte, 1)
      if count >= 0 { return count == 1 ? byte : nil }
      guard errno == EINTR else { throw unreadable }
    }
  }

  private func descriptor() throws(CommandError) -> Int32 {
    if path == "-" { return STDIN_FILENO }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable }
    do throws(CommandError) {
      if mustBePrivate { try check(descriptor) }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Looks at the file that was opened, so that nobody can put another one in its place. A pipe is whoever's made it.
  private func check(_ descriptor: Int32) throws(CommandError) {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else {
      throw unreadable
    }
    guard facts.st_mode & S_IFMT == S_IFREG else { return }
    guard facts.st_uid == geteuid() else {
      throw CommandError(
        "\(place) belongs to user \(facts.st_uid), and this runs as user \(geteuid())",
        hint: "chown it, or run this as its owner")
    }
    guard facts.st_mode & 0o077 == 0 else {
      throw CommandError(
        "\(place) can be read or written by others than its owner (mode \(String(facts.st_mode & 0o777, radix: 8)))",
        hint: "chmod 600 \(path); if others may have read it, what it keeps is not secret any more")
    }
  }
}

private func writeAll(_ secret: borrowing SecretBytes, to descriptor: Int32) -> Bool {
  let span = secret.span
  return unsafe span.withUnsafeBufferPointer { unsafe write(descriptor, $0.baseAddress, $0.count) } == span.count
}
