import PassBindCrypto
@testable import PassBindExportedAuthenticators
import PassBindTLS
import Testing

private typealias Failure = ExportedAuthenticatorError

@Suite("Certificates and signatures")
struct CertificateTests {
  @Test(
    "Every signature scheme, and no other by the same key",
    arguments: [
      (SignatureScheme.ed25519, "ed25519"), (.ecdsaSecp256r1Sha256, "server"), (.ecdsaSecp384r1Sha384, "p384-sha384"),
      (.rsaPssRsaeSha256, "rsa-sha256"), (.rsaPssRsaeSha384, "rsa-sha256"), (.rsaPssRsaeSha512, "rsa-sha256"),
      (.rsaPssPssSha256, "pss-key"), (.rsaPssPssSha384, "pss-key"), (.rsaPssPssSha512, "pss-key"),
    ])
  func scheme(scheme: SignatureScheme, name: String) throws {
    let identity = try AuthenticatorIdentity.test(name)
    var ends = try Ends()
    let request = try ends.request(of: .server) { $0.signatureSchemes = [scheme] }
    let answer = try ends.answer(request.bytes, by: .server, as: identity)
    #expect(answer.identity != nil)
    let peer = try ends.validate(answer.bytes, for: request, of: .server, .server("localhost", by: .test()))
    #expect(peer.signatureScheme == scheme)

    // Written out, since `fits` is what is tested.
    let family: [SignatureScheme] =
      switch name {
      case "rsa-sha256": [.rsaPssRsaeSha256, .rsaPssRsaeSha384, .rsaPssRsaeSha512]
      case "pss-key": [.rsaPssPssSha256, .rsaPssPssSha384, .rsaPssPssSha512]
      default: [scheme]
      }
    #expect(Set(SignatureScheme.allCases.filter { identity.key.fits($0) }) == Set(family))
    let others = try ends.request(of: .server) {
      $0.signatureSchemes = SignatureScheme.allCases.filter { !family.contains($0) }
    }
    #expect(try ends.answer(others.bytes, by: .server, as: identity).identity == nil)
  }

  @Test("The peer's best scheme is taken")
  func preference() throws {
    var ends = try Ends()
    for scheme in [SignatureScheme.rsaPssRsaeSha512, .rsaPssRsaeSha256] {
      let request = try ends.request(of: .server) {
        $0.signatureSchemes = [scheme] + SignatureScheme.allCases.filter { $0 != scheme }
      }
      let answer = try ends.answer(request.bytes, by: .server, as: .test("rsa-sha256"))
      let peer = try ends.validate(answer.bytes, for: request, of: .server, .server("localhost", by: .test()))
      #expect(peer.signatureScheme == scheme)
    }
  }

  @Test("A scheme that was not asked for is refused, a scheme of TLS 1.2 always")
  func schemeNotAsked() throws {
    var ends = try Ends()
    let identity = try AuthenticatorIdentity.test("rsa-sha256")
    // rsa_pkcs1_sha256, rsa_pkcs1_sha1, ecdsa_sha1, ecdsa_secp521r1_sha512, ed448, private use, none; and one of ours,
    // not asked for.
    for number: UInt16 in [0x0401, 0x0201, 0x0203, 0x0603, 0x0808, 0xfe00, 0x0000, 0x0805] {
      let request = try ends.request(of: .server) { $0.signatureSchemes = [.rsaPssRsaeSha256, .ed25519] }
      let answer = try ends.forge(
        by: .server, request: request.bytes, certificate: certificate(of: identity, request.context), scheme: number
      ) { try identity.key.sign($0, .rsaPssRsaeSha256) }
      #expect(try ends.refusal(of: answer, for: request, of: .server)?.code == .illegalParameter, "\(number)")
    }
  }

  @Test("A scheme that was asked for, and is not the key's, is refused")
  func schemeOfAnotherKey() throws {
    var ends = try Ends()
    let identity = try AuthenticatorIdentity.test("rsa-sha256")
    for scheme in SignatureScheme.allCases where scheme != .rsaPssRsaeSha256 {
      let request = try ends.request(of: .server)
      let answer = try ends.forge(
        by: .server, request: request.bytes, certificate: certificate(of: identity, request.context),
        scheme: scheme.rawValue
      ) { try identity.key.sign($0, .rsaPssRsaeSha256) }
      #expect(try ends.refusal(of: answer, for: request, of: .server)?.code == .invalidSignature, "\(scheme)")
    }
  }

