internal import Synchronization

/// How often accounts have changed their notes this minute, in this process.
final class NoteChanges: Sendable {
  private let state = Mutex((began: Timestamp(microseconds: 0), counts: [AccountName: Int]()))

  /// Counts one more.
  ///
  /// - Throws: ``AccountError`` `tooOften` past the limit.
  func count(_ name: AccountName, now: Timestamp, limit: Int) throws(AccountError) {
    let count = state.withLock { state in
      // One minute for all of them, so that nobody's has to be cleared away.
      if !state.began.isWithin(.seconds(60), of: now) { state = (now, [:]) }
      let count = state.counts[name, default: 0]
      if count < limit { state.counts[name] = count + 1 }
      return count
    }
    guard count < limit else {
      throw AccountError(.tooOften, "notes can be changed \(limit) times a minute: try again later")
    }
  }
}
