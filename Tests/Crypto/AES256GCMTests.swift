import PassBindCrypto
import Testing

@Suite("AES-256-GCM")
struct AES256GCMTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let testCase: Int
    let key, nonce, plaintext, associatedData, sealed: [UInt8]
    var testDescription: String { "test case \(testCase)" }

    init(_ testCase: Int, _ key: String, _ nonce: String, _ text: String, _ associatedData: String, _ sealed: String) {
      self.testCase = testCase
      (self.key, self.nonce, self.plaintext) = (bytes(key), bytes(nonce), bytes(text))
      (self.associatedData, self.sealed) = (bytes(associatedData), bytes(sealed))
    }
  }

  private static let zeros = String(repeating: "0", count: 64)
  private static let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
  private static let text =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
    + "b16aedf5aa0de657ba637b39"
  private static let ciphertext =
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
    + "c5f61e6393ba7a0abcc9f662"

  /// Test cases 13 to 16 of "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega, appendix B: those with a
  /// key of 256 bits and a nonce of 96.
  static let vectors: [Vector] = [
    Vector(13, zeros, String(zeros.prefix(24)), "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    Vector(
      14, zeros, String(zeros.prefix(24)), String(zeros.prefix(32)), "",
      "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
    Vector(
      15, key, "cafebabefacedbaddecaf888", text + "1aafd255", "",
      ciphertext + "898015adb094dac5d93471bdec1a502270e3cc6c"),
    Vector(
      16, key, "cafebabefacedbaddecaf888", text, "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      ciphertext + "76fc6ece0f4e1768cddf8853bb2d551b"),
  ]

  @Test("Published vectors, both ways", arguments: vectors)
  func published(vector: Vector) throws {
    let sealed = try AES256GCM.seal(
      vector.plaintext.span, key: vector.key.span, nonce: vector.nonce.span,
      associatedData: vector.associatedData.span)
    #expect(sealed == vector.sealed)
    let opened = try AES256GCM.open(
      vector.sealed.span, key: vector.key.span, nonce: vector.nonce.span, associatedData: vector.associatedData.span)
    #expect(array(opened) == vector.plaintext)
  }

  private func isRefused(_ sealed: [UInt8], _ key: [UInt8], _ nonce: [UInt8], _ associatedData: [UInt8]) -> Bool {
    do throws(CryptoError) {
      _ = try AES256GCM.open(sealed.span, key: key.span, nonce: nonce.span, associatedData: associatedData.span)
      return false
    } catch {
      return error.code == .notAuthentic
    }
  }

  @Test("A change of any bit of anything is noticed", arguments: vectors)
  func changed(vector v: Vector) {
    func flipped(_ bytes: [UInt8]) -> [[UInt8]] {
      (0..<8 * bytes.count).map { bit in
        var bytes = bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return bytes
      }
    }
    for sealed in flipped(v.sealed) { #expect(isRefused(sealed, v.key, v.nonce, v.associatedData)) }
    for key in flipped(v.key) { #expect(isRefused(v.sealed, key, v.nonce, v.associatedData)) }
    for nonce in flipped(v.nonce) { #expect(isRefused(v.sealed, v.key, nonce, v.associatedData)) }
    for associated in flipped(v.associatedData) { #expect(isRefused(v.sealed, v.key, v.nonce, associated)) }
    #expect(isRefused(v.sealed, v.key, v.nonce, v.associatedData + [0]))
  }

  @Test("So is a missing or an additional byte", arguments: vectors)
  func cut(vector v: Vector) {
    for count in 0..<v.sealed.count {
      #expect(isRefused(Array(v.sealed.prefix(count)), v.key, v.nonce, v.associatedData))
    }
    #expect(isRefused(v.sealed + [0], v.key, v.nonce, v.associatedData))
  }

  @Test(
    "Keys and nonces have one length",
    arguments: [(0, 12), (16, 12), (31, 12), (33, 12), (32, 0), (32, 11), (32, 13), (32, 16)])
  func lengths(key: Int, nonce: Int) {
    let (key, nonce) = ([UInt8](repeating: 0, count: key), [UInt8](repeating: 0, count: nonce))
    let (none, sealed) = ([UInt8](), [UInt8](repeating: 0, count: 32))
    #expect(throws: CryptoError(.invalidParameter, "")) {
      _ = try AES256GCM.seal(none.span, key: key.span, nonce: nonce.span, associatedData: none.span)
    }
    #expect(throws: CryptoError(.invalidParameter, "")) {
      _ = try AES256GCM.open(sealed.span, key: key.span, nonce: nonce.span, associatedData: none.span)
    }
  }
}
