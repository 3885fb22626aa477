import PassBindCrypto
import Testing

@Suite("Digests and HMAC")
struct DigestTests {
  @Test("A digest has the length it says", arguments: HashFunction.allCases)
  func length(hash: HashFunction) throws {
    #expect(try hash.digest(of: [UInt8]("abc".utf8).span).count == hash.digestCount)
  }
}
