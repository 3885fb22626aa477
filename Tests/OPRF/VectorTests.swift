import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPRF

@Suite("RFC 9497 appendix A.1: every value, byte for byte")
struct VectorTests {
  private let seed = bytes(RFC9497.seed)
  private let keyInfo = bytes(RFC9497.keyInfo)

  @Test("Mode OPRF", arguments: RFC9497.oprf)
  func oprf(vector: RFC9497.Vector) throws {
    let server = try OPRFServer(seed: seed.span, info: keyInfo.span)
    #expect(server.privateKey.array == bytes(RFC9497.oprfKeys.privateKey))
    #expect(try server.blindEvaluate(vector.blinded.span) == vector.evaluated)
    #expect(try server.evaluate(bytes(vector.inputs[0]).span).array == vector.output)

    let client = try OPRFClient(input: bytes(vector.inputs[0]).span, blind: RistrettoScalar(vector.blinds[0]))
    #expect(client.blindedElement == vector.blinded)
    let output = try client.finalize(evaluatedElement: vector.evaluated.span)
    #expect(output.array == vector.output)
  }

  @Test("Mode VOPRF", arguments: RFC9497.voprf)
  func voprf(vector: RFC9497.Vector) throws {
    let server = try VOPRFServer(seed: seed.span, info: keyInfo.span)
    #expect(server.privateKey.array == bytes(RFC9497.voprfKeys.privateKey))
    #expect(server.publicKey == RFC9497.voprfKeys.publicKey.map(bytes))
    let proof = try #require(vector.proof)
    let answer = try server.blindEvaluate(vector.blinded.span, nonce: RistrettoScalar(proof.nonce))
    #expect(answer.evaluatedElements == vector.evaluated)
    #expect(answer.proof == bytes(proof.proof))
    for (input, output) in zip(vector.inputs, vector.outputs) {
      #expect(try server.evaluate(bytes(input).span).array == bytes(output))
    }

    var client = try VOPRFClient(publicKey: server.publicKey.span)
    for (input, blind) in zip(vector.inputs, vector.blinds) {
      try client.blind(bytes(input).span, with: RistrettoScalar(blind))
    }
    #expect(client.blindedElements == vector.blinded)
    let output = try client.finalize(evaluatedElements: vector.evaluated.span, proof: bytes(proof.proof).span)
    #expect(output.array == vector.output)
  }

  @Test("Mode POPRF", arguments: RFC9497.poprf)
  func poprf(vector: RFC9497.Vector) throws {
    let server = try POPRFServer(seed: seed.span, info: keyInfo.span)
    #expect(server.privateKey.array == bytes(RFC9497.poprfKeys.privateKey))
    #expect(server.publicKey == RFC9497.poprfKeys.publicKey.map(bytes))
    let proof = try #require(vector.proof)
    let info = try bytes(#require(vector.info))
    let answer = try server.blindEvaluate(vector.blinded.span, info: info.span, nonce: RistrettoScalar(proof.nonce))
    #expect(answer.evaluatedElements == vector.evaluated)
    #expect(answer.proof == bytes(proof.proof))
    for (input, output) in zip(vector.inputs, vector.outputs) {
      #expect(try server.evaluate(bytes(input).span, info: info.span).array == bytes(output))
    }

    var client = try POPRFClient(publicKey: server.publicKey.span, info: info.span)
    for (input, blind) in zip(vector.inputs, vector.blinds) {
      try client.blind(bytes(input).span, with: RistrettoScalar(blind))
    }
    #expect(client.blindedElements == vector.blinded)
    let output = try client.finalize(evaluatedElements: vector.evaluated.span, proof: bytes(proof.proof).span)
    #expect(output.array == vector.output)
  }
}

extension RFC9497.Vector {
  var blinded: [UInt8] { bytes(blindedElements.joined()) }
  var evaluated: [UInt8] { bytes(evaluationElements.joined()) }
  var output: [UInt8] { bytes(outputs.joined()) }
}
