import PassBindCrypto
import Testing

@Suite("Digests and HMAC")
struct DigestTests {
  /// The one-block examples "abc" of FIPS 180-4 and FIPS 202.
  static let abc: [(HashFunction, String)] = [
    (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      .sha384,
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
    ),
    (
      .sha512,
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        + "454d4423643ce80e2a9ac94fa54ca49f"
    ),
    (
      .sha3_512,
      "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e39340"
        + "57340b4cf408d5a56592f8274eec53f0"
    ),
  ]

  @Test("The digest of abc is the published one", arguments: abc)
  func digest(hash: HashFunction, want: String) throws {
    #expect(try hash.digest(of: [UInt8]("abc".utf8).span) == bytes(want))
    #expect(hash.digestCount == bytes(want).count)
  }

  @Test("The digest of nothing is a digest", arguments: HashFunction.allCases)
  func empty(hash: HashFunction) throws {
    let none: [UInt8] = []
    #expect(try hash.digest(of: none.span).count == hash.digestCount)
  }

  /// RFC 2202 section 3 case 2 (SHA-1), RFC 4231 section 4.3 (SHA-2): key "Jefe".
  static let jefe: [(HashFunction, String)] = [
    (.sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    (.sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (
      .sha384,
      "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"
    ),
    (
      .sha512,
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
        + "caeab1a34d4a6b4b636e070a38bce737"
    ),
  ]

  @Test("HMAC gives the published value", arguments: jefe)
  func hmac(hash: HashFunction, want: String) throws {
    let mac = try hash.hmac(
      key: [UInt8]("Jefe".utf8).span, [UInt8]("what do ya want for nothing?".utf8).span)
    #expect(array(mac) == bytes(want))
  }

  /// RFC 4231 section 4.7: a key longer than a block.
  @Test("HMAC hashes a long key first")
  func longKey() throws {
    let key = [UInt8](repeating: 0xaa, count: 131)
    let message = [UInt8]("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
    let want = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    let mac = try HashFunction.sha256.hmac(key: key.span, message.span)
    #expect(array(mac) == bytes(want))
  }

  @Test("An empty key is a key of zeros, never the key of the call before", arguments: HashFunction.allCases)
  func emptyKey(hash: HashFunction) throws {
    let none: [UInt8] = []
    let message: [UInt8] = [1, 2, 3]
    _ = try hash.hmac(key: [UInt8]("secret".utf8).span, message.span)
    let mac = try hash.hmac(key: none.span, message.span)
    let zero: [UInt8] = [0]
    let want = try hash.hmac(key: zero.span, message.span)
    #expect(array(mac) == array(want))
  }

  /// The first iteration of PBKDF2 is one HMAC over the salt and a counter (RFC 8018 section 5.2).
  @Test("HMAC agrees with the one inside PKCS5_PBKDF2_HMAC at every length", arguments: HashFunction.allCases)
  func agreesWithPBKDF2(hash: HashFunction) throws {
    for count in 0...300 {
      let key = randomBytes(count: count)
      let salt = randomBytes(count: Int.random(in: 0...300))
      let want = try pbkdf2(password: key.span, salt: salt.span, iterations: 1, hash: hash, path: .reference)
      let message = salt + [0, 0, 0, 1]
      let mac = try hash.hmac(key: key.span, message.span)
      let isEqual = mac.isEqual(to: want)
      #expect(isEqual, "\(hash) key \(key) message \(message)")
    }
  }
}
