#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A moment of wall-clock time, in whole microseconds since 1970 began (UTC, leap seconds not counted), from then until
/// the end of the year 9999.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Microseconds since 1970 began: 0 to 253,402,300,799,999,999.
  public let microseconds: Int64

  private static let last: Int64 = 253_402_300_799_999_999

  /// A moment; one outside the range is moved to its nearer end.
  public init(microseconds: Int64) { self.microseconds = min(max(microseconds, 0), Self.last) }

  /// What the machine's clock says.
  public static func now() -> Timestamp {
    Timestamp(microseconds: Int64(min(max(Date().timeIntervalSince1970, 0), 253_402_300_799) * 1_000_000))
  }

  /// The microseconds as 8 bytes, the most significant first: how stores keep a moment among other bytes.
  var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: microseconds >> (56 - 8 * $0)) } }

  /// The moment of 8 such bytes.
  init(bytes: some Sequence<UInt8>) { self.init(microseconds: bytes.reduce(0) { $0 << 8 | Int64($1) }) }

  /// The moment `duration` later, or earlier if it is negative, within the range.
  public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
    let (sum, overflow) = moment.microseconds.addingReportingOverflow(duration.microseconds)
    return Timestamp(microseconds: overflow ? (duration < .zero ? 0 : last) : sum)
  }

  /// The time from `b` to `a`.
  public static func - (a: Timestamp, b: Timestamp) -> Duration { .microseconds(a.microseconds - b.microseconds) }

  /// Earlier is less.
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

  /// As RFC 3339 writes it: `2026-11-21T21:45:07.123456Z`.
  public var description: String {
    let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
    // Days to a date of the Gregorian calendar, in years that begin in March, so that leap days come last.
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))"
    let time = "\((second / 3600).padded(to: 2)):\((second / 60 % 60).padded(to: 2)):\((second % 60).padded(to: 2))"
    return "\(date)T\(time).\(fraction.padded(to: 6))Z"
  }
}

extension Duration {
  /// Whole microseconds, towards zero, within what an Int64 holds.
  var microseconds: Int64 {
    let (seconds, attoseconds) = components
    let (micro, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let (sum, overflowToo) = micro.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    return overflow || overflowToo ? (seconds < 0 ? .min : .max) : sum
  }
}

extension Int64 {
  fileprivate func padded(to width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}
