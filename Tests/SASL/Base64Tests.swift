import PassBindSASL
import Testing

@Suite("Base64")
struct Base64Tests {
  /// RFC 4648 section 10.
  static let vectors = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ]

  @Test("Published vectors, both ways", arguments: vectors)
  func published(plain: String, encoded: String) throws {
    #expect(Base64.string(plain.utf8) == encoded)
    #expect(try Base64.decode(encoded.utf8) == Array(plain.utf8))
  }

  @Test("All lengths and bytes survive", arguments: 0..<70)
  func roundTrip(count: Int) throws {
    let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max) }
    #expect(try Base64.decode(Base64.encode(bytes)) == bytes)
  }

  static let malformed = [
    "Zg", "Zg=", "Zg===", "Z===", "====", "=Zg=", "Z=g=", "Zg==Zg==", "Zg==Zm9v", "Zm9=Zm9v",  // padding
    "Zm9v\n", " Zm9", "Zm 9", "Zm\r\n", "Zm9\0",  // white space and NUL
    "Zm_v", "Zm-v",  // the URL alphabet
    "Zh==", "Zm9=", "Zv==", "//9=",  // bits behind the last byte
    "Zm9ä", "Zm9v=",
  ]

  @Test("Anything but the one strict encoding is refused", arguments: malformed)
  func strict(text: String) {
    #expect(throws: SASLError(.invalidBase64, "")) { try Base64.decode(text.utf8) }
  }

  @Test("Every byte is in the alphabet or refused", arguments: UInt8.min ... .max)
  func alphabet(byte: UInt8) {
    let isIn = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.contains(byte)
    #expect(((try? Base64.decode([byte, byte, byte, byte])) != nil) == isIn)
  }

  @Test("Every text that decodes is the encoding of what it decodes to")
  func unique() {
    let alphabet = Array("AZaz09+/=Qg".utf8)
    for _ in 0..<20_000 {
      let text = (0..<(4 * Int.random(in: 0...2))).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }
      if let bytes = try? Base64.decode(text) { #expect(Base64.encode(bytes) == text) }
    }
  }
}