  @Test("Finished alone proves no key: somebody else's certificate, another content, no signature")
  func signature() throws {
    var ends = try Ends()
    let identity = try Prover.server.identity
    let stranger = try AuthenticatorIdentity.test("server")
    let scheme = SignatureScheme.ecdsaSecp256r1Sha256
    let signatures: [([UInt8]) throws -> [UInt8]] = [
      { try stranger.key.sign($0, scheme) },
      { try identity.key.sign(Array($0.dropLast()), scheme) },
      // As TLS itself would sign it (RFC 8446 section 4.4.3).
      { content in
        let label = Array("TLS 1.3, server CertificateVerify".utf8)
        return try identity.key.sign(content.prefix(64) + label + content.suffix(33), scheme)
      },
      { try identity.key.sign($0, scheme) + [0] },
      { try identity.key.sign($0, scheme).dropLast() },
      { _ in [] },
    ]
    for (i, signature) in signatures.enumerated() {
      let request = try ends.request(of: .server)
      let answer = try ends.forge(
        by: .server, request: request.bytes, certificate: certificate(of: identity, request.context),
        scheme: scheme.rawValue, signature: signature)
      #expect(try ends.refusal(of: answer, for: request, of: .server)?.code == .invalidSignature, "\(i)")
    }
  }

  @Test(
    "A certificate for another host is refused",
    arguments: ["localhost", "second.example.", "x.second.example", "127.0.0.1", "second", "*.example", "", ".example"])
  func wrongHost(host: String) throws {
    // The last two would have OpenSSL check no name, or any below example.
    let isName = !host.isEmpty && !host.hasPrefix(".")
    try refused("second", .server(host, by: .test()), isName ? "not for host \(host)" : "")
  }

  @Test("An address is looked for as such")
  func address() throws {
    var ends = try Ends()
    for host in ["127.0.0.1", "::1"] {
      let request = try ends.request(of: .server)
      let answer = try ends.answer(request.bytes, by: .server, as: .test("server"))
      _ = try ends.validate(answer.bytes, for: request, of: .server, .server(host, by: .test()))
    }
    try refused("server", .server("127.0.0.2", by: .test()), "not for host")
  }

  @Test("A host name with a NUL is not cut short")
  func nulHost() throws { try refused("server", .server("localhost\0.example", by: .test()), "NUL") }

  @Test("An expired certificate is refused")
  func expired() throws { try refused("expired", .server("localhost", by: .test()), "expired") }

  @Test("Another authority's certificate is refused", arguments: Prover.allCases)
  func untrusted(prover: Prover) throws {
    let check = prover == .client ? CertificateCheck.client(by: try .test()) : .server("localhost", by: try .test())
    try refused(prover == .client ? "client-rogue" : "rogue", check, "no trusted authority")
  }

  @Test("The system's authorities do not know ours")
  func systemTrust() throws {
    try refused("second", .server("second.example", by: AuthenticatorTrust(.system)), "no trusted authority")
  }

  @Test("A certificate for the other purpose is refused", arguments: Prover.allCases)
  func purpose(prover: Prover) throws {
    let check = prover == .client ? CertificateCheck.client(by: try .test()) : .server("localhost", by: try .test())
    try refused(prover == .client ? "server" : "client", check, "purpose")
  }

  @Test("A weak signature in the chain is refused", arguments: ["rsa-sha1", "pss-sha1"])
  func weak(name: String) throws { try refused(name, .server("localhost", by: .test()), "too weak") }

  /// RFC 8446 section 4.4.2.2.
  @Test("A certificate whose key may only encipher is refused, and is no identity")
  func encipherOnly() throws {
    #expect(throws: Failure(.invalidConfiguration, "")) { try AuthenticatorIdentity.test("encipher-only") }
    let chain = try CertificateChain(file: Certificates.pem("encipher-only"))
    let key = try SigningKey(file: Certificates.key("encipher-only"))
    try refused(chain, key, .rsaPssRsaeSha256, .server("second.example", by: .test()), .untrustedPeer, "sign")
  }

  @Test("What is no certificate is refused")
  func noCertificate() throws {
    let key = try SigningKey(ed25519Seed: [UInt8](repeating: 1, count: 32).span)
    let der = try Certificates.der("second")
    for data in [key.subjectPublicKeyInfo, [0], Array(der.dropLast()), der + [0]] {
      for list in [[data], [der, data]] {
        var ends = try Ends()
        let request = try ends.request(of: .server)
        let message = CertificateMessage(context: request.context, entries: list.map { CertificateEntry(data: $0) })
        let answer = try ends.forge(
          by: .server, request: request.bytes, certificate: message.bytes(), scheme: SignatureScheme.ed25519.rawValue
        ) { try key.sign($0, .ed25519) }
        #expect(try ends.refusal(of: answer, for: request, of: .server)?.code == .malformed)
      }
    }
  }

  @Test("Without verification, the key alone is proved")
  func unverified() throws {
    var ends = try Ends()
    let trust = try AuthenticatorTrust(.dangerouslyUnverified)
    for name in ["rogue", "expired", "client"] {
      let request = try ends.request(of: .server)
      let answer = try ends.answer(request.bytes, by: .server, as: .test(name))
      let peer = try ends.validate(answer.bytes, for: request, of: .server, .server("any.example", by: trust))
      #expect(peer.certificates == [try Certificates.der(name)])
    }
  }

