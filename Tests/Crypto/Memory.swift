import Foundation

/// Searches this process's own memory, to see whether a secret is still in it. What is searched for is given masked, so
/// that the search itself holds no copy.
enum Memory {
  static let mask: UInt8 = 0x5a
  static var isReadable: Bool { FileManager.default.isReadableFile(atPath: "/proc/self/mem") }

  static func contains(masked needle: [UInt8]) throws -> Bool {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/mem"))
    defer { try? file.close() }
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    for line in maps.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 2, fields[1].hasPrefix("rw") else { continue }
      let bounds = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      guard bounds.count == 2 else { continue }
      try file.seek(toOffset: bounds[0])
      guard let bytes = try? file.read(upToCount: Int(bounds[1] - bounds[0])) else { continue }
      if holds([UInt8](bytes), needle) { return true }
    }
    return false
  }

  private static func holds(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
    guard bytes.count >= needle.count else { return false }
    var i = 0
    while i <= bytes.count - needle.count {
      var k = 0
      while k < needle.count, bytes[i + k] ^ mask == needle[k] { k += 1 }
      if k == needle.count { return true }
      i += 1
    }
    return false
  }
}
