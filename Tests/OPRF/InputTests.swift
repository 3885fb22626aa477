import Foundation
import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPRF

@Suite("Inputs, infos and keys at their limits")
struct InputTests {
  private let refused = OPRFError(.invalidInput, "")
  private let none: [UInt8] = []
  private let generator = RistrettoPoint.generator.encoded

  @Test("65,535 bytes are an input, and none are")
  func lengths() throws {
    let oprf = try OPRFServer()
    let voprf = try VOPRFServer()
    let poprf = try POPRFServer()
    for count in [0, 1, 65_535] {
      let input = [UInt8](repeating: 5, count: count)
      let client = try OPRFClient(input: input.span)
      let evaluated = try oprf.blindEvaluate(client.blindedElement.span)
      let output = try finalize(client, evaluated)
      #expect(try oprf.evaluate(input.span).array == output)

      var verifier = try VOPRFClient(publicKey: voprf.publicKey.span)
      try verifier.blind(input.span)
      let verifiable = try voprf.blindEvaluate(verifier.blindedElements.span)
      let verified = try finalize(verifier, verifiable.evaluatedElements, verifiable.proof)
      #expect(try voprf.evaluate(input.span).array == verified)

      var partial = try POPRFClient(publicKey: poprf.publicKey.span, info: input.span)
      try partial.blind(input.span)
      let answer = try poprf.blindEvaluate(partial.blindedElements.span, info: input.span)
      let partialOutput = try finalize(partial, answer.evaluatedElements, answer.proof)
      #expect(try poprf.evaluate(input.span, info: input.span).array == partialOutput)
    }
  }

  @Test("65,536 bytes are not")
  func tooLong() throws {
    let input = [UInt8](repeating: 5, count: 65_536)
    let oprf = try OPRFServer()
    #expect(throws: refused) { try made(OPRFClient(input: input.span)) }
    #expect(throws: refused) { try oprf.evaluate(input.span).array }
    let voprf = try VOPRFServer()
    var client = try VOPRFClient(publicKey: voprf.publicKey.span)
    #expect(throws: refused) { try client.blind(input.span) }
    #expect(throws: refused) { try voprf.evaluate(input.span).array }
    let poprf = try POPRFServer()
    var partial = try POPRFClient(publicKey: poprf.publicKey.span, info: none.span)
    #expect(throws: refused) { try partial.blind(input.span) }
    #expect(throws: refused) { try poprf.evaluate(input.span, info: none.span).array }
    #expect(throws: refused) { try poprf.evaluate(none.span, info: input.span).array }
    #expect(throws: refused) { try poprf.blindEvaluate(generator.span, info: input.span) }
    #expect(throws: refused) { try made(POPRFClient(publicKey: poprf.publicKey.span, info: input.span)) }
    let seed = [UInt8](repeating: 1, count: 32)
    #expect(throws: refused) { try made(OPRFServer(seed: seed.span, info: input.span)) }
  }

  @Test("A batch of none")
  func emptyBatch() throws {
    let proof = [UInt8](repeating: 1, count: 64)
    #expect(throws: refused) { try finalize(VOPRFClient(publicKey: generator.span), [], proof) }
    #expect(throws: refused) { try finalize(VOPRFClient(publicKey: generator.span), generator, proof) }
    #expect(throws: refused) { try finalize(POPRFClient(publicKey: generator.span, info: none.span), [], proof) }
  }

  @Test("A batch of 65,536 is refused before any work")
  func hugeBatch() throws {
    let elements = [[UInt8]](repeating: generator, count: 65_536).flatMap { $0 }
    let oprf = try OPRFServer()
    let voprf = try VOPRFServer()
    let poprf = try POPRFServer()
    let before = threadTime()
    #expect(throws: OPRFError(.invalidEncoding, "")) { try oprf.blindEvaluate(elements.span) }
    #expect(throws: OPRFError(.invalidEncoding, "")) { try voprf.blindEvaluate(elements.span) }
    #expect(throws: OPRFError(.invalidEncoding, "")) { try poprf.blindEvaluate(elements.span, info: none.span) }
    #expect(threadTime() - before < .seconds(2))
  }

