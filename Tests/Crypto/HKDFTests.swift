import PassBindCrypto
import Testing

@Suite("HKDF")
struct HKDFTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let section: String
    let hash: HashFunction
    let inputKeyMaterial, salt, info: [UInt8]
    let pseudorandomKey, output: String
    var testDescription: String { "RFC 5869 \(section)" }
  }

  /// RFC 5869 appendix A, all seven.
  static let vectors: [Vector] = [
    Vector(
      section: "A.1", hash: .sha256, inputKeyMaterial: .init(repeating: 0x0b, count: 22), salt: .init(0x00...0x0c),
      info: .init(0xf0...0xf9),
      pseudorandomKey: "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
      output: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
    Vector(
      section: "A.2", hash: .sha256, inputKeyMaterial: .init(0x00...0x4f), salt: .init(0x60...0xaf),
      info: .init(0xb0...0xff),
      pseudorandomKey: "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
      output: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da32"
        + "75600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"),
    Vector(
      section: "A.3", hash: .sha256, inputKeyMaterial: .init(repeating: 0x0b, count: 22), salt: [], info: [],
      pseudorandomKey: "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
      output: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
    Vector(
      section: "A.4", hash: .sha1, inputKeyMaterial: .init(repeating: 0x0b, count: 11), salt: .init(0x00...0x0c),
      info: .init(0xf0...0xf9), pseudorandomKey: "9b6c18c432a7bf8f0e71c8eb88f4b30baa2ba243",
      output: "085a01ea1b10f36933068b56efa5ad81a4f14b822f5b091568a9cdd4f155fda2c22e422478d305f3f896"),
    Vector(
      section: "A.5", hash: .sha1, inputKeyMaterial: .init(0x00...0x4f), salt: .init(0x60...0xaf),
      info: .init(0xb0...0xff), pseudorandomKey: "8adae09a2a307059478d309b26c4115a224cfaf6",
      output: "0bd770a74d1160f7c9f12cd5912a06ebff6adcae899d92191fe4305673ba2ffe8fa3f1a4e5ad79f3f334b3b202b2173c486e"
        + "a37ce3d397ed034c7f9dfeb15c5e927336d0441f4c4300e2cff0d0900b52d3b4"),
    Vector(
      section: "A.6", hash: .sha1, inputKeyMaterial: .init(repeating: 0x0b, count: 22), salt: [], info: [],
      pseudorandomKey: "da8c8a73c7fa77288ec6f5e7c297786aa0d32d01",
      output: "0ac1af7002b3d761d1e55298da9d0506b9ae52057220a306e07b6b87e8df21d0ea00033de03984d34918"),
    // A.7 gives no salt at all, which is the same as an empty one.
    Vector(
      section: "A.7", hash: .sha1, inputKeyMaterial: .init(repeating: 0x0c, count: 22), salt: [], info: [],
      pseudorandomKey: "2adccada18779e7c2077ad2eb19d3f3e731385dd",
      output: "2c91117204d745f3500d636a62f64f0ab3bae548aa53d423b0d1f27ebba6f5e5673a081d70cce7acfc48"),
  ]

  @Test("Published vectors", arguments: vectors)
  func published(vector: Vector) throws {
    let key = try vector.hash.extract(salt: vector.salt.span, inputKeyMaterial: vector.inputKeyMaterial.span)
    #expect(array(key) == bytes(vector.pseudorandomKey))
    let want = bytes(vector.output)
    let got = try vector.hash.expand(key.span, info: vector.info.span, count: want.count)
    #expect(array(got) == want)
  }

  /// SHA-256 of what OpenSSL's HKDF gives with SHA-512, through PyPI's `cryptography`: byte i of the salt, the key and
  /// the info is 7 * i + 1, + 2 and + 3. The counts lie around every edge.
  static let openSSL: [(salt: Int, key: Int, info: Int, count: Int, digest: String)] = [
    (0, 0, 0, 1, "9d277175737fb50041e75f641acf94d10df9b9721db8fffe874ab57f8ffb062e"),
    (0, 32, 0, 32, "27ac2411b18707ca82fb46ffafb8139562865dd3f916ee87f6286f9119c8e56f"),
    (0, 96, 20, 64, "b496f982e3c7127c666a31d33d3e9a82bee4873af9eee510d4b0cd5dff360774"),
    (0, 64, 12, 63, "9c2df8848e7526777c3d7711a833ba8bcde9091519f64a4ee03dc1954576fc79"),
    (16, 64, 40, 65, "0ac0c486c22c1e7df68cd7ea86e9fc0991d6b2c05a049462eac6b5801106e895"),
    (64, 64, 32, 128, "12e8630615f1018e38a90db370b32ce68cf16878e3947071b3ba92fb5deebf6b"),
    (128, 64, 100, 129, "fd61239beca67da37fc7759003275ec94f802ec183ce9f46604f50720e36c2c5"),
    (129, 200, 500, 191, "edf87cf2319f780f2f922657885fda56a8a544194a92cf4ea93f995c1231e097"),
    (1, 1, 1, 192, "36f153adba8bb8e04f6932ef348445445d03735875d21d8a802277944cf59d77"),
    (32, 32, 3000, 193, "4c1ffb764ed6379b357fbd524db32777b12e3e5dd2a6f086eca8b2593a923fb3"),
    (200, 1000, 0, 16319, "3e563ee9cedb5082e34571c0190a0e5cdbf340080eb19bea39037ebcc5880bf7"),
    (0, 64, 7, 16320, "0fe1297617dcfeeaef00cb666f33e81d8666891914faba01fa1845e9eb7bf012"),
  ]

  @Test("With SHA-512 it agrees with OpenSSL's", arguments: openSSL)
  func differential(vector: (salt: Int, key: Int, info: Int, count: Int, digest: String)) throws {
    func pattern(_ count: Int, _ tag: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + tag) } }
    let (salt, input, info) = (pattern(vector.salt, 1), pattern(vector.key, 2), pattern(vector.info, 3))
    let key = try HashFunction.sha512.extract(salt: salt.span, inputKeyMaterial: input.span)
    let got = try HashFunction.sha512.expand(key.span, info: info.span, count: vector.count)
    #expect(got.count == vector.count)
    #expect(try HashFunction.sha256.digest(of: got.span) == bytes(vector.digest))
  }

  @Test("255 blocks at most, one byte at least", arguments: HashFunction.allCases, [Int.min, -1, 0, 1, 2])
  func limits(hash: HashFunction, count: Int) throws {
    let key = [UInt8](repeating: 1, count: hash.digestCount)
    let none: [UInt8] = []
    let most = 255 * hash.digestCount
    let longest = try hash.expand(key.span, info: none.span, count: most)
    #expect(longest.count == most)
    for count in [count < 1 ? count : most + count, Int.max] {
      #expect(throws: CryptoError(.invalidParameter, "")) {
        _ = try hash.expand(key.span, info: none.span, count: count)
      }
    }
  }
}
