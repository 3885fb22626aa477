import PassBindCrypto
import PassBindOPAQUE
import PassBindRistretto
import PassBindSASL
import Testing

@testable import PassBindExportedAuthenticators

@Suite("OPAQUE-EA: attacks on the way")
struct OPAQUEEAAttackTests {
  /// What an error before any key stretching can be.
  private static let cheap: Set<OPAQUEError.Code> = [
    .malformedMessage, .messageTooLong, .notAuthentic, .wrongContext, .declined,
  ]

  @Test("Any byte of the first message changed")
  func first() async throws {
    let service = try await Service()
    let count = try service.client(on: Line(), authorizationIdentity: "admin").firstMessage.count
    for i in 0..<count {
      let line = try Line()
      let found = await code {
        try await service.logIn(on: line, authorizationIdentity: "admin") { if $0 == .m1 { $1[i] ^= 1 } }
      }
      #expect(found != nil && found != .envelopeRecovery && found != .serverAuthentication, "byte \(i)")
    }
  }

  @Test("Any byte of the second message changed")
  func second() async throws {
    let service = try await Service()
    let line = try Line()
    let m2 = try service.challenge(service.client(on: line).firstMessage, on: line).message
    let authenticator = try OPAQUEEAServerFirst(parsing: m2).authenticator.count
    for i in m2.indices {
      let line = try Line()
      let found = await code { try await service.logIn(on: line) { if $0 == .m2 { $1[i] ^= 1 } } }
      if i < authenticator {
        #expect(found.map(Self.cheap.contains) == true, "byte \(i)")
      } else {
        #expect(found != nil, "byte \(i)")
      }
    }
  }

  @Test("Any byte of the third message changed")
  func third() async throws {
    let service = try await Service()
    var count = 0
    _ = try await service.logIn(on: Line()) { if $0 == .m3 { count = $1.count } }
    #expect(count > 200)
    for i in 0..<count {
      let line = try Line()
      let found = await code { try await service.logIn(on: line) { if $0 == .m3 { $1[i] ^= 1 } } }
      #expect(found.map(Self.cheap.contains) == true, "byte \(i)")
    }
  }

  @Test("Messages cut short, longer, or much too long")
  func lengths() async throws {
    let service = try await Service()
    for step in [Service.Step.m1, .m2, .m3] {
      for change in [
        { (bytes: inout [UInt8]) in bytes.removeLast() }, { $0.append(0) }, { $0 = [] },
        { $0 += [UInt8](repeating: 0, count: 8192) },
      ] {
        let line = try Line()
        let found = await code { try await service.logIn(on: line) { if $0 == step { change(&$1) } } }
        #expect(found == .malformedMessage || found == .messageTooLong)
      }
    }
  }

  @Test("What was made on one connection is worth nothing on another")
  func otherConnection() async throws {
    let service = try await Service()
    let (line, other) = (try Line.connected(), try Line.connected())
    let client = try service.client(on: line)
    let m1 = client.firstMessage
    let m2 = try service.challenge(m1, on: other).message
    let found = await code(client, answered: m2)
    #expect(found == .notAuthentic)

    let honest = try service.client(on: line)
    let challenge = try service.challenge(honest.firstMessage, on: line)
    let m3 = try await honest.respond(to: challenge.message).finalMessage
    let there = try service.challenge(service.client(on: other).firstMessage, on: other)
    #expect(code(there, answered: m3) == .wrongContext)
  }

  @Test("What was used on a connection is not used again there")
  func replay() async throws {
    let (service, line) = (try await Service(), try Line.connected())
    let client = try service.client(on: line)
    let m1 = client.firstMessage
    let challenge = try service.challenge(m1, on: line)
    let m2 = challenge.message
    let m3 = try await client.respond(to: m2).finalMessage
    #expect(code(challenge, answered: m3) == nil)
    let again = await code { _ = try service.challenge(m1, on: line) }
    #expect(again == .contextReused)
    let next = try service.client(on: line)
    let second = try service.challenge(next.firstMessage, on: line)
    #expect(code(second, answered: m3) == .wrongContext)
    let stale = await code(next, answered: m2)
    #expect(stale == .wrongContext)
    // An authenticator that is right, and a request that was taken before.
    let third = try service.client(on: line)
    let fresh = try service.challenge(third.firstMessage, on: line).message
    let mixed = try OPAQUEEAServerFirst(parsing: fresh).authenticator + OPAQUEEAServerFirst(parsing: m2).request
    let found = await code(third, answered: mixed)
    #expect(found == .contextReused)
  }