  @Test("An authority between leaf and root is taken from the chain, and missed where it is not there")
  func intermediate() throws {
    let chain = try Certificates.bytes("by-intermediate.pem") + Certificates.bytes("intermediate.pem")
    let key = SecretBytes(copying: try Certificates.bytes("by-intermediate.key"))
    let identity = try AuthenticatorIdentity.pem(chain: chain, key: key)
    var ends = try Ends()
    let request = try ends.request(of: .server)
    let answer = try ends.answer(request.bytes, by: .server, as: identity)
    let peer = try ends.validate(answer.bytes, for: request, of: .server)
    #expect(peer.certificates == [try Certificates.der("by-intermediate"), try Certificates.der("intermediate")])
    try refused("by-intermediate", .server("second.example", by: .test()), "no trusted authority")
  }

  /// RFC 9525 section 6.3: a wildcard is a whole label, and stands for one.
  @Test("Wildcards and names of subjects")
  func wildcards() throws {
    var ends = try Ends()
    let request = try ends.request(of: .server)
    let answer = try ends.answer(request.bytes, by: .server, as: .test("wildcard"))
    _ = try ends.validate(answer.bytes, for: request, of: .server, .server("a.wild.example", by: .test()))
    for host in ["wild.example", "a.b.wild.example", "party.example"] {
      try refused("wildcard", .server(host, by: .test()), "not for host")
    }
    try refused("name.example", .server("name.example", by: .test()), "not for host")
  }

  @Test("Short RSA keys and curves without a name are no identities", arguments: ["rsa-1024", "explicit-curve"])
  func weakKeys(name: String) throws {
    var reason = ""
    do { _ = try AuthenticatorIdentity.test(name) } catch { reason = "\(error)" }
    #expect(reason.contains("makes no signature that TLS 1.3 knows"), "\(reason)")
    let chain = try CertificateChain(file: Certificates.pem(name))
    let fits = try SignatureScheme.allCases.filter { try chain.leafKey().fits($0) }
    #expect(fits.isEmpty)
  }

  @Test("A check for the other role is a mistake of the caller's", arguments: Prover.allCases)
  func wrongCheck(prover: Prover) throws {
    var ends = try Ends()
    let request = try ends.request(of: prover)
    let answer = try ends.answer(request.bytes, by: prover, as: prover.identity)
    let check = try (prover == .client ? Prover.server : .client).check
    #expect(try ends.refusal(of: answer.bytes, for: request, of: prover, check)?.code == .invalidConfiguration)
  }

  @Test("Nor does it do for what a server says unasked")
  func wrongSpontaneousCheck() throws {
    var ends = try Ends()
    let bytes = try ends.server.authenticateSpontaneously(as: Prover.server.identity)
    #expect(throws: Failure(.invalidConfiguration, "")) {
      try ends.client.validateSpontaneous(bytes, checking: Prover.client.check)
    }
    // It used up nothing.
    _ = try ends.client.validateSpontaneous(bytes, checking: Prover.server.check)
  }

  @Test("Keys and chains that do not belong together, or are not there")
  func badIdentities() throws {
    for (chain, key) in [
      ("server.pem", "rogue.key"), ("server.pem", "rsa-sha256.key"), ("missing.pem", "server.key"),
      ("server.pem", "missing.key"), ("server.key", "server.pem"), ("server.pem\0", "server.key"), ("", ""),
      ("ed448.pem", "ed448.key"),
    ] {
      #expect(throws: Failure(.invalidConfiguration, "")) {
        try AuthenticatorIdentity.files(chain: Certificates.path(chain), key: Certificates.path(key))
      }
    }
    #expect(throws: Failure(.invalidConfiguration, "")) {
      try AuthenticatorTrust(.file(Certificates.path("missing.pem")))
    }
    #expect(throws: Failure(.invalidConfiguration, "")) { try AuthenticatorTrust(.pem([])) }
  }

  private func certificate(of identity: AuthenticatorIdentity, _ context: [UInt8]) throws -> [UInt8] {
    try CertificateMessage(
      context: context, entries: identity.chain.certificates.map { CertificateEntry(data: $0) }
    ).bytes()
  }

  /// The authenticator of a test identity is refused, for its certificate alone.
  private func refused(_ name: String, _ check: CertificateCheck, _ reason: String) throws {
    let identity = try AuthenticatorIdentity.test(name)
    let scheme = try #require(SignatureScheme.allCases.first { identity.key.fits($0) })
    try refused(identity.chain, identity.key, scheme, check, .untrustedPeer, reason)
  }

  private func refused(
    _ chain: CertificateChain, _ key: SigningKey, _ scheme: SignatureScheme, _ check: CertificateCheck,
    _ code: ExportedAuthenticatorError.Code, _ reason: String
  ) throws {
    var ends = try Ends()
    let prover: Prover = check.host == nil ? .client : .server
    let request = try ends.request(of: prover)
    let message = CertificateMessage(
      context: request.context, entries: chain.certificates.map { CertificateEntry(data: $0) })
    let answer = try ends.forge(
      by: prover, request: request.bytes, certificate: message.bytes(), scheme: scheme.rawValue
    ) { try key.sign($0, scheme) }
    let error = try ends.refusal(of: answer, for: request, of: prover, check)
    #expect(error?.code == code)
    #expect(error?.reason.contains(reason) == true || reason.isEmpty, "\(String(describing: error))")
  }
}
