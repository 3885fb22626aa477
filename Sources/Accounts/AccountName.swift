public import PassBindSASL

/// A user's name, prepared by SASLprep (RFC 4013), so that names which look equal are equal byte for byte: 1 to 1,024
/// bytes of UTF-8. Names are ordered by their bytes, as SQL's binary collation has it.
public struct AccountName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name, prepared.
  public let description: String

  /// Prepares a name.
  ///
  /// - Parameters:
  ///   - name: the name, as it was typed or received.
  ///   - usage: `query` to look an account up by it: what a client sends. `stored` to make an account with it: its
  ///     characters must be assigned in Unicode 3.2, so that it stays the same name for ever.
  /// - Throws: ``AccountError`` `invalidName`.
  public init(_ name: String, for usage: SASLprep.Usage = .stored) throws(AccountError) {
    do throws(SASLprepError) {
      description = try SASLprep.prepare(name, as: usage)
    } catch {
      throw AccountError(.invalidName, error.reason)
    }
  }

  // Swift's strings are equal where Unicode's newest version says so, which is not for ever.

  /// Equal bytes make equal names.
  public static func == (a: AccountName, b: AccountName) -> Bool {
    a.description.utf8.elementsEqual(b.description.utf8)
  }

  /// Feeds the bytes to a hasher.
  public func hash(into hasher: inout Hasher) {
    for byte in description.utf8 { hasher.combine(byte) }
  }

  /// Orders by bytes.
  public static func < (a: AccountName, b: AccountName) -> Bool {
    a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
  }
}
