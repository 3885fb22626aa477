import PassBindCrypto
@testable import PassBindExportedAuthenticators
import Testing

/// RFC 9261 sections 4 to 6, to the byte.
@Suite("Byte examples")
struct ExampleTests {
  @Test("Requests", arguments: Example.all)
  func request(example: Example) throws {
    var asker = try end(of: example, isServer: !example.byServer)
    let request = try asker.request(parameters)
    #expect(request.bytes == example.request)
  }

  @Test("What is signed", arguments: Example.all)
  func signedContent(example: Example) throws {
    let prover = try end(of: example, isServer: example.byServer)
    let content = try prover.own.signedContent(request: example.request, certificate: Example.certificate)
    let head = [UInt8](repeating: 0x20, count: 64) + Array("Exported Authenticator\0".utf8)
    #expect(content == head + bytes(example.toBeSignedHash))
  }

  @Test("Authenticators, made", arguments: Example.all)
  func authenticate(example: Example) throws {
    var prover = try end(of: example, isServer: example.byServer)
    let request = try prover.receiveRequest(example.request)
    let key = try SigningKey(ed25519Seed: Example.seed.span)
    #expect(key.subjectPublicKeyInfo == Example.subjectPublicKeyInfo)
    let entry = CertificateEntry(data: key.subjectPublicKeyInfo)
    #expect(try prover.authenticate(request, [entry], signing: key) == example.authenticator)
  }

  @Test("Authenticators, opened", arguments: Example.all)
  func open(example: Example) throws {
    var asker = try end(of: example, isServer: !example.byServer)
    let request = try asker.request(parameters)
    let opened = try asker.open(example.authenticator, for: request)
    #expect(opened.context == Example.context)
    #expect(opened.entries == [CertificateEntry(data: Example.subjectPublicKeyInfo)])
    #expect(opened.signatureScheme == .ed25519)
    try opened.verify(by: VerifyingKey(subjectPublicKeyInfo: Example.subjectPublicKeyInfo.span))
  }

  @Test("Empty authenticators, made", arguments: Example.all)
  func refuse(example: Example) throws {
    var prover = try end(of: example, isServer: example.byServer)
    let request = try prover.receiveRequest(example.request)
    #expect(try prover.refuse(request) == example.emptyAuthenticator)
  }

  @Test("Empty authenticators, opened", arguments: Example.all)
  func refused(example: Example) throws {
    var asker = try end(of: example, isServer: !example.byServer)
    let request = try asker.request(parameters)
    var code: ExportedAuthenticatorError.Code?
    do {
      _ = try asker.open(example.emptyAuthenticator, for: request)
    } catch {
      code = error.code
    }
    #expect(code == .refused)
  }

  /// The values of a test of fizz, which leaves the header of the request out of the transcript: they check the hash
  /// and the MAC alone.
  @Test("Finished over the bytes that fizz hashes")
  func fizz() throws {
    let request = bytes("14303132333435363738396162636465666768696a0008000d000400020403")
    let keys = AuthenticatorKeys(
      hash: .sha256, handshakeContext: SecretBytes(copying: Array("12345678901234567890123456789012".utf8)),
      finishedKey: SecretBytes(copying: Array("12345678901234567890123456789012".utf8)))
    let full = try keys.finished(
      request: request, certificate: bytes("0b00000400000000"),
      certificateVerify: bytes("0f00000d040300097369676e6174757265"))
    let isFull = constantTimeEqual(
      full.span, bytes("b523548c421b05f7f3c33276fbdd5266ba2df103796d7d483368259860a648f2").span)
    #expect(isFull)
    let empty = try keys.finished(
      request: request, certificate: bytes("0b00001814303132333435363738396162636465666768696a000000"))
    let isEmpty = constantTimeEqual(
      empty.span, bytes("11fae4bcdf4673b6dfb276d886c4cd1c5b0920da961643f062d1d4a6062115b1").span)
    #expect(isEmpty)
  }

  private var parameters: AuthenticatorRequest.Parameters {
    var parameters = AuthenticatorRequest.Parameters()
    parameters.context = Example.context
    parameters.signatureSchemes = [.ed25519]
    return parameters
  }

  /// An end of the example's connection; the values of the role that does not send are not in the example, and never
  /// used.
  private func end(of example: Example, isServer: Bool) throws -> ExportedAuthenticators {
    let sender = example.byServer ? "server" : "client"
    return try ExportedAuthenticators(isServer: isServer, hash: example.hash) { label, count in
      let value =
        switch label {
        case "EXPORTER-\(sender) authenticator handshake context": example.handshakeContext
        case "EXPORTER-\(sender) authenticator finished key": example.finishedKey
        default: UInt8(0xff)
        }
      return SecretBytes(copying: [UInt8](repeating: value, count: count))
    }
  }
}
