internal import PassBindSASL

/// What an account's note is called: 1 to 64 of the letters A to Z and a to z, digits, full stop, underscore and
/// hyphen. Names are ordered by their bytes.
public struct NoteName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name.
  public let description: String

  /// A name; nil where the text is none.
  public init?(_ text: some StringProtocol) {
    guard SealedNotes.isName(text.utf8) else { return nil }
    description = String(text)
  }

  /// Orders by bytes.
  public static func < (a: NoteName, b: NoteName) -> Bool {
    a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
  }
}
