/// The part of a network address that its holder can't change at will: all of an IPv4 address, the first 64 bits of an
/// IPv6 address (RFC 4291 section 2.5.4). Failures are counted by it.
package struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
  /// `192.0.2.7`, `2001:db8:0:1::/64`, or whatever else the caller calls an address, such as a socket's path.
  package let description: String

  package init(_ address: String) {
    let host = address.prefix { $0 != "%" }  // a zone says which of this machine's interfaces it was (RFC 4007)
    guard let groups = Self.groups(ofIPv6: host) else {
      description = String(address.utf8.prefix(256)) ?? "other"
      return
    }
    if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xffff {  // IPv4-mapped (RFC 4291 section 2.5.5.2)
      description = groups[6...].map { "\($0 >> 8).\($0 & 0xff)" }.joined(separator: ".")
    } else {
      description = groups[..<4].map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }
  }

  /// The eight groups of an IPv6 address in any of the forms of RFC 4291 section 2.2; nil if it is none.
  private static func groups(ofIPv6 text: Substring) -> [UInt16]? {
    guard text.utf8.count <= 45, text.utf8.contains(UInt8(ascii: ":")) else { return nil }
    var halves: [[UInt16]] = []
    var rest = text
    if let gap = rest.firstRange(of: "::") {
      guard let left = list(rest[..<gap.lowerBound]) else { return nil }
      halves.append(left)
      rest = rest[gap.upperBound...]
    }
    guard let right = list(rest) else { return nil }
    halves.append(right)
    let missing = 8 - halves.joined().count
    guard halves.count == 2 ? missing >= 1 : missing == 0 else { return nil }
    return halves.count == 2 ? halves[0] + Array(repeating: 0, count: missing) + halves[1] : halves[0]
  }

  private static func list(_ text: Substring) -> [UInt16]? {
    if text.isEmpty { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var groups: [UInt16] = []
    for (i, part) in parts.enumerated() {
      if i == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
        let bytes = part.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard bytes.count == 4, let a = bytes[0], let b = bytes[1], let c = bytes[2], let d = bytes[3] else {
          return nil
        }
        groups += [UInt16(a) << 8 | UInt16(b), UInt16(c) << 8 | UInt16(d)]
      } else {
        guard (1...4).contains(part.utf8.count), part.first?.isHexDigit == true, let group = UInt16(part, radix: 16)
        else {
          return nil
        }
        groups.append(group)
      }
    }
    return groups
  }
}
