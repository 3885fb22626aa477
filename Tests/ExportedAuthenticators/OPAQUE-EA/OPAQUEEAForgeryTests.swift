import PassBindCrypto
import PassBindOPAQUE
import PassBindRistretto
import Testing

@testable import PassBindExportedAuthenticators

/// What a peer makes that is the TLS connection's true other end.
@Suite("OPAQUE-EA: malicious ends")
struct OPAQUEEAForgeryTests {
  private static let nonCanonical = [UInt8](repeating: 0xff, count: 31) + [0x7f]
  private static let identity = [UInt8](repeating: 0, count: 32)

  /// The code that a client gives for a server's forgery.
  private func answer(
    limits: KeyStretchingLimits = .anything, _ change: (inout Forgery, [UInt8]) throws -> Void
  ) async throws -> OPAQUEError.Code? {
    let (service, line) = (try await Service(), try Line())
    let client = try service.client(on: line, limits: limits)
    let m1 = client.firstMessage
    var forgery = try Forgery(m1, service)
    try change(&forgery, m1)
    return await code(client, answered: try forgery.message(to: m1, on: line))
  }

  @Test("The tests' own server is believed while it is honest")
  func honest() async throws {
    #expect(try await answer { _, _ in } == nil)
  }

  @Test("Evaluated elements that are none, and the client's own")
  func elements() async throws {
    for element in [Self.identity, Self.nonCanonical] {
      #expect(
        try await answer { forgery, _ in forgery.response.replaceSubrange(..<32, with: element) } == .invalidElement)
    }
    let reflected = try await answer { forgery, m1 in
      let share = try PAKEShareClient(parsing: RequestMessage(parsing: m1).extensions.required(.opaqueServerAuth))
      forgery.response.replaceSubrange(..<32, with: share.blindedMessage)
    }
    #expect(reflected == .reflectedValue)
  }

  @Test("Key stretching that is too cheap, too dear, or none, is not begun")
  func stretching() async throws {
    let hostile = ["argon2id,m=4194304,t=10,p=1", "scrypt,n=4294967296,r=8,p=1", "scrypt,n=16,r=1,p=1"]
    for text in hostile {
      let found = try await answer(limits: .default) { forgery, _ in forgery.stretching = Array(text.utf8) }
      #expect(found == .stretchingRefused, "\(text)")
    }
    for text in ["", "scrypt,n=15,r=1,p=1", "scrypt,n=16,r=1,p=1 ", "md5", String(repeating: "1", count: 65)] {
      #expect(try await answer { forgery, _ in forgery.stretching = Array(text.utf8) } == .malformedMessage)
    }
    // Somebody on the way who writes them in: Finished comes first.
    let (service, line) = (try await Service(), try Line())
    let client = try service.client(on: line, limits: .default)
    let m1 = client.firstMessage
    var forgery = try Forgery(m1, service)
    forgery.stretching = Array(hostile[0].utf8)
    var m2 = try forgery.message(to: m1, on: line)
    m2[300] ^= 1
    let found = await code(client, answered: m2)
    #expect(found == .notAuthentic || found == .malformedMessage)
  }

  @Test("Another key than the one that the client registered with")
  func keys() async throws {
    let shown = try await answer { forgery, _ in
      forgery.key = .ownKey
      forgery.certificateKey = SigningKey.ownKey.subjectPublicKeyInfo
    }
    #expect(shown == .serverAuthentication)
    #expect(try await answer { forgery, _ in forgery.key = .ownKey } == .serverAuthentication)
    #expect(try await answer { forgery, _ in forgery.certificateKey[0] ^= 1 } == .serverAuthentication)
  }

  @Test("The envelope of another record, or its masking key")
  func records() async throws {
    let other = try await Service(password: "another")
    let envelope = try await answer { forgery, m1 in
      let service = try Forgery(m1, other)
      forgery.response.replaceSubrange(64..., with: service.response[64...])
    }
    #expect(envelope == .envelopeRecovery)
    let changed = try await answer { forgery, _ in forgery.response[100] ^= 1 }
    #expect(changed == .envelopeRecovery)
  }

  @Test("A server's message that is not OPAQUE-EA's")
  func shapes() async throws {
    let kinds: [AuthenticatorExtension.Kind] = [.opaqueServerAuth, .opaqueKeyStretching]
    for kind in kinds {
      #expect(try await answer { forgery, _ in forgery.leavesOut = kind } == .malformedMessage)
    }
    #expect(try await answer { forgery, _ in forgery.identity = [1] } == .malformedMessage)
    #expect(try await answer { forgery, _ in forgery.response.removeLast() } == .malformedMessage)
    #expect(try await answer { forgery, _ in forgery.response.append(1) } == .malformedMessage)
    let two = try await answer { forgery, _ in forgery.further = [CertificateEntry(data: [1])] }
    #expect(two == .malformedMessage)
    #expect(try await answer { forgery, _ in forgery.asksFor = Array("bob".utf8) } == .malformedMessage)
    #expect(try await answer { forgery, _ in forgery.schemes = [.ecdsaSecp256r1Sha256] } == .malformedMessage)
    #expect(try await answer { forgery, _ in forgery.context = [1, 2, 3] } == .malformedMessage)
    let acts = try await answer { forgery, _ in forgery.asksForMore = [try .authorizationIdentity("root")] }
    #expect(acts == .malformedMessage)
    for kind in kinds {
      let outOfPlace = AuthenticatorExtension(kind, data: [])
      #expect(try await answer { forgery, _ in forgery.asksForMore = [outOfPlace] } == .malformedMessage)
    }
  }

  /// The code that a server gives for a client's request.
  private func ask(
    _ extensions: [AuthenticatorExtension], schemes: [SignatureScheme] = [.ed25519], context: Int = 32
  ) async throws -> OPAQUEError.Code? {
    let (service, line) = (try await Service(), try Line())
    let list = try [AuthenticatorExtension.signatureAlgorithms(schemes)] + extensions
    let m1 = try RequestMessage(
      type: .clientCertificateRequest, context: randomBytes(count: context), extensions: list
    ).bytes()
    return await code { _ = try service.challenge(m1, on: line) }
  }

  private func share(
    _ name: [UInt8] = Service.name, _ element: [UInt8] = RistrettoPoint.generator.encoded
  ) throws -> AuthenticatorExtension {
    try PAKEShareClient(identity: name, blindedMessage: element).inExtension()
  }

  @Test("A client's request that is not OPAQUE-EA's")
  func requests() async throws {
    let stretching = AuthenticatorExtension(.opaqueKeyStretching, data: [])
    let good = try share()
    #expect(try await ask([good, stretching]) == nil)
    #expect(try await ask([good]) == .malformedMessage)
    #expect(try await ask([stretching]) == .malformedMessage)
    #expect(try await ask([good, stretching, good]) == .malformedMessage)
    #expect(try await ask([good, stretching, stretching]) == .malformedMessage)
    #expect(try await ask([good, AuthenticatorExtension(.opaqueKeyStretching, data: [1])]) == .malformedMessage)
    let outOfPlace = try AuthenticatorExtension(.opaqueClientAuth, name: Service.name)
    #expect(try await ask([good, stretching, outOfPlace]) == .malformedMessage)
    #expect(try await ask([good, stretching], schemes: [.ecdsaSecp256r1Sha256]) == .malformedMessage)
    for count in [0, 31, 33] {
      #expect(try await ask([good, stretching], context: count) == .malformedMessage)
    }
    for element in [Self.identity, Self.nonCanonical] {
      #expect(try await ask([share(Service.name, element), stretching]) == .invalidElement)
    }
    for name in [[0xff], [0x61, 0], [UInt8](repeating: 0x61, count: 1025), [0xc2, 0xad]] {
      #expect(try await ask([share(name), stretching]) == .invalidName)
    }
    // Two shares; no type, another, two; bytes left over; an element too short.
    let one = Array(good.data[2..<(2 + 2 + 5 + 32)])
    for data in [
      [0, 78] + one + one + [0, 1, 1], [0, 39] + one + [0, 0], [0, 39] + one + [0, 1, 2],
      [0, 39] + one + [0, 2, 1, 1],
      good.data + [0], [0, 38] + one.dropLast() + [0, 1, 1],
    ] {
      let forged = AuthenticatorExtension(.opaqueServerAuth, data: data)
      #expect(try await ask([forged, stretching]) == .malformedMessage)
    }
    for name in [[UInt8]([0, 0]), [0, 2, 0x61], [0, 1, 0x61, 0]] {
      let acts = AuthenticatorExtension(.opaqueAuthorizationIdentity, data: name)
      #expect(try await ask([good, stretching, acts]) == .malformedMessage)
    }
  }

  @Test("A client's proof by another key, for another name, or with more in it")
  func proofs() async throws {
    let service = try await Service()
    let record = Ed25519PublicKeyInfo.bytes(service.credential.record.bytes[..<32])
    func found(_ make: (_ m2: [UInt8], _ line: Line) throws -> [UInt8]) throws -> OPAQUEError.Code? {
      let line = try Line()
      let challenge = try service.challenge(service.client(on: line).firstMessage, on: line)
      let m3 = try make(challenge.message, line)
      return code(challenge, answered: m3)
    }
    #expect(try found { try prove($0, on: $1, key: .ownKey) } == .clientAuthentication)
    #expect(try found { try prove($0, on: $1, key: .ownKey, shown: record) } == .clientAuthentication)
    #expect(try found { try prove($0, on: $1, name: Array("bob".utf8), key: .ownKey) } == .malformedMessage)
    let more = [CertificateEntry(data: record)]
    #expect(try found { try prove($0, on: $1, key: .ownKey, further: more) } == .malformedMessage)
  }

  @Test("Proofs that say again whom the client acts as")
  func proofWithMore() async throws {
    let (service, line) = (try await Service(), try Line())
    for says in [false, true] {
      let client = try service.client(on: line, authorizationIdentity: "admin")
      let m1 = client.firstMessage
      var forgery = try Forgery(m1, service)
      forgery.asksForMore = [try .authorizationIdentity("admin")]
      if says { forgery.extensions = forgery.asksForMore }
      let found = await code(client, answered: try forgery.message(to: m1, on: line))
      #expect(found == (says ? .malformedMessage : nil))
    }
    let client = try service.client(on: line, authorizationIdentity: "admin")
    let challenge = try service.challenge(client.firstMessage, on: line)
    let proof = try prove(
      challenge.message, on: line, key: .ownKey, more: [.authorizationIdentity("admin")])
    #expect(code(challenge, answered: proof) == .malformedMessage)
  }

  @Test("A proof by the record's key, under a certificate that shows another", arguments: [nil, Service.name])
  func shownKey(shown: [UInt8]?) async throws {
    let (service, line) = (try await Service(), try Line())
    let publicKey = try #require(Ed25519PublicKeyInfo.publicKey(in: SigningKey.ownKey.subjectPublicKeyInfo))
    let credential = OPAQUEEACredential(
      record: try OPAQUEEARecord(publicKey + service.credential.record.bytes[32...]),
      keyID: service.credential.keyID, stretching: service.stretching)
    let lookup = try service.lookup(service.client(on: line).firstMessage, on: line)
    let challenge = try lookup.challenge(with: credential, keys: service.keys)
    let proof = try prove(challenge.message, on: line, key: .ownKey, shown: shown)
    #expect(code(challenge, answered: proof) == (shown == nil ? nil : .clientAuthentication))
  }

  /// Both of them wrong: what is looked at first is what is told.
  @Test("An element that is none is found before the stretching is looked at")
  func order() async throws {
    let found = try await answer(limits: .default) { forgery, _ in
      forgery.response.replaceSubrange(..<32, with: Self.nonCanonical)
      forgery.asksFor = Array("bob".utf8)
    }
    #expect(found == .invalidElement)
  }

  @Test("Messages of more than 8 KiB, in which nothing else is wrong", arguments: [false, true])
  func long(isTooLong: Bool) async throws {
    let count = isTooLong ? 8100 : 7000
    let unknown = AuthenticatorExtension(.init(rawValue: 0xff60), data: [UInt8](repeating: 0, count: count))
    let first = try await ask([share(), AuthenticatorExtension(.opaqueKeyStretching, data: []), unknown])
    #expect(first == (isTooLong ? .messageTooLong : nil))
    let second = try await answer { forgery, _ in forgery.certificateKey += unknown.data }
    #expect(second == (isTooLong ? .messageTooLong : .serverAuthentication))
    let (service, line) = (try await Service(), try Line())
    let challenge = try service.challenge(service.client(on: line).firstMessage, on: line)
    let third = try prove(challenge.message, on: line, key: .ownKey, shown: unknown.data + unknown.data.prefix(100))
    #expect(code(challenge, answered: third) == (isTooLong ? .messageTooLong : .clientAuthentication))
  }
}
