import Foundation
import PassBindCrypto
import PassBindOPAQUE

/// A server's part of one OPAQUE login, KE1 in, KE2 out, KE3 checked, against Rust's opaque-ke in a Python process of
/// its own (opaque-ke.py), which times itself likewise. Neither has a context, and the public keys are the identities.
/// The clients' work is not timed; ours stretches no key.
func opaqueServerComparison() async throws -> Comparison {
  guard let python = ProcessInfo.processInfo.environment["PASSBIND_OPAQUE_PEER"] else {
    fatalError("PASSBIND_OPAQUE_PEER must name a Python that has opaque-ke-py")
  }
  let peer = try PythonTimer(python: python, script: "opaque-ke.py")
  let (name, stretching) = (Array("user".utf8), InsecureIdentityStretching())
  let setup = try OPAQUEServerSetup.generate()
  let record = try await setup.register(
    password: SecretBytes(copying: "pencil".utf8), credentialIdentifier: name, stretching: stretching
  ).record
  let logins = 20

  return Comparison(
    name: "opaque-server-login", unit: "us",
    ours: {
      var watch = Stopwatch()
      for _ in 0..<logins {
        let client = try OPAQUEClientLogin(password: SecretBytes(copying: "pencil".utf8))
        let ke1 = client.ke1
        watch.start()
        let server = try OPAQUEServerLogin(ke1: ke1, record: record, credentialIdentifier: name, setup: setup)
        watch.stop()
        let session = try await client.finish(ke2: server.ke2, stretching: stretching)
        watch.start()
        let sessionKey = try server.finish(ke3: session.ke3)
        watch.stop()
        precondition(sessionKey.isEqual(to: session.sessionKey))
      }
      return watch.microseconds / Double(logins)
    },
    theirs: { try peer.time(logins) })
}

/// A Python program that answers each line, a count, with the microseconds that one of so many took.
private final class PythonTimer {
  private let process = Process()
  private let (input, output) = (Pipe(), Pipe())

  init(python: String, script: String) throws {
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script]
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
  }

  func time(_ count: Int) throws -> Double {
    try input.fileHandleForWriting.write(contentsOf: Data("\(count)\n".utf8))
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      guard let more = try output.fileHandleForReading.read(upToCount: 1), !more.isEmpty else {
        fatalError("the Python program ended")
      }
      line += more
    }
    guard let time = Double(String(decoding: line.dropLast(), as: UTF8.self)) else {
      fatalError("the Python program does not answer with a number")
    }
    return time
  }
}