  @Test("Messages sent back to who made them")
  func reflected() async throws {
    let (service, line) = (try await Service(), try Line.connected())
    let client = try service.client(on: line)
    let m1 = client.firstMessage
    let challenge = try service.challenge(m1, on: line)
    let authenticator = try OPAQUEEAServerFirst(parsing: challenge.message).authenticator
    let request = try OPAQUEEAServerFirst(parsing: challenge.message).request
    #expect(code(challenge, answered: authenticator) == .wrongContext)
    let own = await code(client, answered: m1)
    #expect(own == .malformedMessage)
    // A server's request as a client's first message, and under a client's type.
    for type in [request[0], 17] {
      let other = try Line.connected()
      let found = await code { _ = try service.challenge([type] + request.dropFirst(), on: other) }
      #expect(found == .malformedMessage)
    }
  }

  @Test("Roles exchanged: neither end begins or answers in the other's place")
  func roles() async throws {
    let (service, line) = (try await Service(), try Line.connected())
    let exchanged = await code {
      _ = try OPAQUEEAClient(
        user: "alice", password: secret("x"), offer: Service.offer, authenticators: line.server)
    }
    #expect(exchanged == .invalidParameter)
    // Finished by the keys of the wrong role, over what is otherwise right.
    let client = try service.client(on: line)
    let m1 = client.firstMessage
    let m2 = try service.challenge(m1, on: line).message
    let parts = try OPAQUEEAServerFirst(parsing: m2)
    let forged = try line.client.use { value throws(ExportedAuthenticatorError) in
      try refinish(parts.authenticator, request: m1, by: value.own)
    }
    let found = await code(client, answered: forged + parts.request)
    #expect(found == .notAuthentic)
  }

  @Test("Somebody between, with a connection to each end")
  func interceptor() async throws {
    let service = try await Service()
    for means in Means.allCases {
      let (near, far) = (try Line.connected(), try Line.connected())
      let client = try service.client(on: near)
      let m1 = client.firstMessage
      let m2 = try service.challenge(m1, on: far).message
      let passed = try means.change(m2, m1, near, service)
      let found = await code(client, answered: passed)
      #expect(found == (means == .passOn ? .notAuthentic : .serverAuthentication), "\(means)")
    }
  }

  enum Means: CaseIterable {
    case passOn
    /// The server's signature, under Finished of the connection to the client.
    case finishAnew
    /// A signature by a key of his own, which the certificate shows.
    case signByOwnKey
    /// A signature by a key of his own, under the server's certificate.
    case signUnderServersKey

    func change(_ m2: [UInt8], _ m1: [UInt8], _ line: Line, _ service: Service) throws -> [UInt8] {
      let parts = try OPAQUEEAServerFirst(parsing: m2)
      guard case .full(let certificate, _, _) = try AuthenticatorMessage(parsing: parts.authenticator) else {
        return []
      }
      let entry = try #require(certificate.message.entries.first)
      var forgery = try Forgery(m1, service)
      forgery.response = try PAKEShareServer(parsing: entry.extensions.required(.opaqueServerAuth)).credentialResponse
      forgery.key = .ownKey
      switch self {
      case .passOn: return m2
      case .finishAnew:
        return try line.server.use { value throws(ExportedAuthenticatorError) in
          try refinish(parts.authenticator, request: m1, by: value.own)
        } + parts.request
      case .signByOwnKey: forgery.certificateKey = SigningKey.ownKey.subjectPublicKeyInfo
      case .signUnderServersKey: break
      }
      return try forgery.message(to: m1, on: line)
    }
  }

  @Test("An empty authenticator is a refusal, never a success")
  func declined() async throws {
    let (service, line) = (try await Service(), try Line.connected())
    let client = try service.client(on: line)
    let request = try line.server.receiveRequest(client.firstMessage)
    let found = await code(client, answered: try refuse(request, line.server))
    #expect(found == .declined)

    let next = try service.client(on: line)
    let challenge = try service.challenge(next.firstMessage, on: line)
    let asked = try line.client.receiveRequest(OPAQUEEAServerFirst(parsing: challenge.message).request)
    #expect(code(challenge, answered: try refuse(asked, line.client)) == .declined)
  }

  private func refuse(
    _ request: consuming ReceivedAuthenticatorRequest, _ end: ConnectionAuthenticators
  ) throws -> [UInt8] {
    var taken: ReceivedAuthenticatorRequest? = request
    return try end.use { value throws(ExportedAuthenticatorError) in
      guard let request = taken.take() else { return [] }
      return try value.refuse(request)
    }
  }
}

/// The same authenticator under another Finished.
func refinish(
  _ authenticator: [UInt8], request: [UInt8], by keys: borrowing AuthenticatorKeys
) throws(ExportedAuthenticatorError) -> [UInt8] {
  guard case .full(let certificate, let verify, _) = try AuthenticatorMessage(parsing: authenticator) else { return [] }
  let finished = try keys.finished(
    request: request, certificate: certificate.bytes, certificateVerify: verify.bytes)
  return try certificate.bytes + verify.bytes + FinishedMessage(verifyData: finished.publicBytes()).bytes()
}
