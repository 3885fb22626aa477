import PassBindCrypto
@testable import PassBindExportedAuthenticators
import Testing

private typealias Failure = ExportedAuthenticatorError

/// What an interceptor, or a peer that cheats, can do with good messages.
@Suite("Attacks")
struct AttackTests {
  @Test("Taken to another connection", arguments: Prover.allCases)
  func otherConnection(prover: Prover) throws {
    let context = randomBytes(count: 32)
    var (first, second) = (try Pair.connected(.sha384), try Pair.connected(.sha384))
    var victim = try Ends(first)
    var relay = try Ends(second)
    swap(&first, &second)
    // The same context on both, as an interceptor would ask for it.
    let request = try victim.request(of: prover) { $0.context = context }
    let relayed = try relay.request(of: prover) { $0.context = context }
    #expect(request.bytes == relayed.bytes)
    let answer = try relay.answer(relayed.bytes, by: prover, as: prover.identity).bytes
    let declined = try relay.forgeRefusal(by: prover, request: request.bytes, context: context)
    #expect(try victim.refusal(of: answer, for: request, of: prover)?.code == .notAuthentic)
    // Nor does a refusal hold there.
    let again = try victim.request(of: prover)
    #expect(try victim.refusal(of: declined, for: again, of: prover)?.code == .notAuthentic)
    // Where it was made, it is good.
    _ = try relay.validate(answer, for: relayed, of: prover)
  }

  @Test("With another hash", arguments: Prover.allCases)
  func otherHash(prover: Prover) throws {
    var victim = try Ends(hash: .sha256)
    var other = try Ends(hash: .sha384)
    let request = try victim.request(of: prover)
    let answer = try other.answer(request.bytes, by: prover, as: prover.identity).bytes
    #expect(try victim.refusal(of: answer, for: request, of: prover)?.code == .notAuthentic)
  }

  @Test("A request sent back to who made it", arguments: Prover.allCases)
  func reflectedRequest(prover: Prover) throws {
    var ends = try Ends()
    let request = try ends.request(of: prover)
    let asker = prover == .client ? Prover.server : .client
    var code: Failure.Code?
    do { _ = try ends.receive(request.bytes, by: asker) } catch { code = error.code }
    #expect(code == .illegalParameter)
    // Nor with the other type in front.
    do { _ = try ends.receive([request.bytes[0] == 13 ? 17 : 13] + request.bytes.dropFirst(), by: asker) } catch {
      code = error.code
    }
    #expect(code == .contextReused)
  }

  @Test("An authenticator sent back to who made it", arguments: Prover.allCases)
  func reflectedAuthenticator(prover: Prover) throws {
    var ends = try Ends()
    let request = try ends.request(of: prover)
    let answer = try ends.answer(request.bytes, by: prover, as: prover.identity).bytes
    // The other end asks in the same terms, so that the answer would do but for its role.
    let asker = prover == .client ? Prover.server : .client
    let own = try ends.request(of: asker)
    let code = try ends.refusal(of: answer, for: own, of: asker)?.code
    #expect(code == .wrongContext)
    var twin = try Ends()
    let sameContext = try twin.request(of: asker) { $0.context = request.context }
    #expect(try twin.refusal(of: answer, for: sameContext, of: asker)?.code == .notAuthentic)
  }

  /// RFC 9261 section 5.1: the labels of the exporter keep the roles apart, and the request's type is in the
  /// transcript.
  @Test("The other role's keys", arguments: Prover.allCases, [true, false])
  func rolesExchanged(prover: Prover, withRightRequest: Bool) throws {
    var ends = try Ends()
    let request = try ends.request(of: prover)
    let other = prover == .client ? Prover.server : .client
    let type: UInt8 = prover == .client ? 17 : 13
    let hashed = withRightRequest ? request.bytes : [type] + request.bytes.dropFirst()
    let answer = try ends.forge(by: other, request: hashed, for: prover, context: request.context)
    #expect(try ends.refusal(of: answer, for: request, of: prover)?.code == .notAuthentic)
  }

  @Test("A request of the other type in the transcript", arguments: Prover.allCases)
  func otherType(prover: Prover) throws {
    var ends = try Ends()
    let request = try ends.request(of: prover)
    let hashed = [prover == .client ? 17 : 13] + request.bytes.dropFirst()
    let answer = try ends.forge(by: prover, request: hashed, for: prover, context: request.context)
    #expect(try ends.refusal(of: answer, for: request, of: prover)?.code == .notAuthentic)
    // The same made with the right request is good.
    let again = try ends.request(of: prover)
    let good = try ends.forge(by: prover, request: again.bytes, for: prover, context: again.context)
    #expect(try ends.refusal(of: good, for: again, of: prover) == nil)
  }

