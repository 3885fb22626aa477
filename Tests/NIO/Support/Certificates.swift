#if NIO
  import Foundation
  import PassBindTLS

  /// The demo's certificates, made by certs/make in a folder of this process's own.
  enum Certificates {
    /// Removed when the process ends.
    static let folder: URL = {
      let package = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
      let folder = FileManager.default.temporaryDirectory.appending(path: "passbind-nio-\(UUID().uuidString)")
      let make = Process()
      make.executableURL = package.appending(path: "certs/make")
      make.arguments = [folder.path]
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

    static func serverContext(_ name: String = "server") throws -> TLSServerContext {
      let identity = TLSIdentity.files(
        chain: path("\(name).pem"), key: path("\(name).key"))
      return try TLSServerContext(TLSServerContext.Configuration(identities: [identity]))
    }

    static func clientContext(_ version: TLSVersion? = nil) throws -> TLSClientContext {
      var configuration = TLSClientContext.Configuration(trust: .file(path("authority.pem")))
      if let version { configuration.versions = version...version }
      return try TLSClientContext(configuration)
    }
  }
#endif
