import PassBindCrypto
@testable import PassBindExportedAuthenticators
import Testing

private typealias Failure = ExportedAuthenticatorError

/// RFC 9261 sections 4 and 5.2.1.
@Suite("Requests and their extensions")
struct RequestTests {
  static let schemes = AuthenticatorExtension(.signatureAlgorithms, data: [0, 2, 8, 7])

  @Test("A request says what it asks for")
  func contents() throws {
    var ends = try Ends()
    let name = bytes("300d310b300906035504060c025858")
    let own = AuthenticatorExtension(.init(rawValue: 0xff4f), data: [1, 2, 3])
    let request = try ends.request(of: .server) {
      $0.serverName = "second.example"
      $0.signatureSchemes = [.ecdsaSecp384r1Sha384, .ed25519]
      $0.certificateAuthorities = [name, name]
      $0.extensions = [own, AuthenticatorExtension(.statusRequest, data: [1, 0, 0, 0, 0])]
    }
    let received = try ends.receive(request.bytes, by: .server)
    #expect(received.context == request.context)
    #expect(received.context.count == 32)
    #expect(received.serverName == "second.example")
    #expect(received.signatureSchemes == [.ecdsaSecp384r1Sha384, .ed25519])
    #expect(received.certificateAuthorities == [name, name])
    #expect(received.extensions.map(\.kind.rawValue) == [13, 0, 47, 0xff4f, 5])
    #expect(received.extensions[3] == own)
  }

  @Test("Contexts are random")
  func randomContexts() throws {
    var ends = try Ends()
    var contexts: Set<[UInt8]> = []
    for _ in 0..<100 { contexts.insert(try ends.request(of: .client).context) }
    #expect(contexts.count == 100)
  }

  @Test("Without signature schemes there is no request")
  func noSchemes() throws {
    #expect(try refusal(.client, []) == .malformed)
    #expect(try refusal(.client, [.init(.init(rawValue: 0xff4f), data: [])]) == .illegalParameter)
    var ends = try Ends()
    var code: Failure.Code?
    do { _ = try ends.request(of: .client) { $0.signatureSchemes = [] } } catch { code = error.code }
    #expect(code == .invalidConfiguration)
  }

  @Test("Lists of schemes that are none", arguments: ["", "00", "0000", "000108", "00020807ff", "00030807ff", "ffff"])
  func badSchemes(hex: String) throws {
    #expect(try refusal(.client, [.init(.signatureAlgorithms, data: bytes(hex))]) == .malformed)
  }

  @Test("Schemes that are not known here are ignored; with no other, the answer is a refusal")
  func unknownSchemes() throws {
    var ends = try Ends()
    let unknown = AuthenticatorExtension(.signatureAlgorithms, data: [0, 6, 0x04, 0x01, 0x06, 0x03, 0xfe, 0x00])
    let request = try RequestMessage(type: .certificateRequest, context: [1], extensions: [unknown]).bytes()
    let received = try ends.receive(request, by: .client)
    #expect(received.signatureSchemes.isEmpty)
    let answer = try ends.client.authenticate(received, as: [Prover.client.identity])
    #expect(answer.identity == nil)
  }

  @Test("An extension twice is refused", arguments: Prover.allCases)
  func duplicates(prover: Prover) throws {
    let unknown = AuthenticatorExtension(.init(rawValue: 0xff4f), data: [])
    #expect(try refusal(prover, [Self.schemes, Self.schemes]) == .illegalParameter)
    #expect(try refusal(prover, [unknown, Self.schemes, unknown]) == .illegalParameter)
    var ends = try Ends()
    var code: Failure.Code?
    do { _ = try ends.request(of: prover) { $0.extensions = [unknown, unknown] } } catch { code = error.code }
    #expect(code == .invalidConfiguration)
    do { _ = try ends.request(of: prover) { $0.extensions = [Self.schemes] } } catch { code = error.code }
    #expect(code == .invalidConfiguration)
  }

