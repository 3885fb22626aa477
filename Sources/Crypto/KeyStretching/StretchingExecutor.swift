internal import Dispatch

/// Runs work that blocks a processor for long (key stretching) on threads of its own, so that it never holds one of the
/// few that Swift's concurrency has for everything else. The task stays the caller's: cancelling it reaches the work,
/// and priority and task-local values carry over.
///
/// - Throws: what `work` throws.
public func stretchingKeys(
  _ work: () throws(CryptoError) -> SecretBytes
) async throws(CryptoError) -> SecretBytes {
  var secret = SecretBytes(count: 0)
  try await withTaskExecutorPreference(StretchingExecutor.shared) { () async throws(CryptoError) in
    secret = try work()
  }
  return secret
}

private final class StretchingExecutor: TaskExecutor {
  static let shared = StretchingExecutor()
  private let queue = DispatchQueue(label: "passbind.key-stretching", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    queue.async { unsafe job.runSynchronously(on: executor) }
  }
}