  @Test("The answer to another request", arguments: Prover.allCases)
  func otherRequest(prover: Prover) throws {
    var ends = try Ends()
    let (first, second) = Requests(try ends.request(of: prover), try ends.request(of: prover)).bytes
    let toFirst = try ends.answer(first, by: prover, as: prover.identity).bytes
    let third = try ends.request(of: prover)
    #expect(try ends.refusal(of: toFirst, for: third, of: prover)?.code == .wrongContext)
    // With the context put right, Finished says no.
    let fourth = try ends.request(of: prover)
    let answer = try ends.forge(by: prover, request: second, for: prover, context: fourth.context)
    #expect(try ends.refusal(of: answer, for: fourth, of: prover)?.code == .notAuthentic)
    // A refusal holds no context: the transcript alone says which request it is for.
    let fifth = try ends.request(of: prover)
    let declined = try ends.forgeRefusal(by: prover, request: second, context: fifth.context)
    #expect(try ends.refusal(of: declined, for: fifth, of: prover)?.code == .notAuthentic)
  }

  @Test("A context used before is refused, whoever used it, in either direction")
  func contexts() throws {
    for first in Prover.allCases {
      for second in Prover.allCases {
        var ends = try Ends()
        let request = try ends.request(of: first)
        let context = request.context
        _ = try ends.receive(request.bytes, by: first)
        var code: Failure.Code?
        do { _ = try ends.request(of: second) { $0.context = context } } catch { code = error.code }
        #expect(code == .contextReused, "asking \(first), then \(second)")
        // A peer that does it all the same.
        var cheat = try Ends()
        let reused = try cheat.request(of: second) { $0.context = context }
        code = nil
        do { _ = try ends.receive(reused.bytes, by: second) } catch { code = error.code }
        #expect(code == .contextReused, "asked as \(first), then as \(second)")
      }
    }
  }

