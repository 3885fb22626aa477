import PassBindOPRF
import Testing

@Suite struct OPRFErrorTests {
  @Test func anErrorSaysItsCodeAndItsReason() {
    #expect(OPRFError.Code.invalidProof.description == "invalidProof")
  }
}
