import PassBindCrypto
import Testing

@Suite("scrypt")
struct ScryptTests {
  /// RFC 7914 section 12.
  static let vectors: [(password: String, salt: String, n: Int, r: Int, p: Int, want: String)] = [
    (
      "", "", 16, 1, 1,
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628"
        + "cf35e20c38d18906"
    ),
    (
      "password", "NaCl", 1024, 8, 16,
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d"
        + "8360cbdfa2cc0640"
    ),
  ]

  @Test("Published vectors", arguments: vectors)
  func published(vector: (password: String, salt: String, n: Int, r: Int, p: Int, want: String)) throws {
    let got = try scrypt(
      password: [UInt8](vector.password.utf8).span, salt: [UInt8](vector.salt.utf8).span, n: vector.n, r: vector.r,
      p: vector.p, count: 64)
    #expect(array(got) == bytes(vector.want))
  }

  static let refused: [(n: Int, r: Int, p: Int, count: Int)] = [
    (0, 8, 1, 32), (1, 8, 1, 32), (-16, 8, 1, 32), (1000, 8, 1, 32), (16, 0, 1, 32), (16, -1, 1, 32), (16, 8, 0, 32),
    (16, 8, 1, 0), (16, 8, 1, 1025), (1 << 30, 8, 1, 32), (Int.max, 8, 1, 32), (16, Int.max, 1, 32),
  ]

  @Test("Parameters outside their limits are refused", arguments: refused)
  func limits(parameters: (n: Int, r: Int, p: Int, count: Int)) {
    let none: [UInt8] = []
    #expect(throws: CryptoError(.invalidParameter, "")) {
      _ = try scrypt(
        password: none.span, salt: none.span, n: parameters.n, r: parameters.r, p: parameters.p,
        count: parameters.count)
    }
  }
}
