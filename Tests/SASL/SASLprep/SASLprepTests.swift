import Foundation
import PassBindCrypto
import PassBindSASL
import Testing

@Suite("SASLprep (RFC 4013)")
struct SASLprepTests {
  @Test(
    "The examples of RFC 4013 section 3, and others by the same rules",
    arguments: [
      ("I\u{AD}X", "IX"),  // section 3, example 1: soft hyphen left out
      ("user", "user"),  // example 2
      ("USER", "USER"),  // example 3: case is kept
      ("\u{AA}", "a"),  // example 4: NFKC
      ("\u{2168}", "IX"),  // example 5: NFKC
      (" ~", " ~"),
      ("a\u{A0}\u{1680}\u{2003}\u{202F}\u{3000}b", "a     b"),  // section 2.1, table C.1.2
      ("a\u{200C}\u{200D}\u{2060}\u{FE00}\u{FEFF}b", "ab"),  // section 2.1, table B.1
      ("a\u{200B}b", "a b"),  // in both of these tables
      ("ramo\u{301}n", "ram\u{F3}n"),
      ("p\u{212B}ssword", "p\u{C5}ssword"),
      ("\u{FDFA}", "صلى الله عليه وسلم"),
      ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"),
      ("\u{AC00}\u{11A8}", "\u{AC01}"),
      ("a\u{340}", "\u{E0}"),  // U+0340 is in table C.8, but not once it is normalized
      ("\u{2F868}", "\u{2136A}"),  // 3.2 and not as corrected later (Corrigendum 4)
      ("a\u{327}\u{301}", "\u{E1}\u{327}"),
      ("a\u{305}\u{301}", "a\u{305}\u{301}"),  // blocked by the same class
      ("\u{B47}\u{300}\u{B3E}", "\u{B47}\u{300}\u{B3E}"),  // blocked (Corrigendum 5)
      ("\u{627}1\u{628}", "\u{627}1\u{628}"),  // RFC 3454 section 6
      ("🔑", "unassigned"),
    ])
  func stored(text: String, expected: String) {
    #expect(scalars(outcome(text, as: .stored)) == scalars(expected))
  }

  @Test(
    "A query may hold what Unicode 3.2 does not assign, and keeps it as it is",
    arguments: [
      "\u{221}", "🔑",
      "a\u{358}\u{327}",  // U+0358 has a combining class since 4.1
      "\u{11099}\u{110BA}",  // a pair that composes since 5.2
      "\u{AC00}\u{11A7}",  // just below the trailing consonants
      "\u{1F130}",  // decomposes since 5.2
      "\u{627}\u{1E900}",  // right to left since 9.0; here neither, so this is refused
    ])
  func unassigned(text: String) {
    #expect(outcome(text, as: .stored) == "unassigned")
    #expect(scalars(outcome(text, as: .query)) == scalars(text.hasPrefix("\u{627}") ? "bidirectional" : text))
  }

  @Test(
    "Each table of RFC 4013 section 2.3 is refused, with its name and place",
    arguments: [
      (0x0, "C.2.1"), (0xA, "C.2.1"), (0x7F, "C.2.1"),
      (0x80, "C.2.2"), (0x6DD, "C.2.2"), (0x180E, "C.2.2"), (0x206A, "C.2.2"), (0xFFFC, "C.2.2"),
      (0x1D173, "C.2.2"),
      (0xE000, "C.3"), (0xF0000, "C.3"), (0x10FFFD, "C.3"),
      (0xFDD0, "C.4"), (0xFFFF, "C.4"), (0x10FFFF, "C.4"),
      (0xFFFD, "C.6"),
      (0x2FF0, "C.7"), (0x2FFB, "C.7"),
      (0x200E, "C.8"), (0x202E, "C.8"),
      (0xE0001, "C.9"), (0xE007F, "C.9"),
    ] as [(UInt32, String)])
  func prohibited(value: UInt32, table: String) throws {
    let text = String(try #require(Unicode.Scalar(value)))
    for usage in [SASLprep.Usage.query, .stored] {
      let error = #expect(throws: SASLprepError.self) { try SASLprep.prepare("né" + text, as: usage) }
      #expect(error?.code == .prohibited)
      #expect(error?.reason.contains("table \(table))") == true)
      #expect(error?.offset == 3)
    }
  }

  @Test(
    "Mixed directions, and right-to-left text with other ends, are refused (RFC 3454 section 6)",
    arguments: [
      "\u{627}1",  // RFC 4013 section 3, example 7
      "1\u{627}", "\u{627}a\u{628}", "a\u{627}", "\u{5D0}.", "\u{627}\u{AA}\u{628}", "\u{FB1D}",
    ])
  func bidirectional(text: String) {
    #expect(outcome(text, as: .query) == "bidirectional")
    #expect(outcome(text, as: .stored) == "bidirectional")
  }

  @Test("Nothing, or nothing left, is refused", arguments: ["", "\u{AD}", "\u{200C}\u{FEFF}"])
  func empty(text: String) {
    #expect(outcome(text, as: .query) == "empty")
  }

  @Test(
    "Bytes that are not UTF-8 are refused (RFC 3629), with the place",
    arguments: [
      [0x80], [0xC3], [0xC0, 0xAF], [0xC1, 0x81], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
      [0xED, 0xBF, 0xBF], [0xE2, 0x82], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x94], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC3, 0x28], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    for after in ["", "z", "é"] {
      let password = SecretBytes(copying: Array("aé".utf8) + bytes + Array(after.utf8))
      let error = #expect(throws: SASLprepError.self) { _ = try SASLprep.prepare(password, as: .query) }
      #expect(error?.code == .invalidUTF8)
      #expect(error?.offset == 3)
    }
  }

