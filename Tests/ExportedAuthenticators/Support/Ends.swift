import PassBindCrypto
@testable import PassBindExportedAuthenticators
import PassBindTLS
import Testing

/// Who authenticates, to a request of the other end.
enum Prover: CaseIterable, Sendable, CustomTestStringConvertible {
  case client
  case server

  var testDescription: String { "the \(self) authenticates" }
  var identity: AuthenticatorIdentity {
    get throws { try .test(self == .client ? "client" : "second") }
  }
  var check: CertificateCheck {
    get throws { self == .client ? .client(by: try .test()) : .server("second.example", by: try .test()) }
  }
}

/// Both ends of one connection.
struct Ends: ~Copyable {
  var client: ExportedAuthenticators
  var server: ExportedAuthenticators

  /// Over a real connection.
  init(_ pair: Pair) throws {
    let client = try ExportedAuthenticators(pair.client)
    let server = try ExportedAuthenticators(pair.server)
    self.client = client
    self.server = server
  }

  /// Over a connection that is made up, whose exporter values depend on `seed` alone: the same seed, the same
  /// connection.
  init(hash: HashFunction = .sha256, seed: UInt8 = 1) throws {
    let client = try ExportedAuthenticators(isServer: false, hash: hash, export: exporter(hash, seed))
    let server = try ExportedAuthenticators(isServer: true, hash: hash, export: exporter(hash, seed))
    self.client = client
    self.server = server
  }

  mutating func request(
    of prover: Prover, change: (inout AuthenticatorRequest.Parameters) -> Void = { _ in }
  ) throws(ExportedAuthenticatorError) -> AuthenticatorRequest {
    var parameters = AuthenticatorRequest.Parameters()
    change(&parameters)
    return prover == .client ? try server.request(parameters) : try client.request(parameters)
  }

  mutating func receive(
    _ request: [UInt8], by prover: Prover
  ) throws(ExportedAuthenticatorError) -> ReceivedAuthenticatorRequest {
    prover == .client ? try client.receiveRequest(request) : try server.receiveRequest(request)
  }

  /// The answer of the end that is asked.
  mutating func answer(
    _ request: [UInt8], by prover: Prover, as identities: AuthenticatorIdentity...
  ) throws(ExportedAuthenticatorError) -> AuthenticatorAnswer {
    let received = try receive(request, by: prover)
    return prover == .client
      ? try client.authenticate(received, as: identities) : try server.authenticate(received, as: identities)
  }

  func validate(
    _ bytes: [UInt8], for request: consuming AuthenticatorRequest, of prover: Prover, _ check: CertificateCheck? = nil
  ) throws -> AuthenticatedPeer {
    let check = try check ?? prover.check
    return prover == .client
      ? try server.validate(bytes, for: request, checking: check)
      : try client.validate(bytes, for: request, checking: check)
  }

  /// Why the authenticator is refused; nil if it is not.
  func refusal(
    of bytes: [UInt8], for request: consuming AuthenticatorRequest, of prover: Prover, _ check: CertificateCheck? = nil
  ) throws -> ExportedAuthenticatorError? {
    do {
      _ = try validate(bytes, for: request, of: prover, check)
      return nil
    } catch let error as ExportedAuthenticatorError {
      return error
    }
  }

  /// The end's keys of the role that proves, with which a malicious peer makes whatever it likes.
  func forge(
    by prover: Prover, request: [UInt8], certificate: [UInt8], scheme: UInt16,
    signature: (_ content: [UInt8]) throws -> [UInt8]
  ) throws -> [UInt8] {
    let content =
      prover == .client
      ? try client.own.signedContent(request: request, certificate: certificate)
      : try server.own.signedContent(request: request, certificate: certificate)
    let verify = try CertificateVerifyMessage(algorithm: scheme, signature: signature(content)).bytes()
    return try certificate + verify
      + finished(by: prover, request: request, certificate: certificate, certificateVerify: verify)
  }

  func finished(
    by prover: Prover, request: [UInt8], certificate: [UInt8], certificateVerify: [UInt8] = []
  ) throws -> [UInt8] {
    let finished =
      prover == .client
      ? try client.own.finished(request: request, certificate: certificate, certificateVerify: certificateVerify)
      : try server.own.finished(request: request, certificate: certificate, certificateVerify: certificateVerify)
    return try FinishedMessage(verifyData: finished.span.indices.map { finished.span[$0] }).bytes()
  }
}

/// Another value for each label.
func exporter(
  _ hash: HashFunction, _ seed: UInt8
) -> (String, Int) throws(ExportedAuthenticatorError) -> SecretBytes {
  { label, count throws(ExportedAuthenticatorError) in
    do throws(CryptoError) {
      return SecretBytes(copying: try hash.digest(of: (Array(label.utf8) + [seed]).span).prefix(count))
    } catch {
      throw ExportedAuthenticatorError(.unavailable, error.reason)
    }
  }
}

extension SigningKey {
  func sign(_ message: [UInt8], _ scheme: SignatureScheme) throws(CryptoError) -> [UInt8] {
    try signature(of: message.span, scheme: scheme)
  }
}

extension AuthenticatorIdentity {
  static func test(_ name: String, key: String? = nil) throws -> AuthenticatorIdentity {
    try .files(chain: Certificates.pem(name), key: Certificates.key(key ?? name))
  }
}

extension AuthenticatorTrust {
  static func test(_ file: String = "authorities.pem") throws -> AuthenticatorTrust {
    try AuthenticatorTrust(.file(Certificates.path(file)))
  }
}

extension HashFunction {
  /// Those of TLS 1.3's cipher suites.
  static let handshake: [HashFunction] = [.sha256, .sha384]
}

extension Pair {
  /// A connection of TLS 1.3 whose cipher suite has this hash.
  static func connected(_ hash: HashFunction) throws -> Pair {
    try connected(
      .test(.tls13) { $0.tests.sha256Suite = hash == .sha256 }, .test("server"))
  }
}
