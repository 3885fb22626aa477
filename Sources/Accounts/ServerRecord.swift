/// Something that a server keeps for itself in its store, and changes: the state of its keys.
public struct ServerRecord: Hashable, Sendable {
  /// The most bytes that a record may have.
  public static let maximumCount = 65_536

  /// The record, which the store does not look into.
  public let bytes: [UInt8]
  /// How many times the store has written it, from 1.
  public let version: UInt64

  /// A record, for a store that reads or writes it.
  ///
  /// - Throws: ``AccountError`` `invalidSize` outside 1 to ``maximumCount`` bytes, and `corrupt` for version 0.
  public init(_ bytes: [UInt8], version: UInt64) throws(AccountError) {
    guard (1...Self.maximumCount).contains(bytes.count) else {
      throw AccountError(.invalidSize, "a server's record has 1 to \(Self.maximumCount) bytes, not \(bytes.count)")
    }
    guard version > 0 else { throw AccountError(.corrupt, "a server's record has version 0") }
    self.bytes = bytes
    self.version = version
  }
}

/// That a server's record is still the one it was: what a change of an account rests on, such as the server's keys.
public struct ServerRecordCondition: Hashable, Sendable {
  /// The record's name.
  public let name: String
  /// The version it must be at; 0: there must be none.
  public let version: UInt64

  /// A condition.
  public init(_ name: String, isAt version: UInt64) {
    self.name = name
    self.version = version
  }

  /// Checks the condition, for a store, against the version that is stored; nil where there is no record.
  ///
  /// - Throws: ``AccountError`` `conflict`.
  public func check(_ stored: UInt64?) throws(AccountError) {
    guard version == stored ?? 0 else {
      throw AccountError(.conflict, "the server's record \(name) is at version \(stored ?? 0), not \(version)")
    }
  }
}
