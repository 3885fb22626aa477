internal import PassBindSASL

extension Authenticator {
  enum Permission {
    case granted(Throttle.Attempt)
    case denied(Refusal, delay: Duration)
  }

  /// Whether a proof may be believed. Where that depends on others that are being looked at, waits for them.
  func permission(to user: String, from address: AddressBlock) async -> Permission {
    let limits = policy.limits
    let deadline = time.now() + limits.checkTime
    var pause = Duration.milliseconds(5)
    do throws(AccountError) {
      while !Task.isCancelled {
        switch try await throttle.begin(user: user, address: address) {
        case .granted(let attempt): return .granted(attempt)
        case .userBlocked(let delay):
          return .denied(Refusal(.userThrottled, "the user name has failed too often"), delay: delay)
        case .addressBlocked(let delay):
          return .denied(Refusal(.addressThrottled, "the address has failed too often"), delay: delay)
        case .busy where time.now() < deadline:
          await time.sleep(pause)
          pause = min(pause * 2, .milliseconds(200))
        case .busy:
          return .denied(Refusal(.userThrottled, "too many others are being checked"), delay: limits.longestDelay)
        }
      }
      return .denied(Refusal(.abandoned, "the task was cancelled"), delay: .zero)
    } catch {
      return .denied(Refusal(.storeFailed, error.description), delay: limits.longestDelay)
    }
  }

  /// Counts a failure, and holds its answer back. If the store can't be told, the attempt counts as failed all the
  /// same.
  func fail(_ attempt: Throttle.Attempt, since came: Timestamp) async {
    let delay = try? await throttle.fail(attempt)
    await holdBack(delay ?? policy.limits.longestDelay, since: came)
  }

  /// Waits until `delay` after `moment`, so that what was done in between doesn't show.
  func holdBack(_ delay: Duration, since moment: Timestamp) async {
    // A clock that was set back meanwhile makes it no longer.
    let left = min(delay, delay - (time.now() - moment))
    if left > .zero { await time.sleep(left) }
  }
}
