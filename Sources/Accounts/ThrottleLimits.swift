/// How often a login may fail before it is refused unseen. A refused login looks to the peer like one with a wrong
/// password.
public struct ThrottleLimits: Sendable {
  /// How many failures a user name may have within ``userWindow``, whether there is such an account or not;
  /// at most 255. A success takes back those from its own address.
  ///
  /// Somebody who knows a name can use these up on purpose, and so keep its owner out for the length of the window.
  public var userFailures = 5
  /// The time for which a failure counts against the user name.
  public var userWindow: Duration = .seconds(15 * 60)
  /// How many failures an address may have within ``addressWindow``: an IPv4 address, or the first 64 bits of an IPv6
  /// one; at most 255.
  public var addressFailures = 20
  /// The time for which a failure counts against the address.
  public var addressWindow: Duration = .seconds(60 * 60)
  /// How long the answer to a first failure is held back. It doubles with each further one of the user's or the
  /// address'.
  public var firstDelay: Duration = .milliseconds(250)
  /// The longest that an answer is held back.
  public var longestDelay: Duration = .seconds(4)
  /// How long after a login's beginning its challenge goes out, so that it doesn't show whether there was an account to
  /// read. More than the store needs to look one up.
  public var lookUpTime: Duration = .milliseconds(2)
  /// How long a proof may take to check. One whose outcome isn't known by then, since its process died, has failed.
  public var checkTime: Duration = .seconds(10)
  /// How many user names and addresses with failures are remembered. Past it, those whose failures are the first to
  /// expire are forgotten.
  public var maximumEntries = 100_000
  /// How many exchanges one address may have open at once on this server.
  public var exchangesPerAddress = 256
  /// How many exchanges may be open at once on this server.
  public var exchanges = 16_384

  /// The limits above.
  public init() {}

  /// How long the answer to a failure is held back if there are now `failures`, itself included.
  func delay(after failures: Int) -> Duration {
    guard failures > 0 else { return .zero }
    return min(longestDelay, firstDelay * (1 << min(failures - 1, 30)))
  }
}
