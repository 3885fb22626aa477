#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How far something long has got, on standard error: on a terminal one line that is renewed, elsewhere a line for
/// every 10,000.
package final class Progress {
  private let total: Int
  private let unit: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let began = ContinuousClock.now
  private var shown: ContinuousClock.Instant?
  private var isOnScreen = false

  /// Something that goes through `total` of `unit`, such as lines.
  package init(of total: Int, _ unit: String) {
    self.total = total
    self.unit = unit
  }

  /// Says that `done` of them are done. What takes less than a second shows nothing on a terminal.
  package func reach(_ done: Int) {
    guard isTerminal else {
      if done % 10_000 == 0 { printError("\(done) of \(total) \(unit)") }
      return
    }
    let now = ContinuousClock.now
    guard now - (shown ?? began) >= (shown == nil ? .seconds(1) : .milliseconds(100)) else { return }
    shown = now
    isOnScreen = true
    printRaw("\r\u{1b}[K\(done) of \(total) \(unit) (\(total == 0 ? 100 : done * 100 / total) %)")
  }

  /// Takes the line away, so that something else can be printed.
  package func clear() {
    if isOnScreen { printRaw("\r\u{1b}[K") }
    isOnScreen = false
  }
}
