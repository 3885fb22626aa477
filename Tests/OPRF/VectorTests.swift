import PassBindCrypto
import PassBindRistretto
import Testing

@testable import PassBindOPRF

@Suite("RFC 9497 appendix A.1: every value, byte for byte")
struct VectorTests {
  @Test("DeriveKeyPair", arguments: OPRFMode.allCases)
  func deriveKeyPair(mode: OPRFMode) throws {
    let keys = [RFC9497.oprfKeys, RFC9497.voprfKeys, RFC9497.poprfKeys][Int(mode.rawValue)]
    let key = try deriveKey(seed: bytes(RFC9497.seed).span, info: bytes(RFC9497.keyInfo).span, mode: mode)
    #expect(key.encoded == bytes(keys.privateKey))
  }

  @Test("Mode OPRF, client", arguments: RFC9497.oprf)
  func oprfClient(vector: RFC9497.Vector) throws {
    let client = try OPRFClient(input: bytes(vector.inputs[0]).span, blind: RistrettoScalar(vector.blinds[0]))
    #expect(client.blindedElement == bytes(vector.blindedElements[0]))
    let output = try client.finalize(evaluatedElement: bytes(vector.evaluationElements[0]).span)
    #expect(output.array == bytes(vector.outputs[0]))
  }
}
