internal import PassBindSASL

/// A user's name, prepared by SASLprep (RFC 4013), so that names which look equal are equal byte for byte: 1 to 1,024
/// bytes of UTF-8. Names are ordered by their bytes, as SQL's binary collation has it.
public struct AccountName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// What a name is for (RFC 3454 section 7).
  public enum Usage: Sendable {
    /// To look an account up by: what a client sends.
    case query
    /// To make an account with: its characters must be assigned in Unicode 3.2, so that it stays the same name for
    /// ever.
    case stored
  }

  /// The name, prepared.
  public let description: String

  /// Prepares a name.
  ///
  /// - Throws: ``AccountError`` `invalidName`.
  public init(_ name: String, for usage: Usage = .stored) throws(AccountError) {
    do throws(SASLprepError) {
      description = try SASLprep.prepare(name, as: usage == .stored ? .stored : .query)
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
