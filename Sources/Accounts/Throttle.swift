/// Counts failed logins by user name and by address, in the store, and says when there were too many.
///
/// A proof's place is taken before it is looked at, and given back if it was right: of any number of guesses at once,
/// no more are looked at than one after the other.
struct Throttle: Sendable {
  let store: any CredentialStore
  let limits: ThrottleLimits
  let now: @Sendable () -> Timestamp

  /// A proof that may be looked at, and whose outcome is to be told.
  struct Attempt: Sendable {
    fileprivate let keys: [EntryKey]
    fileprivate let began: Timestamp
    /// How long to hold back an answer that tells the client whether its guess is right, from when the attempt began.
    let delay: Duration
  }

  enum Verdict: Sendable {
    /// Look at the proof, then tell the outcome.
    case granted(Attempt)
    /// Others are being looked at. Whether this one may be depends on them: ask again soon.
    case busy
    /// The user name has failed too often: don't look, and hold the answer back.
    case userBlocked(delay: Duration)
    /// The address has failed too often: don't look, and hold the answer back.
    case addressBlocked(delay: Duration)
  }

  /// Whether a proof that has come in may be looked at.
  func begin(user: String, address: AddressBlock) async throws(AccountError) -> Verdict {
    let keys = [try EntryKey(digestOf: "user \(user)"), try EntryKey(digestOf: "address \(address)")]
    let began = now()
    let userLimit = min(limits.userFailures, FailureLog.maximumCount)
    let addressLimit = min(limits.addressFailures, FailureLog.maximumCount)
    return try await change(keys, now: began) { [limits] user, address in
      let delay = limits.delay(after: max(user.failures.count, address.failures.count))
      if user.failures.count >= userLimit { return .userBlocked(delay: delay) }
      if address.failures.count >= addressLimit { return .addressBlocked(delay: delay) }
      guard user.failures.count + user.pending.count < userLimit,
        address.failures.count + address.pending.count < addressLimit
      else { return .busy }
      user.pending.append(began)
      address.pending.append(began)
      // By the name's failures alone: the address' may be its neighbours', and are few by the limit that they have.
      return .granted(Attempt(keys: keys, began: began, delay: limits.delay(after: user.failures.count)))
    }
  }

  /// A proof was right: the user's failures from this address are forgotten, so that a slip of the finger costs nothing
  /// afterwards. Those from elsewhere are somebody else's guesses, which the owner's logins do not make room for. The
  /// address' own stay, but for this one, if it took so long that it was taken for one.
  func succeed(_ attempt: Attempt) async throws(AccountError) {
    try await change(attempt.keys, now: now()) { user, address in
      _ = user.finish(attempt.began)
      user.failures.removeAll { address.failures.contains($0) }
      if !address.finish(attempt.began) { address.forgive(attempt.began) }
    }
  }

  /// A proof was wrong.
  ///
  /// - Returns: how long to hold the answer back, from when the proof came in.
  func fail(_ attempt: Attempt) async throws(AccountError) -> Duration {
    try await change(attempt.keys, now: now()) { [limits] user, address in
      if user.finish(attempt.began) { user.failures.append(attempt.began) }
      if address.finish(attempt.began) { address.failures.append(attempt.began) }
      return limits.delay(after: max(user.failures.count, address.failures.count))
    }
  }

  private func change<Outcome: Sendable>(
    _ keys: [EntryKey], now: Timestamp,
    _ body: @escaping @Sendable (_ user: inout FailureLog, _ address: inout FailureLog) -> Outcome
  ) async throws(AccountError) -> Outcome {
    let limits = limits
    return try await store.changeEntries(under: keys, now: now, limit: limits.maximumEntries) {
      entries throws(AccountError) in
      var user = try entries[0].map(FailureLog.init) ?? FailureLog()
      var address = try entries[1].map(FailureLog.init) ?? FailureLog()
      user.settle(now: now, window: limits.userWindow, checkTime: limits.checkTime)
      address.settle(now: now, window: limits.addressWindow, checkTime: limits.checkTime)
      let outcome = body(&user, &address)
      entries = [user.entry(window: limits.userWindow), address.entry(window: limits.addressWindow)]
      return outcome
    }
  }
}