  @Test("In mode OPRF the answer to another blinding gives another value: nothing tells")
  func otherBlinding() throws {
    let server = try OPRFServer()
    let first = try OPRFClient(input: generator.span)
    let second = try OPRFClient(input: generator.span)
    let evaluated = try server.blindEvaluate(first.blindedElement.span)
    let expected = try server.evaluate(generator.span).array
    #expect(first.blindedElement != second.blindedElement)
    #expect(try finalize(first, evaluated) == expected)
    #expect(try finalize(second, evaluated) != expected)
  }

  @Test("Several elements at once in mode OPRF")
  func severalElements() throws {
    let server = try OPRFServer()
    let elements = (1...9).map { RistrettoPoint(generatorTimes: RistrettoScalar(UInt64($0))).encoded }
    let joined = elements.flatMap { $0 }
    let together = try server.blindEvaluate(joined.span)
    var oneByOne: [UInt8] = []
    for element in elements { oneByOne += try server.blindEvaluate(element.span) }
    #expect(together == oneByOne)
  }

  @Test("What hashes to the identity element (RFC 9497 section 3.3.1)")
  func identity() throws {
    // No input with this hash is known, but the map has a preimage: zeros.
    #expect(throws: refused) { try elementOtherThanIdentity(mapping: [UInt8](repeating: 0, count: 64).span) }
    let uniform = [0x01] + [UInt8](repeating: 0, count: 63)
    #expect(try !elementOtherThanIdentity(mapping: uniform.span).isIdentity)
  }

  @Test("DeriveKeyPair passes over zeros, up to 256 of them", arguments: [0, 1, 255, 256])
  func zeros(count: Int) throws {
    var calls: [Int] = []
    // What DeriveKeyPair itself loops with, over hashes that no known seed has.
    func derive() throws(OPRFError) -> RistrettoScalar {
      try firstOtherThanZero { (counter: Int) throws(OPRFError) -> RistrettoScalar in
        calls.append(counter)
        return RistrettoScalar(counter < count ? 0 : 7)
      }
    }
    if count < 256 {
      let key = try derive()
      #expect(key.encoded[0] == 7)
    } else {
      #expect(throws: OPRFError(.noKeyDerived, "")) { try made(derive()) }
    }
    #expect(calls == Array(0...min(count, 255)))
  }

  @Test("An info that cancels out the key (RFC 9497 section 3.3.3)")
  func notInvertible() throws {
    let info = Array("info".utf8)
    let key = try RistrettoScalar(0) - hash(info: info.span)
    let server = try POPRFServer(privateKey: key.encoded.span)
    let unusable = OPRFError(.notInvertible, "")
    #expect(throws: unusable) { try server.blindEvaluate(generator.span, info: info.span) }
    #expect(throws: unusable) { try server.evaluate(generator.span, info: info.span).array }
    #expect(throws: refused) { try made(POPRFClient(publicKey: server.publicKey.span, info: info.span)) }
    // With another info the same key works.
    #expect(try server.blindEvaluate(generator.span, info: none.span).evaluatedElements.count == 32)
  }

  @Test("A blind of zero has no inverse")
  func zeroBlind() throws {
    let isRefused = OPRFError(.invalidEncoding, "")
    #expect(throws: isRefused) {
      try finalize(OPRFClient(input: generator.span, blind: RistrettoScalar(0)), generator)
    }
  }

  @Test("A key is kept and read back; two new ones differ, and so do the modes")
  func keys() throws {
    let server = try VOPRFServer()
    let copy = try VOPRFServer(privateKey: server.privateKey.span)
    let other = try VOPRFServer()
    #expect(copy.publicKey == server.publicKey)
    #expect(other.publicKey != server.publicKey)
    let poprf = try POPRFServer(privateKey: server.privateKey.span)
    let oprf = try OPRFServer(privateKey: server.privateKey.span)
    let outputs = [
      try oprf.evaluate(generator.span).array, try server.evaluate(generator.span).array,
      try poprf.evaluate(generator.span, info: none.span).array,
    ]
    #expect(Set(outputs).count == 3)
  }
}

/// What this thread has worked: no more of it on a busy machine.
private func threadTime() -> Duration {
  var now = timespec()
  _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
  return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
}
