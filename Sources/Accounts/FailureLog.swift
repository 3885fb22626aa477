/// When a user name or an address failed, and which of its proofs are being checked just now. The times within the
/// window are kept themselves, so the window slides; there are never more than the limit.
struct FailureLog: Equatable {
  var failures: [Timestamp] = []
  var pending: [Timestamp] = []

  init() {}

  /// Forgets what has left the window, and counts as failures the checks that have taken too long.
  mutating func settle(now: Timestamp, window: Duration, checkTime: Duration) {
    failures += pending.filter { !$0.isWithin(checkTime, of: now) }
    pending.removeAll { !$0.isWithin(checkTime, of: now) }
    failures.removeAll { !$0.isWithin(window, of: now) }
  }

  /// Takes one check that began at `time` off the list. False if it was off already, for having taken too long.
  mutating func finish(_ time: Timestamp) -> Bool {
    guard let index = pending.firstIndex(of: time) else { return false }
    pending.remove(at: index)
    return true
  }

  /// Forgets one failure that was counted for a check which began at `time`.
  mutating func forgive(_ time: Timestamp) {
    if let index = failures.firstIndex(of: time) { failures.remove(at: index) }
  }

  /// The entry to keep, if there is anything to.
  func entry(window: Duration) -> Entry? {
    guard let last = (failures + pending).max() else { return nil }
    var bytes = [Self.format, UInt8(clamping: failures.count), UInt8(clamping: pending.count)]
    for time in failures.suffix(Self.maximumCount) + pending.suffix(Self.maximumCount) {
      bytes += time.bytes
    }
    return Entry(bytes, expires: last + window)
  }

  /// Reads what ``entry(window:)`` wrote.
  init(_ entry: Entry) throws(AccountError) {
    let bytes = entry.bytes
    guard bytes.count >= 3 else { throw .unreadableFailures }
    guard bytes[0] <= Self.format else {
      throw AccountError(.tooNew, "failures were counted by a newer version of PassBind")
    }
    let (failed, checking) = (Int(bytes[1]), Int(bytes[2]))
    guard bytes[0] == Self.format, bytes.count == 3 + 8 * (failed + checking) else { throw .unreadableFailures }
    var times: [Timestamp] = []
    for start in stride(from: 3, to: bytes.count, by: 8) {
      times.append(Timestamp(bytes: bytes[start..<start + 8]))
    }
    failures = Array(times.prefix(failed))
    pending = Array(times.dropFirst(failed))
  }

  /// The most of each that fit in an entry.
  static let maximumCount = 255

  private static let format: UInt8 = 1
}

extension Timestamp {
  /// Whether this is less than `duration` ago. A time that far ahead is not: then the clock was set back since.
  func isWithin(_ duration: Duration, of now: Timestamp) -> Bool {
    (self < now ? now - self : self - now) < duration
  }
}

extension AccountError {
  fileprivate static var unreadableFailures: AccountError {
    AccountError(.corrupt, "a count of failures makes no sense")
  }
}
