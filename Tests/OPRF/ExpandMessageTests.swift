import PassBindCrypto
import Testing

@testable import PassBindOPRF

@Suite("expand_message_xmd")
struct ExpandMessageTests {
  private func expand(_ message: String, tag: [UInt8], _ count: Int) throws -> [UInt8] {
    let message = Array(message.utf8)
    let expanded = try expandMessage(message.span, tag: tag.span, count: count)
    return expanded.array
  }

  @Test("RFC 9380 appendix K.3", arguments: RFC9380.expansions)
  func vectors(vector: RFC9380.Expansion) throws {
    let expanded = try expand(vector.message, tag: Array(RFC9380.tag.utf8), vector.count)
    #expect(expanded == bytes(vector.uniformBytes))
  }

  @Test("RFC 9380 section 5.3.3: a tag longer than 255 bytes is hashed", arguments: [255, 256, 300, 70_000])
  func longTags(count: Int) throws {
    let tag = [UInt8](repeating: 0x74, count: count)
    let prefixed = Array("H2C-OVERSIZE-DST-".utf8) + tag
    let hashed = try HashFunction.sha512.digest(of: prefixed.span)
    #expect(try expand("abc", tag: tag, 100) == expand("abc", tag: count > 255 ? hashed : tag, 100))
  }

  /// By Python's hashlib, from the RFC's pseudocode.
  @Test("Tags and lengths that the appendix leaves out", arguments: expansions)
  func more(tagCount: Int, count: Int, end: String) throws {
    let expanded = try expand("abc", tag: [UInt8](repeating: 0x74, count: tagCount), count)
    #expect(expanded.count == count)
    #expect(Array(expanded.suffix(16)) == bytes(end))
  }

  static let expansions = [
    (0, 64, "ecdf7f63551b1401291e2f62b0282e0e"),
    (1, 63, "74c8bbb2e102c0b5aca61ca83f3e1457"),
    (1, 65, "7f9f5be0450560cb78b3436ea087a10d"),
    (255, 64, "6986ccabd0bf6e77cd766b7ef3420e2e"),
    (256, 64, "578a27d2b38bc4c42849db1b4b90f703"),
    (1000, 200, "72a09e4fc233c44f0baa045a27667c82"),
    (30, 16320, "69480f36a17c1b1b82d3c9d8a6f4b46e"),
  ]

  @Test("A long message, in which the transcript outgrows its memory several times")
  func longMessage() throws {
    let expanded = try expand(String(repeating: "m", count: 65_535), tag: [0x74], 64)
    #expect(Array(expanded.suffix(16)) == bytes("56353810d0890b307ff6799824079014"))
  }

  @Test("Nothing, and too much", arguments: [-1, 16_321, 65_536])
  func lengths(count: Int) throws {
    #expect(try expand("abc", tag: [0x74], 0).isEmpty)
    #expect(throws: OPRFError(.invalidInput, "")) { try expand("abc", tag: [0x74], count) }
  }
}