  @Test("Two bytes of every kind, and three and four at the edges, are prepared or refused, and never trap")
  func bytes() throws {
    var tried: [[UInt8]] = []
    for a in UInt8.min...UInt8.max {
      for b in UInt8.min...UInt8.max { tried.append([a, b]) }
    }
    let edges: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xFF,
    ]
    for a in edges {
      for b in edges {
        for c in edges {
          tried.append([a, b, c])
          for d in edges { tried.append([a, b, c, d]) }
        }
      }
    }
    for bytes in tried {
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      let secret = SecretBytes(copying: bytes)
      do throws(SASLprepError) {
        _ = try SASLprep.prepare(secret, as: .query)
        #expect(isValid, "\(bytes)")
      } catch {
        #expect((error.code == .invalidUTF8) == !isValid, "\(bytes)")
      }
    }
  }

  @Test("A password is prepared as a name is", arguments: ["pencil", "p\u{212B}ss\u{A0}wörd", "\u{AC00}\u{11A8}🔑"])
  func passwords(text: String) throws {
    let prepared = try SASLprep.prepare(SecretBytes(copying: text.utf8), as: .query)
    let expected = SecretBytes(copying: try SASLprep.prepare(text, as: .query).utf8)
    let isEqual = prepared.isEqual(to: expected)
    #expect(isEqual)
  }

  @Test("Errors do not show the text")
  func discretion() {
    let password = SecretBytes(copying: "hunter2\u{2028}".utf8)
    let error = #expect(throws: SASLprepError.self) { _ = try SASLprep.prepare(password, as: .stored) }
    #expect(
      error?.description == "prohibited: non-ASCII control character (RFC 3454 table C.2.2) at byte 7")
  }

  @Test("Names have at most 1024 bytes, passwords 65536, before and after")
  func lengths() {
    #expect(outcome(String(repeating: "n", count: 1024), as: .stored).utf8.count == 1024)
    #expect(outcome(String(repeating: "n", count: 1025), as: .stored) == "tooLong")
    #expect(outcome(String(repeating: "\u{AD}", count: 513), as: .stored) == "tooLong")
    #expect(outcome(String(repeating: "\u{2168}", count: 341), as: .stored).utf8.count == 682)
    // U+FDFA grows from 3 bytes to 33, the most there is.
    #expect(outcome(String(repeating: "\u{FDFA}", count: 31), as: .stored).utf8.count == 1023)
    #expect(outcome(String(repeating: "\u{FDFA}", count: 32), as: .stored) == "tooLong")
    for (text, count) in [("p", 65536), ("\u{FDFA}", 1985)] {
      let password = SecretBytes(copying: String(repeating: text, count: count).utf8)
      #expect(throws: Never.self) { _ = try SASLprep.prepare(password, as: .stored) }
      let longer = SecretBytes(copying: String(repeating: text, count: count + 1).utf8)
      let error = #expect(throws: SASLprepError.self) { _ = try SASLprep.prepare(longer, as: .stored) }
      #expect(error?.code == .tooLong)
    }
  }

  @Test("The longest runs of combining characters take no more than linear time")
  func longRuns() throws {
    // Classes descending, all out of order: the worst case of an insertion sort.
    for marks in [["\u{345}", "\u{301}", "\u{327}", "\u{334}"], ["\u{301}", "\u{327}"]] {
      let text = "a" + marks.map { String(repeating: $0, count: 65534 / 2 / marks.count) }.joined()
      let password = SecretBytes(copying: text.utf8)
      let before = threadTime()
      _ = try SASLprep.prepare(password, as: .stored)
      #expect(threadTime() - before < .seconds(2))
    }
    let alternating = "a" + String(repeating: "\u{301}\u{327}", count: 16000)
    let prepared = try SASLprep.prepare(SecretBytes(copying: alternating.utf8), as: .stored)
    let expected = "\u{E1}" + String(repeating: "\u{327}", count: 16000) + String(repeating: "\u{301}", count: 15999)
    let isEqual = prepared.isEqual(to: SecretBytes(copying: expected.utf8))
    #expect(isEqual)
  }
}

/// What becomes of a text: the prepared one, or the error's code.
func outcome(_ text: String, as usage: SASLprep.Usage) -> String {
  do throws(SASLprepError) {
    return try SASLprep.prepare(text, as: usage)
  } catch {
    return error.code.description
  }
}

/// Swift compares strings by canonical equivalence; what counts here is scalars.
func scalars(_ text: String) -> String {
  text.unicodeScalars.map { String($0.value, radix: 16, uppercase: true) }.joined(separator: " ")
}

/// What this thread has worked: no more of it on a busy machine.
private func threadTime() -> Duration {
  var now = timespec()
  _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
  return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
}
