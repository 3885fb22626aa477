/// What time it is, and how to wait: the one place where the library looks at a clock, so that tests need not.
public struct TimeSource: Sendable {
  /// The time.
  public var now: @Sendable () -> Timestamp
  /// Waits; returns early if the task is cancelled.
  public var sleep: @Sendable (Duration) async -> Void

  /// A source of time.
  public init(now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async -> Void) {
    self.now = now
    self.sleep = sleep
  }

  /// The machine's clocks.
  public static let system = TimeSource(now: { .now() }, sleep: { try? await Task.sleep(for: $0) })
}
