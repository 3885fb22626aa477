import Foundation
import PassBindTLS

/// A failure of a socket or of a process, as opposed to one of TLS.
struct LoopbackError: Error, CustomStringConvertible {
  let description: String
}

/// A TCP socket on 127.0.0.1 that blocks, but never for longer than a peer may take.
final class Socket {
  private let descriptor: Int32

  private init(_ descriptor: Int32) throws {
    guard descriptor >= 0 else { throw LoopbackError(description: "no socket: errno \(errno)") }
    self.descriptor = descriptor
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Holds a port that the system chooses, and does not listen. A program that sets SO_REUSEADDR can; nobody else is
  /// given it.
  static func holding() throws -> Socket {
    let socket = try Socket(open())
    var reuses: Int32 = 1
    unsafe setsockopt(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &reuses, socklen_t(MemoryLayout<Int32>.size))
    guard unsafe withLoopback(port: 0, { unsafe bind(socket.descriptor, $0, $1) }) == 0 else {
      throw LoopbackError(description: "no port on 127.0.0.1")
    }
    return socket
  }

  /// Listens on a port that the system chooses.
  static func listening() throws -> Socket {
    let socket = try holding()
    guard listen(socket.descriptor, 8) == 0 else { throw LoopbackError(description: "cannot listen on 127.0.0.1") }
    return socket
  }

  static func connected(port: UInt16) throws -> Socket {
    let socket = try Socket(open())
    guard unsafe withLoopback(port: port, { unsafe connect(socket.descriptor, $0, $1) }) == 0 else {
      throw LoopbackError(description: "cannot connect to 127.0.0.1:\(port)")
    }
    return socket
  }

  func accepted() throws -> Socket { try Socket(accept(descriptor, nil, nil)) }

  var port: UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &length) }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw LoopbackError(description: "the peer takes no data") }
      rest = rest.dropFirst(count)
    }
  }

  /// What comes next; empty at the end.
  func receive() throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 16384)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else { throw LoopbackError(description: "the peer sends nothing") }
    return Array(buffer.prefix(count))
  }

  private static func open() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }

  private static func withLoopback(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}

extension TLSEngine {
  /// Moves bytes between the engine and a socket until `isDone`; returns the plaintext that came. The end of the
  /// transport is an end too.
  @discardableResult
  func run(over socket: Socket, until isDone: (TLSEngine, _ plaintext: [UInt8]) -> Bool) throws -> [UInt8] {
    var plaintext: [UInt8] = []
    while true {
      try socket.send(takeOutput())
      if isDone(self, plaintext) { return plaintext }
      let bytes = try socket.receive()
      if bytes.isEmpty {
        try receiveEnd()
        return plaintext
      }
      do {
        plaintext += try receive(bytes.span)
      } catch {
        try? socket.send(takeOutput())
        throw error
      }
    }
  }
}

/// A program that runs beside the test, its output in a file.
final class Peer {
  private let process = Process()
  private let input = Pipe()
  private let output: URL

  init(_ command: String, _ arguments: [String]) throws {
    output = Certificates.folder.appending(path: "\(command)-\(UUID().uuidString).log")
    try Data().write(to: output)
    let file = try FileHandle(forWritingTo: output)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.standardInput = input
    process.standardOutput = file
    process.standardError = file
    try process.run()
    try file.close()
  }

  deinit { stop() }

  static func isInstalled(_ command: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(command)")
    }
  }

  var text: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

  func type(_ line: String) throws { try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8)) }

  /// Waits until the output matches, at most a minute.
  func wait<Output>(for pattern: some RegexComponent<Output>, count: Int = 1) throws -> [Output] {
    for _ in 0..<1200 {
      let matches = text.matches(of: pattern)
      if matches.count >= count { return matches.map(\.output) }
      usleep(50_000)
    }
    throw LoopbackError(description: "the peer did not say what was expected:\n\(text)")
  }

  func endInput() { try? input.fileHandleForWriting.close() }

  /// Waits until it is done.
  func finish() { process.waitUntilExit() }

  func stop() {
    guard process.isRunning else { return }
    // Not terminate(): the thread that started the process may block SIGTERM, and the process then does too.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}

/// The bytes that a text in hexadecimal stands for; nil if it is not one.
func bytes(hex text: some StringProtocol) -> [UInt8]? {
  let digits = text.compactMap(\.hexDigitValue)
  guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
