internal import ExampleSupport
internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The openssl command, for what PassBindTLS can't be made to do: to send early data, to ask for a renegotiation, to do
/// without the extended master secret. It is talked to line by line.
final class OpenSSLProgram: Sendable {
  private let process: Process
  private let input: FileHandle
  private let lines: AsyncStream<String>

  /// Starts it.
  ///
  /// - Parameters:
  ///   - configuration: a text for OPENSSL_CONF, in place of the system's.
  ///   - folder: where that is put.
  init(_ arguments: [String], configuration: String? = nil, in folder: Scratch) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    if let configuration {
      var environment = ProcessInfo.processInfo.environment
      environment["OPENSSL_CONF"] = try folder.write(configuration, to: "openssl.cnf")
      process.environment = environment
    }
    let (stdin, output) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = output
    process.standardError = output
    input = stdin.fileHandleForWriting
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    lines = stream
    // What is said to a program that has gone is lost, and no reason to die.
    signal(SIGPIPE, SIG_IGN)
    do {
      try process.run()
    } catch {
      throw CommandError("cannot run openssl: \(reason(of: error))", hint: "install openssl")
    }
    let said = output.fileHandleForReading
    Thread.detachNewThread { Self.cut(said, into: continuation) }
  }

  /// Writes a line with CRLF, or a command of the program itself, which ends in LF alone.
  func say(_ line: String, isCommand: Bool = false) {
    try? input.write(contentsOf: Data((line + (isCommand ? "\n" : "\r\n")).utf8))
  }

  /// The next line for which this is true, with those before it passed over; nil once the program has ended.
  func line(where isWanted: (String) -> Bool) async -> String? {
    for await line in lines where isWanted(line) { return line }
    return nil
  }

  /// The same, for a line that begins like this.
  func line(_ beginnings: String...) async -> String? {
    await line { line in beginnings.contains { line.hasPrefix($0) } }
  }

  /// Ends it.
  func stop() {
    try? input.close()
    if process.isRunning { process.terminate() }
  }

  /// Reads to the end, on a thread that may block.
  private static func cut(_ output: FileHandle, into lines: AsyncStream<String>.Continuation) {
    var rest = Data()
    while case let data = output.availableData, !data.isEmpty {
      rest += data
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        lines.yield(String(decoding: rest[rest.startIndex..<end].filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self))
        rest = Data(rest[rest.index(after: end)...])
      }
    }
    lines.finish()
  }
}

/// A folder for the files of an attack, which goes when the attack does.
final class Scratch: Sendable {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("passbind-mitm-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Writes a file, and returns its path.
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    return path(name)
  }

  func read(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }
}
