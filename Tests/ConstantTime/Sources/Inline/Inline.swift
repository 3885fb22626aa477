/// Runs asynchronous work that never waits for anything on this thread, to its end. valgrind does not survive the
/// concurrency runtime's own threads; and what is left on a stack is to be found on this one.
public func inline<R: Sendable>(_ work: @escaping @Sendable () async throws -> R) throws -> R {
  let outcome = Outcome<R>()
  Task(executorPreference: InlineExecutor.shared) {
    do { outcome.result = .success(try await work()) } catch { outcome.result = .failure(error) }
  }
  guard let result = outcome.result else { fatalError("the work waits for something") }
  return try result.get()
}

// Unchecked Sendable: there is one thread.
private final class Outcome<R>: @unchecked Sendable {
  var result: Result<R, any Error>?
}

private final class InlineExecutor: TaskExecutor {
  static let shared = InlineExecutor()

  func enqueue(_ job: consuming ExecutorJob) { job.runSynchronously(on: asUnownedTaskExecutor()) }
}
