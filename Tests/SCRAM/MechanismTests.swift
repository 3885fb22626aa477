import PassBindCrypto
import PassBindSASL
import PassBindSCRAM
import Testing

@Suite("SCRAM mechanism names")
struct MechanismTests {
  @Test("A name leads to its mechanism and back", arguments: HashFunction.allCases, [false, true])
  func roundTrip(hash: HashFunction, isPlus: Bool) {
    let mechanism = SCRAMMechanism(hash, isPlus: isPlus)
    #expect(SCRAMMechanism(mechanism.name) == mechanism)
    #expect(MechanismName(mechanism.description) == mechanism.name)
  }

  @Test(
    "Other names lead nowhere", arguments: ["PLAIN", "SCRAM-SHA-224", "SCRAM-SHA-512-", "SCRAM", "OPAQUE-R255-PLUS"])
  func others(name: String) throws {
    #expect(try SCRAMMechanism(#require(MechanismName(name))) == nil)
  }
}
