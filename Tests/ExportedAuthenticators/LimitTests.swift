import Foundation
import PassBindCrypto
@testable import PassBindExportedAuthenticators
import PassBindTLS
import Testing

private typealias Failure = ExportedAuthenticatorError

/// What this end does not make, though it is asked to; what a peer may not send stands in MessageTests.
@Suite("Limits of this end")
struct LimitTests {
  @Test("An identity has at most so many certificates", arguments: [10, 11])
  func certificates(count: Int) throws {
    let authority = try Certificates.bytes("authority.pem")
    var chain = try Certificates.bytes("second.pem")
    for _ in 1..<count { chain += authority }
    let key = SecretBytes(copying: try Certificates.bytes("second.key"))
    var reason = ""
    do { _ = try AuthenticatorIdentity.pem(chain: chain, key: key) } catch { reason = "\(error)" }
    #expect(reason == (count == 10 ? "" : "invalidConfiguration: more than 10 certificates"))
  }

  @Test("An authenticator has at most 64 KiB", arguments: [(60_000, true), (65_000, false)])
  func authenticator(count: Int, isMade: Bool) throws {
    var identity = try Prover.server.identity
    identity.leafExtensions = [.init(.statusRequest, data: [UInt8](repeating: 1, count: count))]
    var ends = try Ends()
    let request = try ends.request(of: .server) { $0.extensions = [.init(.statusRequest, data: [])] }
    var failure: Failure?
    do {
      let answer = try ends.answer(request.bytes, by: .server, as: identity)
      #expect(try ends.validate(answer.bytes, for: request, of: .server).leafExtensions == identity.leafExtensions)
    } catch let error as Failure { failure = error }
    #expect(failure?.code == (isMade ? nil : .invalidConfiguration))
    #expect(isMade || failure?.reason.contains("is too long") == true)
  }

  @Test("A request has at most 32 extensions, of which one is ours", arguments: [(31, true), (32, false)])
  func extensions(count: Int, isMade: Bool) throws {
    let extensions = (0..<count).map { AuthenticatorExtension(.init(rawValue: 0x8000 + UInt16($0)), data: []) }
    try expectRequest(isMade, "more than 32 extensions") { $0.extensions = extensions }
  }

  @Test("A request has at most 16 KiB", arguments: [(16_000, true), (16_384, false)])
  func request(count: Int, isMade: Bool) throws {
    let long = AuthenticatorExtension(.init(rawValue: 0x8000), data: [UInt8](repeating: 0, count: count))
    try expectRequest(isMade, "is over 16384") { $0.extensions = [long] }
  }

  @Test("What is spontaneous has a context of at most 255 bytes, and uses up one")
  func spontaneous() throws {
    let identity = try Prover.server.identity
    var ends = try Ends()
    #expect(throws: Failure(.invalidConfiguration, "")) {
      try ends.server.authenticateSpontaneously(as: identity, context: [UInt8](repeating: 1, count: 256))
    }
    let last = try ends.server.authenticateSpontaneously(as: identity, context: [UInt8](repeating: 1, count: 255))
    for _ in 0..<ExportedAuthenticators.contextLimit { _ = try ends.client.request() }
    #expect(throws: Failure(.limitExceeded, "")) {
      try ends.client.validateSpontaneous(last, checking: Prover.server.check)
    }
    // What came to nothing used one up too.
    for _ in 2..<ExportedAuthenticators.contextLimit { _ = try ends.server.request() }
    #expect(throws: Failure(.limitExceeded, "")) { try ends.server.authenticateSpontaneously(as: identity) }
  }

  /// RFC 9261 section 5.2.2.
  @Test("A key that makes none of the client's schemes does not sign")
  func schemes() throws {
    var ends = try Ends()
    #expect(throws: Failure(.invalidConfiguration, "")) {
      try ends.server.authenticateSpontaneously(as: Prover.server.identity, clientSchemes: [.ed25519])
    }
  }

  private func expectRequest(
    _ isMade: Bool, _ reason: String, _ change: (inout AuthenticatorRequest.Parameters) -> Void
  ) throws {
    for prover in Prover.allCases {
      var ends = try Ends()
      var failure: Failure?
      do {
        let request = try ends.request(of: prover, change: change)
        _ = try ends.receive(request.bytes, by: prover)
      } catch { failure = error }
      #expect(failure?.code == (isMade ? nil : .invalidConfiguration))
      #expect(isMade || failure?.reason.contains(reason) == true, "\(String(describing: failure))")
    }
  }
}

/// Signatures that nothing of ours would make, by the openssl command.
@Suite("Signatures by somebody else's hand")
struct ForeignSignatureTests {
  /// RFC 8446 section 4.2.3: the salt of RSASSA-PSS is as long as the digest.
  @Test(
    "A salt of another length is refused", arguments: [(32, true), (0, false), (20, false), (31, false), (48, false)])
  func salt(count: Int, isTaken: Bool) throws {
    let found = try code(of: "rsa-sha256", .rsaPssRsaeSha256, salt: count)
    #expect(found == (isTaken ? nil : .invalidSignature))
  }

  @Test(
    "A good signature by a short RSA key, or on a curve without a name, is refused",
    arguments: [("second", true), ("explicit-curve", false), ("rsa-1024", false)])
  func weakKey(name: String, isTaken: Bool) throws {
    let isRSA = name == "rsa-1024"
    let found = try code(of: name, isRSA ? .rsaPssRsaeSha256 : .ecdsaSecp256r1Sha256, salt: isRSA ? 32 : nil)
    #expect(found == (isTaken ? nil : .invalidSignature))
  }

  /// Why an authenticator with this certificate, which nothing is asked of, is refused.
  private func code(of name: String, _ scheme: SignatureScheme, salt: Int?) throws -> Failure.Code? {
    var ends = try Ends()
    let request = try ends.request(of: .server)
    let certificate = CertificateMessage(
      context: request.context, entries: [CertificateEntry(data: try Certificates.der(name))])
    let answer = try ends.forge(
      by: .server, request: request.bytes, certificate: certificate.bytes(), scheme: scheme.rawValue
    ) { content in
      let file = FileManager.default.temporaryDirectory.appending(path: "passbind-content-\(UUID().uuidString)")
      try Data(content).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      let padding = salt.map { ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:\($0)"] } ?? []
      return try openssl(["dgst", "-sha256", "-sign", Certificates.key(name)] + padding + [file.path])
    }
    let trust = try AuthenticatorTrust(.dangerouslyUnverified)
    return try ends.refusal(of: answer, for: request, of: .server, .server("any.example", by: trust))?.code
  }

  private func openssl(_ arguments: [String]) throws -> [UInt8] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardOutput = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return [UInt8](bytes)
  }
}