  /// RFC 8446 section 4.2: known, and not for this message.
  @Test(
    "Extensions out of place are refused",
    arguments: Prover.allCases, [1, 10, 14, 15, 16, 19, 20, 21, 41, 42, 43, 44, 45, 49, 51] as [UInt16])
  func outOfPlace(prover: Prover, number: UInt16) throws {
    #expect(try refusal(prover, [Self.schemes, .init(.init(rawValue: number), data: [])]) == .illegalParameter)
  }

  @Test("A server does not ask for a server's name")
  func serverNameByServer() throws {
    let name = try AuthenticatorExtension.serverName("second.example")
    #expect(try refusal(.client, [Self.schemes, name]) == .illegalParameter)
    #expect(try refusal(.server, [Self.schemes, name]) == nil)
    var ends = try Ends()
    var code: Failure.Code?
    do { _ = try ends.request(of: .client) { $0.serverName = "second.example" } } catch { code = error.code }
    #expect(code == .invalidConfiguration)
  }

  @Test(
    "Server names that are none",
    arguments: [
      "", "0000", "000100", "0003000000", "000401000161", "00050000016162", "0004000002", "000400000100",
      "00040000012e",
      "00080000016100000162", "000a000007312e322e332e34", "00040000010a",
    ])
  func badServerNames(hex: String) throws {
    #expect(try refusal(.server, [Self.schemes, .init(.serverName, data: bytes(hex))]) == .malformed)
  }

  @Test(
    "Nor are these asked for",
    arguments: [
      "", ".", "a..b", "a.", "ex ample", "a\0b", "bücher.example", "1.2.3.4", "::1", String(repeating: "a", count: 64),
    ])
  func ownServerName(name: String) throws {
    var ends = try Ends()
    var code: Failure.Code?
    do { _ = try ends.request(of: .server) { $0.serverName = name } } catch { code = error.code }
    #expect(code == .invalidConfiguration)
  }

  @Test(
    "Lists of authorities that are none", arguments: ["", "0000", "00020000", "0003000161ff", "00030002ab", "0001aa"])
  func badAuthorities(hex: String) throws {
    #expect(try refusal(.client, [Self.schemes, .init(.certificateAuthorities, data: bytes(hex))]) == .malformed)
  }

  @Test("Of several identities, the one that suits is taken")
  func selection() throws {
    var ends = try Ends()
    let first = try AuthenticatorIdentity.test("server")
    let second = try AuthenticatorIdentity.test("second")
    let ed25519 = try AuthenticatorIdentity.test("ed25519")
    let authority = try #require(ed25519.chain.issuers.first)
    let cases: [(expected: String?, change: (inout AuthenticatorRequest.Parameters) -> Void)] = [
      ("server", { _ in }),
      ("second", { $0.serverName = "second.example" }),
      ("server", { $0.serverName = "localhost" }),
      (nil, { $0.serverName = "third.example" }),
      ("ed25519", { $0.signatureSchemes = [.ed25519] }),
      (nil, { $0.signatureSchemes = [.ecdsaSecp384r1Sha384] }),
      ("ed25519", { $0.certificateAuthorities = [[0x30, 0], authority] }),
      (nil, { $0.certificateAuthorities = [[0x30, 0]] }),
      (
        nil,
        {
          $0.serverName = "second.example"; $0.certificateAuthorities = [authority]
        }
      ),
    ]
    for (i, (expected, change)) in cases.enumerated() {
      let request = try ends.request(of: .server, change: change)
      let answer = try ends.answer(request.bytes, by: .server, as: first, second, ed25519)
      #expect(answer.identity?.subject == expected.map { "CN=\($0),O=PassBind test" }, "case \(i)")
    }
  }

