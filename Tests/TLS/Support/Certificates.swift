import Foundation
import PassBindCrypto
import PassBindTLS

/// The certificates that certs/make makes, in a folder of this process's own.
enum Certificates {
  /// Removed when the process ends.
  static let folder: URL = {
    let package = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    let folder = FileManager.default.temporaryDirectory.appending(path: "passbind-tls-\(UUID().uuidString)")
    let make = Process()
    make.executableURL = package.appending(path: "certs/make")
    make.arguments = ["--all", folder.path]
    make.standardOutput = FileHandle.nullDevice
    do {
      try make.run()
    } catch {
      fatalError("cannot run certs/make: \(error)")
    }
    make.waitUntilExit()
    guard make.terminationStatus == 0 else { fatalError("certs/make failed") }
    atexit { try? FileManager.default.removeItem(at: Certificates.folder) }
    return folder
  }()

  static func path(_ file: String) -> String { folder.appending(path: file).path }
  static func pem(_ name: String) -> String { path("\(name).pem") }
  static func key(_ name: String) -> String { path("\(name).key") }

  static func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: pem(name)) }

  static func bytes(_ file: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: folder.appending(path: file))) }

  static func identity(_ name: String) -> TLSIdentity { .files(chain: pem(name), key: key(name)) }

  /// The certificate in DER, without the help of what is under test.
  static func der(_ name: String) throws -> [UInt8] {
    let text = try String(contentsOfFile: pem(name), encoding: .utf8)
    let base64 = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    return [UInt8](Data(base64Encoded: base64) ?? Data())
  }

  static func sha256(_ name: String) throws -> [UInt8] {
    let der = try der(name)
    return try HashFunction.sha256.digest(of: der.span)
  }
}
