import PassBindOPAQUE
import Testing

@Suite struct OPAQUEErrorTests {
  @Test func anErrorSaysItsCodeAndItsReason() {
    #expect(OPAQUEError(.wrongLength, "KE1 has 95 bytes").description == "wrongLength: KE1 has 95 bytes")
    #expect(OPAQUEError(.wrongLength, "one") == OPAQUEError(.wrongLength, "two"))
  }
}