  @Test("A spontaneous authenticator does not take a request's context, nor a request its")
  func spontaneousContexts() throws {
    var ends = try Ends()
    let request = try ends.request(of: .client)
    let context = request.context
    _ = try ends.receive(request.bytes, by: .client)
    let identity = try Prover.server.identity
    #expect(throws: Failure(.contextReused, "")) {
      try ends.server.authenticateSpontaneously(as: identity, context: context)
    }
    var cheat = try Ends()
    let bytes = try cheat.server.authenticateSpontaneously(as: identity, context: context)
    #expect(throws: Failure(.contextReused, "")) {
      try ends.client.validateSpontaneous(bytes, checking: Prover.server.check)
    }
    let good = try ends.server.authenticateSpontaneously(as: identity, context: [7])
    _ = try ends.client.validateSpontaneous(good, checking: Prover.server.check)
    var code: Failure.Code?
    do { _ = try ends.request(of: .server) { $0.context = [7] } } catch { code = error.code }
    #expect(code == .contextReused)
  }

  @Test("What is not authentic uses up no context")
  func forgedSpontaneous() throws {
    var ends = try Ends()
    let bytes = try ends.server.authenticateSpontaneously(as: Prover.server.identity)
    var forged = bytes
    forged[forged.count - 1] ^= 1
    #expect(throws: Failure(.notAuthentic, "")) {
      try ends.client.validateSpontaneous(forged, checking: Prover.server.check)
    }
    _ = try ends.client.validateSpontaneous(bytes, checking: Prover.server.check)
  }

  @Test("An answer to a request does not pass for a spontaneous one, nor the other way, nor a refusal")
  func spontaneousOrNot() throws {
    var ends = try Ends()
    let request = try ends.request(of: .server)
    let answer = try ends.answer(request.bytes, by: .server, as: Prover.server.identity).bytes
    #expect(throws: Failure(.notAuthentic, "")) {
      try ends.client.validateSpontaneous(answer, checking: Prover.server.check)
    }
    let spontaneous = try ends.server.authenticateSpontaneously(as: Prover.server.identity)
    #expect(try ends.refusal(of: spontaneous, for: request, of: .server)?.code == .wrongContext)
    let empty = try ends.forgeRefusal(by: .server, request: [], context: [9])
    #expect(throws: Failure(.illegalParameter, "")) {
      try ends.client.validateSpontaneous(empty, checking: Prover.server.check)
    }
  }

  @Test("No certificate, and a rest that looks valid", arguments: Prover.allCases)
  func emptyList(prover: Prover) throws {
    var ends = try Ends()
    let request = try ends.request(of: prover)
    let certificate = try CertificateMessage(context: request.context, entries: []).bytes()
    let key = try SigningKey(ed25519Seed: [UInt8](repeating: 1, count: 32).span)
    let answer = try ends.forge(
      by: prover, request: request.bytes, certificate: certificate, scheme: SignatureScheme.ed25519.rawValue
    ) { try key.sign($0, .ed25519) }
    #expect(try ends.refusal(of: answer, for: request, of: prover)?.code == .illegalParameter)
  }

  @Test("A refusal that spells out its empty Certificate is none", arguments: Prover.allCases)
  func spelledOutRefusal(prover: Prover) throws {
    var ends = try Ends()
    let request = try ends.request(of: prover)
    let certificate = try CertificateMessage(context: request.context, entries: []).bytes()
    let finished = try ends.finished(by: prover, request: request.bytes, certificate: certificate)
    #expect(try ends.refusal(of: certificate + finished, for: request, of: prover)?.code == .malformed)
  }

  @Test("Finished of the wrong length", arguments: [0, 1, 31, 33, 48, 64])
  func finishedLength(count: Int) throws {
    var ends = try Ends()
    for isEmpty in [true, false] {
      let request = try ends.request(of: .client)
      let answer =
        isEmpty
        ? try ends.forgeRefusal(by: .client, request: request.bytes, context: request.context)
        : try ends.answer(request.bytes, by: .client, as: Prover.client.identity).bytes
      let verifyData = Array((answer.suffix(32) + answer.suffix(32)).prefix(count))
      let changed = try Array(answer.dropLast(36)) + FinishedMessage(verifyData: verifyData).bytes()
      #expect(try ends.refusal(of: changed, for: request, of: .client)?.code == .notAuthentic)
    }
  }

  @Test("Every byte counts: one bit wrong is refused, and never as a refusal of the peer's", arguments: Prover.allCases)
  func flippedBits(prover: Prover) throws {
    let identity = try prover.identity
    for isEmpty in [true, false] {
      var maker = try Ends()
      let request = try maker.request(of: prover)
      let (context, bytes) = (request.context, request.bytes)
      let answer = try isEmpty ? maker.answer(bytes, by: prover) : maker.answer(bytes, by: prover, as: identity)
      for i in answer.bytes.indices {
        var changed = answer.bytes
        changed[i] ^= 1 << (i % 8)
        var ends = try Ends()
        let request = try ends.request(of: prover) { $0.context = context }
        let code = try ends.refusal(of: changed, for: request, of: prover)?.code
        #expect(code != nil && code != .refused, "byte \(i)")
      }
    }
  }

  @Test("One bit wrong in a request: it is refused, or its answer is", arguments: Prover.allCases)
  func flippedRequest(prover: Prover) throws {
    let identity = try prover.identity
    let count = try Ends().sampleRequest(of: prover).count
    for i in 0..<count {
      var ends = try Ends()
      let request = try ends.request(of: prover)
      var changed = request.bytes
      changed[i] ^= 1 << (i % 8)
      let answer: AuthenticatorAnswer
      do { answer = try ends.answer(changed, by: prover, as: identity) } catch { continue }
      let code = try ends.refusal(of: answer.bytes, for: request, of: prover)?.code
      #expect(code == .wrongContext || code == .notAuthentic || code == .illegalParameter, "byte \(i)")
    }
  }

  @Test("A request is used on its own connection alone")
  func requestsElsewhere() throws {
    var ends = try Ends()
    var twin = try Ends()
    let first = try ends.request(of: .client)
    let second = try ends.request(of: .client)
    let answer = try ends.answer(first.bytes, by: .client, as: Prover.client.identity).bytes
    // Only that this end asked there; the keys are the same.
    #expect(try twin.refusal(of: answer, for: first, of: .client)?.code == .invalidConfiguration)
    let received = try ends.receive(second.bytes, by: .client)
    var code: Failure.Code?
    do { _ = try twin.client.authenticate(received, as: [Prover.client.identity]) } catch let error as Failure {
      code = error.code
    }
    #expect(code == .invalidConfiguration)
    code = nil
    let third = try twin.receive(try ends.request(of: .client).bytes, by: .client)
    do { _ = try ends.client.refuse(third) } catch { code = error.code }
    #expect(code == .invalidConfiguration)
  }

  @Test("At most so many contexts on one connection")
  func contextLimit() throws {
    var ends = try Ends()
    for _ in 0..<ExportedAuthenticators.contextLimit { _ = try ends.server.request() }
    var code: Failure.Code?
    do { _ = try ends.server.request() } catch { code = error.code }
    #expect(code == .limitExceeded)
    let request = try ends.client.request()
    do { _ = try ends.server.receiveRequest(request.bytes) } catch { code = error.code }
    #expect(code == .limitExceeded)
  }
}

/// Two requests, of which the bytes are wanted.
private struct Requests {
  let bytes: ([UInt8], [UInt8])
  init(_ first: consuming AuthenticatorRequest, _ second: consuming AuthenticatorRequest) {
    bytes = (first.bytes, second.bytes)
  }
}

extension Ends {
  consuming func sampleRequest(of prover: Prover) throws -> [UInt8] { try request(of: prover).bytes }

  /// An empty authenticator over any request.
  fileprivate func forgeRefusal(by prover: Prover, request: [UInt8], context: [UInt8]) throws -> [UInt8] {
    try finished(
      by: prover, request: request, certificate: CertificateMessage(context: context, entries: []).bytes())
  }

  /// An authenticator by one role's keys over any request, with the identity of another.
  fileprivate func forge(
    by keys: Prover, request: [UInt8], for prover: Prover, context: [UInt8]
  ) throws -> [UInt8] {
    let identity = try prover.identity
    let certificate = CertificateMessage(
      context: context, entries: identity.chain.certificates.map { CertificateEntry(data: $0) })
    let scheme = SignatureScheme.ecdsaSecp256r1Sha256
    return try forge(by: keys, request: request, certificate: certificate.bytes(), scheme: scheme.rawValue) {
      try identity.key.sign($0, scheme)
    }
  }
}
