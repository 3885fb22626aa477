import Foundation
import PassBindCrypto
import Synchronization

/// Searches this process's own memory, to see whether a secret is still in it. What is searched for is given masked, so
/// that the search itself holds no copy. Eight bytes of it are enough, from the 17th on: the first 16 are overwritten
/// by malloc in what is given back, so that the whole would not be found even if nothing were wiped.
enum Memory {
  static let mask: UInt8 = 0x5a
  static var isReadable: Bool { FileManager.default.isReadableFile(atPath: "/proc/self/mem") }

  /// A secret of the masked bytes. Another one is made behind it, in the same registers: what is left in them can get
  /// onto the stack at the next call, when the dynamic linker saves them.
  @inline(never)
  static func unmasked(_ bytes: [UInt8]) -> SecretBytes {
    let others = randomBytes(count: bytes.count)
    let secret = unmask(bytes)
    let other = unmask(others)
    extendLifetime(other)
    return secret
  }

  @inline(never)
  private static func unmask(_ bytes: [UInt8]) -> SecretBytes {
    var secret = SecretBytes(count: bytes.count)
    var span = secret.mutableSpan
    for i in bytes.indices { span[i] = bytes[i] ^ mask }
    return secret
  }

  /// One search at a time: what another has just read into its buffer would be found here, living or dead.
  private static let searches = Mutex(())

  /// Where the secret is, as the kernel names that piece of memory; nil if it is nowhere.
  static func place(ofMasked needle: [UInt8]) throws -> String? {
    try searches.withLock { _ in try search(needle) }
  }

  private static func search(_ needle: [UInt8]) throws -> String? {
    let needle = Array(needle[16..<24])
    let memory = unsafe open("/proc/self/mem", O_RDONLY)
    guard memory >= 0 else { throw CocoaError(.fileReadNoPermission) }
    defer { close(memory) }
    // One buffer, wiped in the end: what was read while the secret lived must not be found when it is dead.
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    defer { wipe(&buffer) }
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    for line in maps.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 2, fields[1].hasPrefix("rw") else { continue }
      let bounds = fields[0].split(separator: "-").compactMap { Int(truncatingIfNeeded: UInt64($0, radix: 16) ?? 0) }
      guard bounds.count == 2 else { continue }
      var start = bounds[0]
      while start < bounds[1] {
        let wanted = min(buffer.count, bounds[1] - start)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe pread(memory, $0.baseAddress, wanted, start) }
        guard count > 0 else { break }  // unmapped meanwhile
        if holds(buffer, count, needle) { return String(line) }
        // The next piece overlaps, for a secret that lies across the edge.
        start += count == buffer.count ? count - needle.count + 1 : count
      }
    }
    return nil
  }

  private static func holds(_ bytes: [UInt8], _ count: Int, _ needle: [UInt8]) -> Bool {
    var i = 0
    while i + needle.count <= count {
      var k = 0
      while k < needle.count, bytes[i + k] ^ mask == needle[k] { k += 1 }
      if k == needle.count { return true }
      i += 1
    }
    return false
  }
}
