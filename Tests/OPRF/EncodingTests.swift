import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPRF

/// What comes from the peer or from storage and is not what it should be: a typed error, at every entrance.
@Suite("Bad encodings")
struct EncodingTests {
  /// One for each way of being wrong (RFC 9496 appendix A.2), the identity element, and wrong lengths.
  static let badElements = [
    ("the identity", [UInt8](repeating: 0, count: 32)),
    ("not canonical", bytes("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")),
    ("p", bytes("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")),
    ("negative", bytes("0100000000000000000000000000000000000000000000000000000000000000")),
    ("no square", bytes("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371")),
    ("negative product", bytes("3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e")),
    ("s = -1", bytes("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")),
    ("empty", []),
    ("31 bytes", [UInt8](RistrettoPoint.generator.encoded.dropLast())),
    ("33 bytes", RistrettoPoint.generator.encoded + [0]),
  ]

  private let refused = OPRFError(.invalidEncoding, "")
  private let good = RistrettoPoint.generator.encoded

  @Test("As a blinded element", arguments: badElements)
  func blinded(name: String, element: [UInt8]) throws {
    let oprf = try OPRFServer()
    let voprf = try VOPRFServer()
    let poprf = try POPRFServer()
    #expect(throws: refused) { try oprf.blindEvaluate(element.span) }
    #expect(throws: refused) { try voprf.blindEvaluate(element.span) }
    #expect(throws: refused) { try poprf.blindEvaluate(element.span, info: element.span) }
    // Behind a good one too.
    let batch = good + (element.isEmpty ? [0] : element)
    #expect(throws: refused) { try oprf.blindEvaluate(batch.span) }
    #expect(throws: refused) { try voprf.blindEvaluate(batch.span) }
    #expect(throws: refused) { try poprf.blindEvaluate(batch.span, info: element.span) }
  }

  @Test("As an evaluated element", arguments: badElements)
  func evaluated(name: String, element: [UInt8]) throws {
    #expect(throws: refused) { try finalize(OPRFClient(input: good.span), element) }
    let proof = [UInt8](repeating: 1, count: 64)
    #expect(throws: refused) { try finalize(voprfClient(), element, proof) }
    #expect(throws: refused) { try finalize(poprfClient(), element, proof) }
  }

  @Test("As a public key", arguments: badElements)
  func publicKey(name: String, element: [UInt8]) {
    #expect(throws: refused) { try made(VOPRFClient(publicKey: element.span)) }
    #expect(throws: refused) { try made(POPRFClient(publicKey: element.span, info: good.span)) }
  }

  static let l = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
  static let badProofs = [
    ("empty", []),
    ("63 bytes", [UInt8](repeating: 1, count: 63)),
    ("65 bytes", [UInt8](repeating: 1, count: 65)),
    ("c is the group order", bytes(l) + [UInt8](repeating: 1, count: 32)),
    ("s is the group order", [UInt8](repeating: 1, count: 32) + bytes(l)),
    ("top bits", [UInt8](repeating: 0xff, count: 64)),
  ]

  @Test("As a proof", arguments: badProofs)
  func proof(name: String, proof: [UInt8]) {
    #expect(throws: refused) { try finalize(voprfClient(), good, proof) }
    #expect(throws: refused) { try finalize(poprfClient(), good, proof) }
  }

  static let badKeys = [
    ("zero", [UInt8](repeating: 0, count: 32)),
    ("the group order", bytes(l)),
    ("top bits", [UInt8](repeating: 0xff, count: 32)),
    ("empty", []),
    ("31 bytes", [UInt8](repeating: 1, count: 31)),
    ("33 bytes", [UInt8](repeating: 1, count: 33)),
  ]

  @Test("As a private key", arguments: badKeys)
  func privateKey(name: String, key: [UInt8]) {
    #expect(throws: refused) { try made(OPRFServer(privateKey: key.span)) }
    #expect(throws: refused) { try made(VOPRFServer(privateKey: key.span)) }
    #expect(throws: refused) { try made(POPRFServer(privateKey: key.span)) }
  }

  @Test("As a seed", arguments: [0, 31, 33, 64])
  func seed(count: Int) {
    let seed = [UInt8](repeating: 1, count: count)
    #expect(throws: refused) { try made(OPRFServer(seed: seed.span, info: good.span)) }
    #expect(throws: refused) { try made(VOPRFServer(seed: seed.span, info: good.span)) }
    #expect(throws: refused) { try made(POPRFServer(seed: seed.span, info: good.span)) }
  }

  private func voprfClient() throws -> VOPRFClient {
    var client = try VOPRFClient(publicKey: good.span)
    try client.blind(good.span)
    return client
  }

  private func poprfClient() throws -> POPRFClient {
    var client = try POPRFClient(publicKey: good.span, info: good.span)
    try client.blind(good.span)
    return client
  }
}
