/// `saslname` of RFC 5801 section 4: UTF-8 in which `=` travels as `=3D` and `,` as `=2C`. It holds a user name or an
/// authorization identity inside a GS2 header or a SCRAM message.
package enum SASLName {
  /// The most bytes a name may have on the wire. The RFCs set no limit; every receiver needs one.
  package static let maximumCount = 1024

  /// The name with `=` and `,` escaped, as UTF-8.
  ///
  /// - Throws: ``SASLError`` `invalidName` for an empty name or one with NUL, `tooLong` past ``maximumCount``.
  package static func escape(_ name: String) throws(SASLError) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(name.utf8.count)
    for byte in name.utf8 {
      switch byte {
      case 0: throw SASLError(.invalidName, "a name must not contain NUL")
      case UInt8(ascii: "="): out += Array("=3D".utf8)
      case UInt8(ascii: ","): out += Array("=2C".utf8)
      default: out.append(byte)
      }
    }
    guard !out.isEmpty else { throw SASLError(.invalidName, "a name must not be empty") }
    guard out.count <= maximumCount else { throw SASLError(.tooLong, "a name may have \(maximumCount) bytes") }
    return out
  }

  /// The name that `bytes` stand for, unescaped in one pass.
  ///
  /// - Throws: ``SASLError`` `invalidName` for an empty name, NUL, a raw comma, any escape other than `=2C` and `=3D`
  ///   (upper case), or bytes that are not UTF-8; `tooLong` past ``maximumCount``.
  package static func unescape(_ bytes: some Collection<UInt8>) throws(SASLError) -> String {
    try unescape(Array(bytes))
  }

  private static func unescape(_ bytes: [UInt8]) throws(SASLError) -> String {
    guard bytes.count <= maximumCount else { throw SASLError(.tooLong, "a name may have \(maximumCount) bytes") }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      switch bytes[position] {
      case 0, UInt8(ascii: ","): throw SASLError(.invalidName, "a name must not contain NUL or a bare comma")
      case UInt8(ascii: "="):
        switch bytes[(position + 1)...].prefix(2) {
        case [UInt8(ascii: "2"), UInt8(ascii: "C")]: out.append(UInt8(ascii: ","))
        case [UInt8(ascii: "3"), UInt8(ascii: "D")]: out.append(UInt8(ascii: "="))
        default: throw SASLError(.invalidName, "in a name, = must be followed by 2C or 3D")
        }
        position += 3
      case let byte:
        out.append(byte)
        position += 1
      }
    }
    guard !out.isEmpty else { throw SASLError(.invalidName, "a name must not be empty") }
    guard let name = String(validating: out, as: UTF8.self) else {
      throw SASLError(.invalidName, "a name must be UTF-8")
    }
    return name
  }
}