  @Test("What goes with a certificate is sent only if it was asked for", arguments: Prover.allCases)
  func leafExtensions(prover: Prover) throws {
    var ends = try Ends()
    var identity = try prover.identity
    let status = AuthenticatorExtension(.statusRequest, data: [1, 0, 0, 1, 0x30])
    identity.leafExtensions = [status, .init(.signedCertificateTimestamp, data: [0, 0])]
    for isAsked in [true, false] {
      let request = try ends.request(of: prover) {
        if isAsked { $0.extensions = [.init(.statusRequest, data: [])] }
      }
      let answer = try ends.answer(request.bytes, by: prover, as: identity)
      #expect(try ends.validate(answer.bytes, for: request, of: prover).leafExtensions == (isAsked ? [status] : []))
    }
  }

  @Test("A certificate with an extension that was not asked for, twice, or out of place is refused")
  func certificateExtensions() throws {
    let own = AuthenticatorExtension(.init(rawValue: 0xff4f), data: [1])
    let key = try SigningKey(ed25519Seed: [UInt8](repeating: 1, count: 32).span)
    let cases: [([AuthenticatorExtension], Failure.Code?)] = [
      ([own], nil), ([.init(.statusRequest, data: [])], nil), ([], nil),
      ([.init(.signedCertificateTimestamp, data: [])], .illegalParameter),
      ([.init(.init(rawValue: 0xff50), data: [])], .illegalParameter), ([own, own], .illegalParameter),
      // In the request, and not for Certificate (RFC 8446 section 4.2).
      ([.init(.signatureAlgorithms, data: [])], .illegalParameter),
      ([.init(.serverName, data: [])], .illegalParameter),
      ([.init(.oidFilters, data: [])], .illegalParameter),
    ]
    for (extensions, expected) in cases {
      for entries in [
        [CertificateEntry(data: [1], extensions: extensions)],
        [CertificateEntry(data: [1]), CertificateEntry(data: [2], extensions: extensions)],
      ] {
        var ends = try Ends()
        let request = try ends.request(of: .server) {
          $0.serverName = "second.example"
          $0.extensions = [own, .init(.statusRequest, data: []), .init(.oidFilters, data: [0, 0])]
        }
        let certificate = try CertificateMessage(context: request.context, entries: entries).bytes()
        let answer = try ends.forge(
          by: .server, request: request.bytes, certificate: certificate, scheme: SignatureScheme.ed25519.rawValue
        ) { try key.sign($0, .ed25519) }
        var code: Failure.Code?
        do {
          let opened = try ends.client.open(answer, for: request)
          try opened.verify(by: VerifyingKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo.span))
        } catch let error as Failure { code = error.code }
        #expect(code == expected, "\(extensions)")
      }
    }
  }

  @Test("A spontaneous certificate has no extensions, since our ClientHello asks for none")
  func spontaneousExtensions() throws {
    var ends = try Ends()
    let identity = try Prover.server.identity
    let certificate = CertificateMessage(
      context: [1],
      entries: [.init(data: identity.chain.certificates[0], extensions: [.init(.statusRequest, data: [])])])
    let scheme = SignatureScheme.ecdsaSecp256r1Sha256
    let answer = try ends.forge(
      by: .server, request: [], certificate: certificate.bytes(), scheme: scheme.rawValue
    ) { try identity.key.sign($0, scheme) }
    #expect(throws: Failure(.illegalParameter, "")) {
      try ends.client.validateSpontaneous(answer, checking: Prover.server.check)
    }
  }

  /// What the prover makes of a request with these extensions.
  private func refusal(_ prover: Prover, _ extensions: [AuthenticatorExtension]) throws -> Failure.Code? {
    var ends = try Ends()
    var list = Writer()
    try list.vector(extensions.bytes(), 0...0xffff)
    let type: HandshakeType = prover == .client ? .certificateRequest : .clientCertificateRequest
    let request = try Writer.handshakeMessage(type, [1, 9] + list.bytes)
    do {
      _ = try ends.receive(request, by: prover)
      return nil
    } catch {
      return error.code
    }
  }
}
