import PassBindLineProfile
import Testing

@Suite("Lines")
struct LineBufferTests {
  @Test("Lines come out whole, wherever the stream was cut", arguments: 1...12)
  func anyCut(size: Int) throws {
    let stream = Array("one\r\n\r\nthree and more\r\nrest".utf8)
    var buffer = LineBuffer()
    var out: [String] = []
    for start in stride(from: 0, to: stream.count, by: size) {
      buffer.append(stream[start..<min(start + size, stream.count)])
      while let line = try buffer.next() { out.append(text(line)) }
    }
    #expect(out == ["one", "", "three and more"])
    #expect(buffer.count == 4 && !buffer.isEmpty)
  }

  @Test("A bare CR, a bare LF and NUL are refused", arguments: ["a\nb\r\n", "a\rb\r\n", "a\r\r\n", "a\0b\r\n", "\n"])
  func strict(input: String) {
    var buffer = LineBuffer()
    buffer.append(Array(input.utf8))
    #expect(throws: ProfileError(.malformed, "")) { try buffer.next() }
  }

  @Test("A line has at most 8 KiB, CRLF included", arguments: [8190, 8191])
  func limit(count: Int) throws {
    var buffer = LineBuffer()
    buffer.append(repeatElement(UInt8(ascii: "x"), count: count) + Array("\r\n".utf8))
    if count == 8190 {
      #expect(try buffer.next()?.count == count)
    } else {
      #expect(throws: ProfileError(.tooLong, "")) { try buffer.next() }
    }
  }

  @Test("A line that never ends is refused when it is too long, not later")
  func endless() {
    var buffer = LineBuffer()
    buffer.append(repeatElement(UInt8(ascii: "x"), count: 8193))
    #expect(throws: ProfileError(.tooLong, "")) { try buffer.next() }
  }
}
