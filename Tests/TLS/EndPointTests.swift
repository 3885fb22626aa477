import Foundation
import PassBindSASL
import PassBindTLS
import Testing

/// RFC 5929 section 4.1: the hash of the certificate's signature algorithm, SHA-256 in place of MD5 and SHA-1, and
/// nothing where the algorithm has no hash of its own.
@Suite("tls-server-end-point")
struct EndPointTests {
  static let defined: [(name: String, hash: String)] = [
    ("rsa-md5", "sha256"), ("rsa-sha1", "sha256"), ("rsa-sha224", "sha224"), ("rsa-sha256", "sha256"),
    ("rsa-sha384", "sha384"), ("rsa-sha512", "sha512"), ("rsa-sha3-256", "sha3-256"),
    ("pss-sha1", "sha256"), ("pss-sha256", "sha256"), ("pss-sha384", "sha384"), ("pss-sha512", "sha512"),
    ("p256-sha256", "sha256"), ("p256-sha384", "sha384"), ("p256-sha512", "sha512"),
    ("p384-sha256", "sha256"), ("p384-sha384", "sha384"), ("p384-sha512", "sha512"),
  ]

  static let undefined: [(name: String, says: String)] = [
    ("ed25519", "ED25519"), ("ed448", "ED448"), ("rsa-by-ed25519", "ED25519"), ("p256-sha3-384", "SHA3-384"),
    ("pss-two-hashes", "rsassaPss"),
  ]

  @Test("The hash", arguments: defined, [TLSVersion.tls12, .tls13])
  func hash(kind: (name: String, hash: String), version: TLSVersion) throws {
    // Some systems' openssl refuses to sign with MD5 at all.
    guard kind.name != "rsa-md5" || Certificates.exists(kind.name) else { return }
    let pair = try connect(kind.name, version)
    let expected = try opensslDigest(kind.hash, of: Certificates.der(kind.name))
    #expect(pair.client.channelBindings.data(.tlsServerEndPoint) == expected)
    #expect(pair.server.channelBindings.data(.tlsServerEndPoint) == expected)
  }

  @Test("No hash, and the algorithm's name in the reason", arguments: undefined, [TLSVersion.tls12, .tls13])
  func noHash(kind: (name: String, says: String), version: TLSVersion) throws {
    let pair = try connect(kind.name, version)
    for bindings in [pair.client.channelBindings, pair.server.channelBindings] {
      #expect(bindings[.tlsServerEndPoint] == nil)
      let reason = try #require(bindings.unavailable[.tlsServerEndPoint])
      #expect(reason.contains(kind.says), "\(reason)")
      #expect(bindings[.tlsExporter] != nil)
    }
  }

  /// At security level 0 and unverified, since nobody should accept some of these.
  private func connect(_ name: String, _ version: TLSVersion) throws -> Pair {
    let server = try TLSServerContext.test(name) { $0.tests.securityLevel = 0 }
    let client = try TLSClientContext.test(trust: .dangerouslyUnverified) {
      $0.versions = version...version
      $0.tests.securityLevel = 0
    }
    return try Pair.connected(client, server)
  }

  /// What the openssl command makes of it: SHA-224 and SHA3-256 are not in PassBindCrypto.
  private func opensslDigest(_ hash: String, of data: [UInt8]) throws -> [UInt8] {
    let file = Certificates.folder.appending(path: "der-\(UUID().uuidString)")
    try Data(data).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let pipe = Pipe()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl", "dgst", "-\(hash)", "-binary", file.path]
    process.standardOutput = pipe
    try process.run()
    let digest = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return [UInt8](digest)
  }
}
