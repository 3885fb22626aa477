/// What an account's note is called: 1 to 64 of the letters A to Z and a to z, digits, full stop, underscore and hyphen.
/// Names are ordered by their bytes.
public struct NoteName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name.
  public let description: String

  /// A name; nil where the text is none.
  public init?(_ text: some StringProtocol) {
    guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.allows) else { return nil }
    description = String(text)
  }

  private static func allows(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Orders by bytes.
  public static func < (a: NoteName, b: NoteName) -> Bool {
    a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
  }
}
