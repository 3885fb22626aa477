internal import PassBindSASL

/// The notes that a store keeps with an account: bytes that its owner has sealed, and nobody else can read.
public struct AccountNotes: Hashable, Sendable {
  /// The most notes that an account may have.
  public static let maximumCount = SealedNotes.maximumCount
  /// The most bytes that a note may have; the fewest are 1.
  public static let maximumNoteCount = SealedNotes.maximumSize

  /// The account's version when the notes were read. Every change of a note is one of the account.
  public let version: UInt64
  /// The notes, sealed.
  public let notes: [NoteName: [UInt8]]

  /// An account's notes, for a store that has just read them.
  public init(version: UInt64, notes: [NoteName: [UInt8]]) {
    self.version = version
    self.notes = notes
  }

  /// The notes after a change, for a store that is about to write them.
  ///
  /// - Parameters:
  ///   - changes: what is to be in place of the notes so named; nil takes a note away.
  ///   - version: the account's version after the change.
  /// - Throws: ``AccountError`` `invalidSize` for a note of no bytes or more than ``maximumNoteCount``, or more than
  ///   ``maximumCount`` notes.
  public func changed(by changes: [NoteName: [UInt8]?], version: UInt64) throws(AccountError) -> AccountNotes {
    var notes = notes
    for (name, note) in changes {
      if let note, !SealedNotes.sizes.contains(note.count) {
        throw AccountError(.invalidSize, "a note has 1 to \(Self.maximumNoteCount) bytes, not \(note.count)")
      }
      notes[name] = note
    }
    guard notes.count <= Self.maximumCount else {
      throw AccountError(.invalidSize, "an account may have \(Self.maximumCount) notes")
    }
    return AccountNotes(version: version, notes: notes)
  }
}
